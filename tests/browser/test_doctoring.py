"""A URL that somebody pasted: read by the doctor, watched, rescued."""

from playwright.sync_api import Page, expect

from demo.running import RunningDemo
from tests.browser.acting import examine, read_url, validate
from tests.browser.arranging import MANGLED, watch_url_of_a_role
from tests.browser.conftest import OpenPage


def test_the_doctor_reads_a_mangled_url_and_names_cause_and_cure(staff_page: Page) -> None:
    staff_page.goto("/admin/")
    staff_page.get_by_role("link", name="Link doctor").first.click()
    expect(staff_page.get_by_role("heading", level=1)).to_have_text("Link doctor")
    examine(staff_page, MANGLED)
    told = staff_page.locator("#content")
    expect(told).to_contain_text("temporary credentials")
    expect(told).to_contain_text("ASIAIOSFODNN7EXAMPLE")
    expect(told).to_contain_text("What to do")


def test_a_url_that_was_repaired_is_copied_from_the_answer(open_admin: OpenPage, demo: RunningDemo) -> None:
    page = open_admin()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.url)
    examine(page, MANGLED)
    page.locator("[data-copy=repaired]").click()
    expect(page.locator("[data-copy=repaired]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == MANGLED.replace("&amp;", "&")


def test_a_link_signed_with_temporary_credentials_is_rescued_and_downloads(
    staff_page: Page, open_page: OpenPage, demo: RunningDemo
) -> None:
    validate(staff_page, watch_url_of_a_role(demo), "Stops working")
    staff_page.get_by_role("button", name="Replace with a stable link").click()
    expect(staff_page.locator("#content")).to_contain_text("1 link will be replaced with a stable link")
    staff_page.get_by_role("button", name="Replace with a stable link").click()
    url = read_url(staff_page)
    assert url.startswith(f"{demo.url}/s/")
    page = open_page()
    with page.expect_download() as download:
        page.evaluate("url => { location.href = url }", url)
    assert download.value.suggested_filename == "orders+returns 2026.csv"

"""What customers do with a link, in a real browser under the real policies."""

import re
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from demo import samples
from demo.running import RunningDemo
from tests.browser.arranging import in_days, let_end, make_link
from tests.browser.conftest import OpenPage
from tests.browser.looks import DESKTOP, PLAIN

PASSWORD = "harbour at dusk"
CROWD = 20


def test_a_plain_link_downloads_at_once(open_page: OpenPage, demo: RunningDemo) -> None:
    link = make_link(demo)
    page = open_page()
    with page.expect_download() as download:
        page.evaluate("url => { location.href = url }", link.url)
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    assert download.value.suggested_filename == "annual report 2026.pdf"


def test_a_password_opens_the_page_and_a_wrong_one_says_so(open_page: OpenPage, demo: RunningDemo) -> None:
    link = make_link(demo, password=PASSWORD)
    page = open_page()
    page.goto(link.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("A protected file was shared with you")
    page.get_by_label("Password").fill("harbor at dusk")
    page.get_by_role("button", name="Download").click()
    expect(page.get_by_role("alert")).to_contain_text("That is not the password.")
    expect(page.get_by_label("Password")).to_be_focused()
    page.get_by_label("Password").fill(PASSWORD)
    assert_downloads(page)


def test_a_wrong_password_leads_back_to_its_field_whoever_skipped_to_the_main_content(
    open_page: OpenPage, demo: RunningDemo
) -> None:
    link = make_link(demo, password=PASSWORD)
    page = open_page()
    page.goto(f"{link.url}#main")
    page.get_by_label("Password").fill("harbor at dusk")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("That is not the password.")
    expect(page.get_by_label("Password")).to_be_focused()


def test_the_page_needs_no_scripts(open_page: OpenPage, demo: RunningDemo) -> None:
    link = make_link(demo, samples.REPORT, "--downloads", "3")
    page = open_page(PLAIN)
    page.goto(link.url)
    expect(page.get_by_text("Downloads left")).to_be_visible()
    assert_downloads(page)


def test_whoever_pressed_goes_on_without_being_counted_again(open_page: OpenPage, demo: RunningDemo) -> None:
    link = make_link(demo, samples.REPORT, "--downloads", "1")
    page = open_page()
    page.goto(link.url)
    assert_downloads(page)
    page.goto(link.url)
    with page.expect_download():
        page.get_by_role("link", name="Continue your download").click()
    stranger = open_page()
    stranger.goto(link.url)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("No downloads are left")


def test_a_limit_of_one_lets_one_of_twenty_who_press_at_once_through(open_page: OpenPage, demo: RunningDemo) -> None:
    link = make_link(demo, samples.REPORT, "--downloads", "1")
    pages = [open_page() for _ in range(CROWD)]
    for page in pages:
        page.goto(link.url)
    at = pages[0].evaluate("Date.now()") + 3_000
    for page in pages:
        page.evaluate("at => { setTimeout(() => document.querySelector('form').requestSubmit(), at - Date.now()) }", at)
    for page in pages:
        expect(page.get_by_role("heading", level=1)).to_have_text(
            re.compile("No downloads are left|Your download starts")
        )
    headings = [page.get_by_role("heading", level=1).inner_text() for page in pages]
    assert headings.count("Your download starts") == 1
    assert headings.count("No downloads are left") == CROWD - 1


def test_a_link_that_ended_lives_again_under_the_same_url_when_its_sender_grants_more_time(
    open_page: OpenPage, staff_page: Page, demo: RunningDemo
) -> None:
    link = make_link(demo)
    let_end(demo, link)
    page = open_page()
    page.goto(link.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link has expired")
    page.get_by_label("Message").fill("Our server was down. One more week, please?")
    page.get_by_role("button", name="Request more time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your request was received")
    staff_page.goto("/admin/")
    questions = staff_page.get_by_role("region", name="Customers' requests for more time")
    question = questions.get_by_role("listitem").filter(has_text="Our server was down. One more week, please?")
    question.get_by_role("link").click()
    staff_page.get_by_role("button", name=re.compile("^Grant")).first.click()
    expect(staff_page.locator(".messagelist")).to_contain_text("The customer's URL stays the same")
    with page.expect_download():
        page.evaluate("url => { location.href = url }", link.url)


def test_every_end_says_what_it_is_and_what_to_do(open_page: OpenPage, staff_page: Page, demo: RunningDemo) -> None:
    link = make_link(demo)
    page = open_page()
    staff_page.goto(f"/admin/links/sharelink/{link.number}/revoke/")
    expect(staff_page.get_by_role("heading", level=1)).to_have_text("Are you sure?")
    staff_page.get_by_role("button", name="Revoke").click()
    page.goto(link.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link was revoked")
    page.goto("/s/nobody-ever-made-this-one")
    expect(page.get_by_role("heading", level=1)).to_have_text("Page not found")


def test_a_link_that_has_not_begun_says_from_when_in_the_readers_zone(open_page: OpenPage, demo: RunningDemo) -> None:
    beginning = in_days(30)
    link = make_link(demo, samples.REPORT, "--not-before", f"{beginning:%Y-%m-%d %H:%M}", lifetime="1 year")
    read = beginning.astimezone(ZoneInfo(DESKTOP.zone))
    page = open_page()
    page.goto(link.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("This link does not work yet")
    expect(page.locator("main strong")).to_contain_text(f"{read.day} {read:%B %Y}")
    expect(page.locator("main strong")).to_contain_text(f"{read:%H:%M}")


def test_an_address_of_ones_own_gives_nothing_away_before_its_password(open_page: OpenPage, demo: RunningDemo) -> None:
    make_link(demo, samples.REPORT, "--slug", "harbour-report", password=PASSWORD)
    page, other = open_page(), open_page()
    page.goto("/f/harbour-report")
    other.goto("/f/nobody-took-this-one")
    assert page.locator("main").inner_text() == other.locator("main").inner_text()
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_download():
        page.get_by_role("button", name="Open").click()


def assert_downloads(page: Page) -> None:
    """A press leads to a page that starts the download by itself."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your download starts")

"""Making a link, and handing it over."""

import io
import time
from dataclasses import replace
from urllib.request import urlopen

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Dialog, Locator, Page, expect

from demo import samples
from demo.running import RunningDemo
from tests.browser.acting import choose, make, read_url
from tests.browser.arranging import in_days, make_link
from tests.browser.conftest import OpenContext, OpenPage, say
from tests.browser.looks import DESKTOP, PHONE, PLAIN, Look
from tests.timing import find_slowness


def test_a_link_is_made_and_copied_by_keyboard_alone_within_ten_seconds(
    open_context: OpenContext, demo: RunningDemo, pytestconfig: pytest.Config
) -> None:
    context = open_context()
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=demo.url)
    page = context.new_page()
    page.goto("/admin/login/")
    slowness = find_slowness()  # on the clock, of a machine that may be busy
    started, typist = time.monotonic(), Typist(page)
    name, password = demo.user
    typist.write(name).press("Tab").write(password).press("Enter")
    page.wait_for_url("**/admin/")
    signed_in_at = time.monotonic()
    typist.press_until("Tab", "Make a link").press("Enter")
    expect(page.locator("#id_customer")).to_be_focused()
    typist.press("Tab")
    expect(page.get_by_label("File", exact=True)).to_be_focused()
    typist.write(f"s3://{samples.BUCKET}/{samples.REPORT}").press("Enter")
    expect(page.get_by_role("button", name="Copy", exact=True).first).to_be_focused()
    typist.press("Enter")
    expect(page.get_by_role("button", name="Copied").first).to_be_visible()
    took = time.monotonic() - signed_in_at
    copied = page.evaluate("navigator.clipboard.readText()")
    say(
        pytestconfig,
        f"From signing in to a link copied: {took:.1f} s, {typist.keys} key presses besides what is typed; "
        f"with signing in: {time.monotonic() - started:.1f} s",
    )
    assert copied.startswith(f"{demo.url}/s/")
    with urlopen(copied) as answer:
        assert answer.read().startswith(b"%PDF")
    assert took < 10 * max(slowness, find_slowness())
    assert typist.keys <= 12


def test_a_file_is_found_by_browsing_and_by_typing_a_part_of_its_name(staff_page: Page, demo: RunningDemo) -> None:
    folder = demo.objects / samples.BUCKET / "many"
    folder.mkdir(exist_ok=True)
    for number in range(250):
        (folder / f"invoice-{number:03}.txt").write_text("an invoice")
    staff_page.goto("/admin/links/sharelink/add/")
    staff_page.get_by_role("link", name="Browse").click()
    browser = staff_page.locator("#browser")
    browser.get_by_role("link", name="many/").click()
    files = browser.locator("li.file")
    expect(files).to_have_count(100)
    browser.get_by_role("link", name="More", exact=True).click()
    expect(files).to_have_count(200)
    browser.get_by_label("Names that contain").press_sequentially("ICE-24")
    expect(files).to_have_count(10)
    expect(browser).to_contain_text("10 of 250 files")
    browser.get_by_role("link", name="invoice-249.txt").click()
    expect(staff_page.get_by_label("File", exact=True)).to_have_value("many/invoice-249.txt")
    expect(staff_page.locator("#promise .until")).to_be_visible()


def test_what_is_found_is_sorted_and_a_search_keeps_its_order(staff_page: Page, demo: RunningDemo) -> None:
    folder = demo.objects / samples.BUCKET / "sorted"
    folder.mkdir()
    for number in range(3):
        (folder / f"letter-{number}.txt").write_text("x" * (10 * number + 1))
    (folder / "other.txt").write_text("x" * 100)
    staff_page.goto("/admin/links/sharelink/add/")
    staff_page.get_by_role("link", name="Browse").click()
    browser = staff_page.locator("#browser")
    browser.get_by_role("link", name="sorted/").click()
    names = browser.locator("li.file a")
    expect(names).to_have_text(["letter-0.txt", "letter-1.txt", "letter-2.txt", "other.txt"])
    browser.get_by_label("Sort by").select_option("Largest first")
    expect(names).to_have_text(["other.txt", "letter-2.txt", "letter-1.txt", "letter-0.txt"])
    browser.get_by_label("Names that contain").press_sequentially("LETTER")
    expect(names).to_have_text(["letter-2.txt", "letter-1.txt", "letter-0.txt"])
    expect(browser.get_by_label("Names that contain")).to_be_focused()
    expect(staff_page.get_by_label("File", exact=True)).to_have_value("")


@pytest.mark.parametrize("look", [DESKTOP, replace(DESKTOP, dark=True)], ids=["light", "dark"])
def test_a_list_of_files_shows_at_its_edge_that_it_goes_on(look: Look, open_admin: OpenPage, demo: RunningDemo) -> None:
    folder = demo.objects / samples.BUCKET / "tall"
    folder.mkdir(exist_ok=True)
    for number in range(60):
        (folder / f"file-{number:02}.txt").write_text("a file")
    page = open_admin(look)
    page.goto("/admin/links/sharelink/browse/?bucket=1&prefix=tall/")
    files = page.locator(".listing")
    expect(files.locator("li.file")).to_have_count(60)
    assert read_edges(files) == (False, True)
    files.evaluate("list => { list.scrollTop = (list.scrollHeight - list.clientHeight) / 2 }")
    assert read_edges(files) == (True, True)
    files.evaluate("list => { list.scrollTop = list.scrollHeight }")
    assert read_edges(files) == (True, False)
    page.get_by_label("Names that contain").press_sequentially("file-00")
    expect(files.locator("li.file")).to_have_count(1)
    assert read_edges(files) == (False, False)


def read_edges(listing: Locator) -> tuple[bool, bool]:
    """Whether there is a shade at the top and at the bottom of a list: whether its ground, beside what stands in it, is
    another colour there than in its middle."""
    picture = Image.open(io.BytesIO(listing.screenshot())).convert("L")
    ground = picture.tobytes()[4 :: picture.width][2:-2]
    plain = max(set(ground), key=ground.count)

    def has_shade(edge: bytes) -> bool:
        """A line between two files is one pixel high, and a shade several."""
        return sum(abs(value - plain) > 4 for value in edge) >= 4

    return has_shade(ground[:10]), has_shade(ground[-10:])


@pytest.mark.parametrize("way", ["add/", "browse/?bucket=1"])
def test_the_focus_goes_along_into_a_folder_and_stays_where_one_types(
    way: str, staff_page: Page, demo: RunningDemo
) -> None:
    folder = demo.objects / samples.BUCKET / "long"
    folder.mkdir(exist_ok=True)
    for number in range(105):
        (folder / f"letter-{number:03}.txt").write_text("a letter")
    staff_page.goto(f"/admin/links/sharelink/{way}")
    name = staff_page.locator("#browser [aria-current]")
    if way == "add/":
        staff_page.get_by_role("link", name="Browse").press("Enter")
        expect(name).to_be_focused()
    staff_page.get_by_role("link", name="long/").press("Enter")
    expect(name).to_have_text("long")
    expect(name).to_be_focused()
    staff_page.keyboard.press("Tab")
    expect(staff_page.get_by_label("Names that contain")).to_be_focused()
    staff_page.get_by_role("link", name="More", exact=True).press("Enter")
    expect(staff_page.get_by_role("link", name="letter-100.txt")).to_be_focused()
    staff_page.get_by_label("Names that contain").press_sequentially("letter-10")
    expect(staff_page.locator("#browser li.file")).to_have_count(5)
    expect(staff_page.get_by_label("Names that contain")).to_be_focused()


def test_the_panel_answers_while_one_types_and_says_what_cannot_be_kept(staff_page: Page) -> None:
    staff_page.goto("/admin/links/sharelink/add/")
    staff_page.get_by_label("File", exact=True).fill(samples.REPORT)
    panel = staff_page.locator("#promise")
    expect(panel.locator(".until")).to_be_visible()
    staff_page.get_by_role("button", name="1 year").click()
    staff_page.get_by_text("More: reference").click()
    staff_page.get_by_label("Presigned URL").check()
    expect(panel).to_contain_text("7 days")
    panel.get_by_role("button", name="Make it a stable link").click()
    expect(staff_page.get_by_label("Stable link")).to_be_checked()
    expect(staff_page.locator("#promise .until")).to_be_visible()
    staff_page.get_by_label("Lifetime", exact=True).fill("soon")
    expect(panel.locator(".until")).to_have_count(0)


def test_the_qr_code_leads_to_the_url_and_the_messages_hold_it(staff_page: Page) -> None:
    url = make(staff_page, samples.REPORT)
    picture = Image.open(io.BytesIO(staff_page.get_by_role("img", name="QR code of the URL").screenshot()))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [url]
    english, japanese = (staff_page.locator(f"#text-{language}").input_value() for language in ("en", "ja"))
    assert url in english
    assert url in japanese
    assert "ダウンロード" in japanese


@pytest.mark.parametrize("width", [1280, 360])
def test_the_messages_are_shown_whole(width: int, open_admin: OpenPage, demo: RunningDemo) -> None:
    terms = ["--not-before", f"{in_days(30):%Y-%m-%d %H:%M}", "--downloads", "3", "--customer", "Example Ltd."]
    link = make_link(demo, samples.REPORT, *terms, lifetime="1 year", password="harbour at dusk")
    page = open_admin(replace(DESKTOP, width=width))
    page.goto(f"/admin/links/sharelink/{link.number}/change/")
    page.get_by_role("button", name="Show the URL again").click()
    texts = page.locator(".message textarea")
    expect(texts).to_have_count(2)
    for text in texts.all():
        assert int(text.get_attribute("rows") or 0) >= text.input_value().count("\n") + 1
        assert text.evaluate("text => text.scrollHeight <= text.clientHeight")


def test_a_link_is_made_without_scripts_too(open_admin: OpenPage, demo: RunningDemo) -> None:
    page = open_admin(PLAIN)
    page.goto("/admin/links/sharelink/browse/?bucket=1")
    page.get_by_role("link", name="reports/").click()
    page.get_by_role("link", name="annual report 2026.pdf").click()
    expect(page.get_by_label("File", exact=True)).to_have_value(samples.REPORT)
    page.get_by_role("button", name="Check").click()
    expect(page.locator("#promise .until")).to_be_visible()
    page.get_by_role("button", name="Make the link").click()
    assert read_url(page).startswith(f"{demo.url}/s/")


def test_a_password_is_made_shown_and_copied_and_shown_once_more_when_the_link_is_made(
    open_admin: OpenPage,
) -> None:
    page = open_admin(DESKTOP)
    page.goto("/admin/links/sharelink/add/")
    password = page.locator("#id_password")
    page.get_by_role("button", name="Generate").click()
    expect(password).to_have_attribute("type", "text")
    made = password.input_value()
    assert len(made) == 23
    page.get_by_role("button", name="Generate").click()
    assert password.input_value() != made
    made = password.input_value()
    page.get_by_label("File", exact=True).fill(samples.REPORT)
    page.get_by_label("Lifetime", exact=True).fill("soon")
    page.get_by_role("button", name="Make the link").click()
    expect(password).to_have_value("[kept 1]")
    page.get_by_label("Lifetime", exact=True).fill("1 day")
    page.get_by_role("button", name="Make the link").click()
    expect(page.locator("#password")).to_have_value(made)


def test_what_was_entered_is_not_left_without_a_question(staff_page: Page) -> None:
    staff_page.goto("/admin/links/sharelink/add/")
    staff_page.get_by_label("File", exact=True).fill("reports/a.pdf")
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    staff_page.on("dialog", stay)
    with staff_page.expect_event("dialog"):
        staff_page.locator("#nav-sidebar .model-customer .addlink").click(no_wait_after=True)
    assert asked == ["beforeunload"]
    expect(staff_page.get_by_label("File", exact=True)).to_have_value("reports/a.pdf")


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=lambda look: look.language)
def test_the_button_stands_level_with_the_field_beside_it(look: Look, width: int, open_admin: OpenPage) -> None:
    page = open_admin(replace(look, width=width))
    page.goto("/admin/links/sharelink/add/")
    field = page.locator("#id_bucket").bounding_box()
    button = page.locator(".beside-field .button").bounding_box()
    assert field
    assert button
    assert (button["y"], button["height"]) == pytest.approx((field["y"], field["height"]), abs=0.5)


def test_lifetimes_by_one_click_are_as_high_for_many_links_as_for_one(staff_page: Page, demo: RunningDemo) -> None:
    for _ in range(2):
        make_link(demo, samples.REPORT, "--reference", "LIFETIMES-1")

    def find_heights() -> set[float]:
        staff_page.locator(".presets").wait_for()
        return set(staff_page.locator(".presets button").evaluate_all("all => all.map(one => one.offsetHeight)"))

    staff_page.goto("/admin/links/sharelink/add/")
    heights = find_heights()
    choose(staff_page, "change_end_of_selected", "LIFETIMES-1")
    assert find_heights() == heights
    assert len(heights) == 1


def test_the_url_is_shown_to_its_maker_once(staff_page: Page) -> None:
    url = make(staff_page, samples.REPORT)
    staff_page.reload()
    assert url not in staff_page.content()


class Typist:
    """Somebody without a mouse. `keys` counts the presses besides what is typed into fields."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    def write(self, text: str) -> "Typist":
        self.page.keyboard.type(text)
        return self

    def press(self, key: str) -> "Typist":
        self.keys += 1
        self.page.keyboard.press(key)
        return self

    def press_until(self, key: str, name: str, at_most: int = 20) -> "Typist":
        """Press it until what has this name has the focus."""
        for _ in range(at_most):
            self.press(key)
            if self.page.evaluate("document.activeElement.textContent.trim()") == name:
                return self
        raise AssertionError(f"{name} is not reached by {at_most} presses of {key}")

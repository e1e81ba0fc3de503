"""What staff do again and again."""

from playwright.sync_api import Page

_STATE = ".page-head, [aria-labelledby=promise-title], [aria-labelledby=state-title]"


def sign_in(page: Page, name: str, password: str) -> None:
    page.goto("/admin/login/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(password)
    page.locator(".submit-row [type=submit]").click()
    page.wait_for_url("**/admin/")


def examine(page: Page, url: str) -> None:
    """Ask the doctor."""
    page.goto("/admin/links/doctor/")
    page.locator("main textarea").fill(url)
    page.locator("main form.sheet [type=submit]").click()
    page.locator("#told > *").first.wait_for()


def make(page: Page, key: str) -> str:
    """Make a link as most are made; its URL, which the page then shows."""
    page.goto("/admin/links/sharelink/add/")
    page.locator("#id_object_key").fill(key)
    page.locator("button[name=save]").click()
    page.wait_for_url("**/url/")
    return read_url(page)


def read_url(page: Page) -> str:
    return page.locator("#url, [id^=url-]").first.input_value()


def choose(page: Page, action: str, query: str, *, at_most: int = 2) -> None:
    """Tick the first of the links that a search finds, and take an action on them."""
    page.goto(f"/admin/links/sharelink/?q={query}")
    for tick in page.locator(".action-select").all()[:at_most]:
        tick.check()
    page.locator("select[name=action]").select_option(action)
    page.locator(".actions [name=index]").click()


def validate(page: Page, number: int, told: str) -> None:
    """Press the button on the link's page until its state, and not its history alone, is told so: a worker may be at it
    with what was so before."""
    page.goto(f"/admin/links/sharelink/{number}/change/")
    for _ in range(20):
        page.get_by_role("button", name="Validate now").click()
        page.wait_for_load_state()
        if any(told in part for part in page.locator(_STATE).all_inner_texts()):
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"the link's page does not say {told!r}")

"""What staff do again and again."""

from playwright.sync_api import Page

from tests.waiting import wait_until

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


def choose(page: Page, action: str, query: str) -> None:
    """Tick the first two of the links that a search finds, and take an action on them."""
    page.goto(f"/admin/links/sharelink/?q={query}")
    for tick in page.locator(".action-select").all()[:2]:
        tick.check()
    page.locator("select[name=action]").select_option(action)
    page.locator(".actions [name=index]").click()


def validate(page: Page, number: int, told: str) -> None:
    """Press the button on the link's page until its state, and not its history alone, is told so: a worker may be at it
    with what was so before."""
    page.goto(f"/admin/links/sharelink/{number}/change/")

    def is_told() -> bool:
        page.get_by_role("button", name="Validate now").click()
        page.wait_for_load_state()
        return any(told in part for part in page.locator(_STATE).all_inner_texts())

    wait_until(is_told, lambda: f"the link's page does not say {told!r}", every=0.5)

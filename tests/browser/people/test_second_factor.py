"""Setting up a second factor and signing in with it, in a real browser."""

import io
import re
from base64 import b32decode
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from demo.running import RunningDemo
from tests.browser.conftest import Judge, OpenContext
from tests.browser.looks import DESKTOP, PHONE, PLAIN, Look
from tests.browser.watching import Watch
from tests.browser.windows import TIMEOUT_MILLISECONDS
from tests.services.people.authenticator import show_code

PASSWORD = "harbour at dusk"
_ADD = """
from django.contrib.auth.models import Group, User
person = User.objects.create_user({name!r}, password={password!r}, is_staff=True)
person.groups.add(Group.objects.get(name="Manager"))
"""


@pytest.fixture
def mika(demo: RunningDemo) -> str:
    """The name of somebody new."""
    name = f"mika-{uuid4().hex[:8]}"
    demo.manage("shell", "-v", "0", "-c", _ADD.format(name=name, password=PASSWORD))
    return name


def give_password(page: Page, name: str) -> None:
    page.goto("/admin/login/")
    page.locator("#id_username").fill(name)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")


def read_seed(page: Page) -> bytes:
    """As a phone reads it off the screen, and as it is typed."""
    typed = page.locator("#seed").inner_text().replace(" ", "")

    picture = Image.open(io.BytesIO(page.locator("figure.code").screenshot()))
    (found,) = zxingcpp.read_barcodes(picture)
    assert found.text.startswith("otpauth://totp/")
    assert f"secret={typed}" in found.text
    return b32decode(typed)


@pytest.mark.parametrize("look", [PLAIN, PHONE], ids=lambda look: look.name)
def test_an_app_is_set_up_and_signs_in_by_keyboard_and_without_scripts(
    look: Look, open_context: OpenContext, mika: str
) -> None:
    page = open_context(look).new_page()
    give_password(page, mika)
    page.wait_for_url("**/admin/")
    page.goto("/admin/account/app/")
    seed, set_up_at = read_seed(page), datetime.now(UTC)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if look.scripts else True
    page.locator("#id_code").fill(show_code(seed, set_up_at - timedelta(seconds=30)))
    page.locator("#id_code").press("Enter")
    expect(page.locator("ul.codes code")).to_have_count(10)
    codes = page.locator("ul.codes code").all_inner_texts()
    again = open_context(look).new_page()
    give_password(again, mika)
    again.wait_for_url("**/second-step/**")
    again.locator("#id_code").fill("000000")
    again.locator("#id_code").press("Enter")
    expect(again.locator(".errorlist")).to_be_visible()
    again.locator("#id_code").fill(show_code(seed, datetime.now(UTC)))
    again.locator("#id_code").press("Enter")
    again.wait_for_url("**/admin/")
    third = open_context(look).new_page()
    give_password(third, mika)
    third.locator("#id_code").fill(codes[3])
    third.locator("#id_code").press("Enter")
    third.wait_for_url("**/admin/")


@pytest.fixture
def local(demo: RunningDemo, open_context: OpenContext, watches: dict[BrowserContext, Watch]) -> BrowserContext:
    """A browser with a security key, which asks for the site by its name: passkeys know no addresses of numbers."""
    context = open_context(DESKTOP)
    watches[context]._sites.add(demo.url.removeprefix("http://").replace("127.0.0.1", "localhost"))
    return context


def test_a_passkey_is_added_and_signs_in(demo: RunningDemo, local: BrowserContext, mika: str) -> None:
    site = demo.url.replace("127.0.0.1", "localhost")
    page = local.new_page()
    devices = local.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    key = devices.send(
        "WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}}
    )
    page.goto(f"{site}/admin/login/")
    page.locator("#id_username").fill(mika)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/admin/")
    page.goto(f"{site}/admin/account/passkey/")
    page.locator("#id_name").fill("Security key of the office")
    page.locator("#id_name").press("Enter")
    expect(page.locator("ul.codes code")).to_have_count(10)
    page.goto(f"{site}/admin/account/")
    expect(page.get_by_text("Security key of the office").first).to_be_visible()
    page.locator("#logout-form button").click()
    page.goto(f"{site}/admin/login/")
    page.locator("#id_username").fill(mika)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.wait_for_url("**/second-step/**")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(re.compile(r"/admin/$"))
    page.locator("#logout-form button").click()
    devices.send("WebAuthn.setUserVerified", {"authenticatorId": key["authenticatorId"], "isUserVerified": True})
    devices.send("WebAuthn.clearCredentials", {"authenticatorId": key["authenticatorId"]})
    page.goto(f"{site}/admin/login/")
    page.locator("#id_username").fill(mika)
    page.locator("#id_password").fill(PASSWORD)
    page.locator("#id_password").press("Enter")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The browser has given no passkey.")).to_be_visible(timeout=TIMEOUT_MILLISECONDS)


@pytest.mark.parametrize("look", [DESKTOP, PHONE], ids=lambda look: look.name)
def test_the_second_step_and_the_codes_look_as_every_page_does(
    look: Look, open_context: OpenContext, watches: dict[BrowserContext, Watch], judge: Judge, mika: str
) -> None:
    context = open_context(look)
    page, watch = context.new_page(), watches[context]
    give_password(page, mika)
    page.goto("/admin/account/app/")
    seed = read_seed(page)
    page.locator("#id_code").fill(show_code(seed, datetime.now(UTC) - timedelta(seconds=30)))
    page.locator("#id_code").press("Enter")
    expect(page.locator("ul.codes code")).to_have_count(10)
    judge(page, watch, look)
    page.goto("/admin/account/")
    judge(page, watch, look)
    other = open_context(look)
    step = other.new_page()
    give_password(step, mika)
    step.wait_for_url("**/second-step/**")
    judge(step, watches[other], look)

"""Every page that staff can come to, with something on it."""

from secrets import token_hex

from playwright.sync_api import Page

from demo import samples
from tests.browser.acting import choose, examine, make
from tests.browser.arranging import MANGLED, make_link
from tests.browser.pages.gallery import Gallery, Show

ADMIN_PAGES = {
    "front page": "",
    "all about links": "links/",
    "all about accounts": "auth/",
    "links": "links/sharelink/",
    "links, filtered": "links/sharelink/?state=broken",
    "links, none": "links/sharelink/?q=nothing+is+called+so",
    "a link": "links/sharelink/1/change/",
    "a link at risk": "links/sharelink/5/change/",
    "a link's history": "links/sharelink/1/history/",
    "change an end": "links/sharelink/1/end/",
    "edit a link": "links/sharelink/1/edit/",
    "hand a link": "links/sharelink/1/owner/",
    "revoke a link": "links/sharelink/1/revoke/",
    "a page that is not there": "links/nowhere/",
    "make a link": "links/sharelink/add/",
    "browse": "links/sharelink/browse/",
    "a folder": "links/sharelink/browse/?bucket=1&prefix=reports/",
    "watch a URL": "links/sharelink/watch/",
    "watch many": "links/sharelink/watch/many/",
    "doctor": "links/doctor/",
    "API reference": "links/api/",
    "incidents": "links/incident/",
    "an incident": "links/incident/1/change/",
    "time requests": "links/timerequest/",
    "customers": "links/customer/",
    "add a customer": "links/customer/add/",
    "a customer": "links/customer/1/change/",
    "edit a customer": "links/customer/1/edit/",
    "a customer, for print": "links/customer/1/print/",
    "buckets": "links/bucket/",
    "add a bucket": "links/bucket/add/",
    "a bucket": "links/bucket/1/change/",
    "let somebody share": "links/bucket/1/sharing/give/",
    "who may share what": "links/sharepermission/",
    "signing keys": "links/signingkey/",
    "add a key": "links/signingkey/add/",
    "a key": "links/signingkey/1/change/",
    "rotate a key": "links/signingkey/1/rotate/",
    "webhooks": "links/webhook/",
    "add a webhook": "links/webhook/add/",
    "what webhooks were sent": "links/webhookmessage/",
    "visits": "links/visit/",
    "mails about links": "links/linkmail/",
    "notices": "links/incidentnotice/",
    "validations": "links/validation/",
    "what may not be added": "links/visit/add/",
    "users": "auth/user/",
    "add a user": "auth/user/add/",
    "a user": "auth/user/1/change/",
    "roles": "auth/group/",
    "a role": "auth/group/1/change/",
    "a user's history": "auth/user/1/history/",
    "delete a user": "auth/user/1/delete/",
    "a user's password": "auth/user/1/password/",
    "add a role": "auth/group/add/",
    "delete a role": "auth/group/1/delete/",
    "your account": "account/",
    "set up an app": "account/app/",
    "your API tokens": "account/tokens/",
    "make an API token": "account/tokens/new/",
    "service accounts": "service-accounts/",
    "add a service account": "service-accounts/add/",
    "confirm who you are": "confirm/",
    "change password": "password_change/",
    "password changed": "password_change/done/",
}


def show_promise(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/add/")
    page.locator("#id_object_key").fill(samples.REPORT)
    page.locator("#promise .until").wait_for()


def show_known_link(page: Page, gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/add/")
    page.locator("#id_object_key").fill(gallery.link("locked").url)
    page.locator("button[name=save]").click()


def show_browser(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/add/")
    page.locator(".beside-field .button").click()
    page.locator("#browser li").first.wait_for()


def show_many_refused(page: Page, gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/watch/many/")
    page.locator("#id_lines").fill(f"no URL\n{gallery.link('locked').url} 2030-12-24")
    page.locator("main form.sheet .primary").click()


def choose_two(action: str) -> Show:
    return lambda page, gallery: gallery.choose_two(page, action)


def show_foreseen_ends(page: Page, gallery: Gallery) -> None:
    gallery.choose_two(page, "change_end_of_selected")
    page.locator("#id_lifetime").fill("60 days")
    page.locator("[name=preview]").click()


def show_rescued(page: Page, gallery: Gallery) -> None:
    reference = f"RESCUED-{token_hex(4)}"
    terms = ["--delivery", "presigned", "--customer", "Example Ltd.", "--reference", reference]
    make_link(gallery.demo, samples.PHOTO, *terms, lifetime="1 day")
    choose(page, "rescue_selected", reference)
    page.locator("main form.sheet .primary").click()


def show_copies(page: Page, gallery: Gallery) -> None:
    gallery.choose_two(page, "duplicate_selected")
    page.locator("main form.sheet .primary").click()


def show_rescue_of_incident(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/6/change/")
    page.locator("a[href*='/links/incident/']").last.click()
    page.locator("form[action$='/rescue/'] button").click()


def show_rotated(page: Page, gallery: Gallery) -> None:
    gallery.number("key")
    page.goto("/admin/links/signingkey/")
    page.get_by_role("link", name="Spare", exact=True).last.click()
    page.locator("a[href$='/rotate/']").click()
    page.locator("#id_access_key_id").fill(f"AKIA{token_hex(8).upper()}")
    page.locator("#id_secret").fill("another spare secret")
    page.locator("main form.sheet .primary").click()


def show_tested(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/links/bucket/1/change/")
    page.locator("form[action$='/test/'] button").click()


def show_own_history(page: Page, _gallery: Gallery) -> None:
    make(page, samples.REPORT)
    page.goto(page.url.replace("/url/", "/history/"))


def ask_for_rescue(page: Page, _gallery: Gallery) -> None:
    page.goto("/admin/links/sharelink/6/change/")
    page.locator("form[action$='/rescue/'] button").click()


ADMIN_ACTIONS: dict[str, Show] = {
    "a promise, while one types": show_promise,
    "a link of ours for a file": show_known_link,
    "browsing beside the form": show_browser,
    "many URLs, refused": show_many_refused,
    "many ends": choose_two("change_end_of_selected"),
    "many ends, foreseen": show_foreseen_ends,
    "many to a colleague": choose_two("change_owner_of_selected"),
    "many copies": choose_two("duplicate_selected"),
    "many copies, made": show_copies,
    "many rescued": show_rescued,
    "many revoked": choose_two("revoke_selected"),
    "many validated": choose_two("validate_selected"),
    "the question before a rescue": ask_for_rescue,
    "the question before an incident's rescue": show_rescue_of_incident,
    "the URL of a link": lambda page, _gallery: make(page, samples.REPORT),
    "a history": show_own_history,
    "a URL that was read": lambda page, _gallery: examine(page, MANGLED),
    "a time request": lambda page, gallery: page.goto(f"/admin/links/timerequest/{gallery.number('question')}/change/"),
    "a bucket, tested": show_tested,
    "a key, rotated": show_rotated,
    "delete a customer": lambda page, gallery: page.goto(f"/admin/links/customer/{gallery.number('customer')}/delete/"),
    "delete a bucket": lambda page, gallery: page.goto(f"/admin/links/bucket/{gallery.number('bucket')}/delete/"),
    "delete a key": lambda page, gallery: page.goto(f"/admin/links/signingkey/{gallery.number('key')}/delete/"),
}

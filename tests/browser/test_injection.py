"""What strangers wrote, in a real browser: nothing of it runs, asks, or takes the reader anywhere."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page

from demo import samples
from demo.running import RunningDemo
from tests.browser.arranging import let_end, make_link, run
from tests.browser.conftest import OpenPage
from tests.injection.payloads import PAYLOADS

PREPARE = """
window.holdfastRan = () => { throw new Error("a payload ran"); };
addEventListener("securitypolicyviolation", event => console.error(`policy: ${event.violatedDirective}`));
"""
LISTS = [
    *("sharelink", "customer", "incident", "incidentnotice", "linkmail", "timerequest", "validation", "visit"),
    "sharepermission",
]
DETAILS = {"sharelink": ("change", "history", "edit", "end", "owner"), "customer": ("change", "edit", "print")}
POISON = "from tests.injection import poisoning; from django.contrib.auth.models import User; "


@pytest.fixture
def rows(demo: RunningDemo) -> Iterator[dict[str, int]]:
    """The number of the last row of each model, whose texts are strangers' as are those of others before it."""
    marks = run(demo, f"{POISON} import json; print(json.dumps(dict(poisoning.mark())))").strip()
    told = run(
        demo,
        f"{POISON} import json; texts = poisoning.join_payloads(180); link = ShareLink.objects.get(pk=1);"
        "poisoning.add_rows(link, User.objects.order_by('pk')[0], len(texts));"
        f"poisoning.poison(texts, after=json.loads('{marks}')); print(json.dumps(dict(poisoning.mark())))",
    )
    yield json.loads(told)
    run(demo, f"{POISON} import json; poisoning.remove(json.loads('{marks}'))")


def test_nothing_that_strangers_wrote_runs_in_a_page_of_staff(open_admin: OpenPage, rows: dict[str, int]) -> None:
    page, dialogs = watch_for_runs(open_admin())
    last = {name.lower(): number for name, number in rows.items()}
    addresses = ["", *(f"links/{name}/" for name in LISTS)]
    for name in ("sharelink", "customer", "incident", "timerequest"):
        pages = DETAILS.get(name, ("change",))
        addresses += [f"links/{name}/{last[name]}/{each}/" for each in pages]
    for address in addresses:
        answer = page.goto(f"/admin/{address}")
        assert answer is not None
        assert answer.status == 200, address
        touch(page)
    page.goto("/admin/links/sharelink/add/")
    fill_with_payloads(page, "main form:is(.sheet, #link-form) button.primary")
    page.goto("/admin/links/doctor/")
    page.locator("main textarea").fill("\n".join(PAYLOADS.values())[:50_000])
    send(page, "main form.sheet [type=submit]")
    for text in list(PAYLOADS.values())[:3]:
        page.goto("/admin/links/sharelink/")
        page.locator("#searchbar").fill(text)
        page.locator("#searchbar").press("Enter")
        page.wait_for_load_state()
    assert dialogs == []


def test_nothing_that_staff_wrote_runs_in_a_page_of_customers(open_page: OpenPage, demo: RunningDemo) -> None:
    page, dialogs = watch_for_runs(open_page())
    locked, ended = make_link(demo, samples.REPORT, "--downloads", "5"), make_link(demo)
    let_end(demo, ended)
    for link in (locked, ended):
        for part in ("closes a title", "image", "turned", "double quote"):
            text = json.dumps(PAYLOADS[part])
            run(demo, f"ShareLink.objects.filter(pk={link.number}).update(filename={text}, title={text})")
            page.goto(link.url)
            touch(page)
    fill_with_payloads(page, "main form button.press")
    assert dialogs == []


def watch_for_runs(page: Page) -> tuple[Page, list[str]]:
    dialogs = list[str]()
    page.add_init_script(PREPARE)

    def answer(dialog: Dialog) -> None:
        if dialog.type != "beforeunload":  # our own: what was entered is not lost in passing
            dialogs.append(dialog.message)
        dialog.accept()

    page.on("dialog", answer)
    return page, dialogs


def touch(page: Page) -> None:
    """Whatever listens for the mouse, the focus or an opening hears of it; and nobody was led away."""
    page.evaluate("""for (const part of document.querySelectorAll("body *"))
        for (const kind of ["mouseover", "focus", "error", "load", "toggle", "begin", "start"])
            part.dispatchEvent(new Event(kind));""")
    assert page.evaluate("[...document.querySelectorAll('base, body iframe, body script:not([src])')].length") == 0


def fill_with_payloads(page: Page, button: str) -> None:
    texts = iter([*PAYLOADS.values()] * 3)
    for field in page.locator("main form :is(input[type=text], textarea):visible:enabled:not([readonly])").all():
        field.fill(next(texts))
    send(page, button)


def send(page: Page, button: str) -> None:
    """And read the answer, whether it is a page or a part of one."""
    with page.expect_response(lambda response: response.request.method == "POST"):
        page.locator(button).first.click()
    page.wait_for_load_state("networkidle")
    touch(page)

"""From a link that dies to an incident, and back."""

from playwright.sync_api import Page, expect

from demo import samples
from demo.running import RunningDemo
from tests.browser.acting import validate
from tests.browser.arranging import add_bucket, make_link, run
from tests.browser.conftest import OpenPage
from tests.browser.looks import PLAIN

BUCKET = "missing-files"
KEY = "a.txt"


def test_an_incident_opens_when_a_file_is_deleted_and_resolves_when_it_is_back(
    staff_page: Page, demo: RunningDemo
) -> None:
    add_bucket(demo, BUCKET)  # its own: what is missing from one bucket is one incident
    file = demo.objects / BUCKET / KEY
    content = file.read_text()
    link = make_link(demo, KEY, bucket=BUCKET)
    file.unlink()
    validate(staff_page, link.number, "Object is missing")
    staff_page.goto("/admin/")
    incident = staff_page.locator(".incidents :is(article, li)").filter(has_text=BUCKET)
    expect(incident).to_contain_text("1 link")
    incident.get_by_role("link", name="Object is missing").click()
    expect(staff_page.locator("#content")).to_contain_text(KEY)
    expect(staff_page.locator("#content")).to_contain_text("Upload the same file again under the same name")
    file.write_text(content)
    validate(staff_page, link.number, "Healthy")
    staff_page.goto("/admin/")
    expect(staff_page.locator(".incidents :is(article, li)").filter(has_text=BUCKET)).to_have_count(0)


def test_links_that_are_being_validated_renew_themselves_and_nothing_else_is_touched(
    staff_page: Page, open_admin: OpenPage, demo: RunningDemo
) -> None:
    first, second = (make_link(demo, samples.REPORT, "--title", "Renewed") for _ in range(2))
    hold = "due_at=timezone.now(), leased_until=timezone.now() + timedelta(hours=1), lease_id=uuid.uuid4()"
    done = "due_at=timezone.now() + timedelta(days=1), leased_until=None, lease_id=None, verdict='healthy'"
    run(demo, f"import uuid; ShareLink.objects.filter(title='Renewed').update({hold})")
    staff_page.goto("/admin/links/sharelink/?q=Renewed")
    line, search = staff_page.locator("#validating[role=status]"), staff_page.locator("#searchbar")
    expect(line).to_have_text("2 links are being validated.", use_inner_text=True)
    without_scripts = open_admin(PLAIN)
    without_scripts.goto("/admin/links/sharelink/?q=Renewed")
    expect(without_scripts.locator("#validating")).to_contain_text("2 links are being validated.")
    assert "<noscript>Reload in a few seconds.</noscript>" in without_scripts.content()
    ticks = staff_page.locator(".action-select")
    ticks.first.check()
    search.fill("half a wo")
    run(demo, f"ShareLink.objects.filter(pk={first.number}).update({done})")
    expect(line).to_have_text("1 link is being validated.", use_inner_text=True)
    expect(staff_page.locator(f"#state-{first.number}")).to_contain_text("Healthy")
    run(demo, f"ShareLink.objects.filter(pk={second.number}).update({done})")
    expect(line).to_contain_text("Validation is done.")
    expect(ticks.first).to_be_checked()
    expect(search).to_be_focused()
    expect(search).to_have_value("half a wo")
    asked: list[str] = []
    staff_page.on("request", lambda request: asked.append(request.url))
    staff_page.wait_for_timeout(4_000)
    assert asked == []


def test_a_links_page_shows_what_its_validation_found_and_keeps_the_focus(staff_page: Page, demo: RunningDemo) -> None:
    link = make_link(demo, samples.REPORT, "--title", "Being validated")
    hold = "due_at=timezone.now(), leased_until=timezone.now() + timedelta(hours=1), lease_id=uuid.uuid4()"
    run(demo, f"import uuid; ShareLink.objects.filter(pk={link.number}).update({hold})")
    staff_page.goto(f"/admin/links/sharelink/{link.number}/change/")
    expect(staff_page.locator("#validating")).to_have_text("1 link is being validated.", use_inner_text=True)
    history = staff_page.get_by_role("link", name="History", exact=True).first
    history.focus()
    found = '[{"code": "object-missing", "verdict": "broken", "fails_at": None, "params": {}}]'
    done = "due_at=timezone.now() + timedelta(days=1), leased_until=None, lease_id=None, verdict='broken'"
    run(demo, f"ShareLink.objects.filter(pk={link.number}).update({done}, findings={found})")
    expect(staff_page.locator("#link-state")).to_contain_text("Object is missing")
    expect(staff_page.locator("#validating")).to_contain_text("Validation is done.")
    expect(staff_page.locator(f"#state-{link.number}")).to_contain_text("Broken")
    expect(history).to_be_focused()

"""From a link that dies to an incident, and back."""

from playwright.sync_api import Page, expect

from demo.running import RunningDemo
from tests.browser.acting import validate
from tests.browser.arranging import add_bucket, make_link

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

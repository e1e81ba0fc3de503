from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from links.models import Incident, IncidentNotice
from links.services.validation import batches
from tests.fixtures import OBJECT, Setup
from tests.site_settings import SiteSettings

LIST = "/admin/links/incident/"
NOTICES = "/admin/links/incidentnotice/"


@pytest.fixture
def incident(setup: Setup, site_settings: SiteSettings, clock: Callable[[], datetime]) -> Incident:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    new_link = setup.create_link(note="For Ogata")
    setup.stored.delete(OBJECT)
    batches.validate_links([new_link.link.pk], clock)
    return Incident.objects.get()


def test_the_list_tells_cause_gravity_and_notices_in_words(admin_client: Client, incident: Incident) -> None:
    page = admin_client.get(LIST).content.decode()
    for words in ("Object is missing", "Broken", "Waiting", f"files/{OBJECT}"):
        assert words in page


def test_open_incidents_come_first(admin_client: Client, incident: Incident, now: datetime) -> None:
    for number in range(3):
        Incident.objects.create(
            code="unreachable", subject=str(number), verdict="unknown", opened_at=now, changed_at=now, resolved_at=now
        )
    shown = list(admin_client.get(LIST).context["cl"].result_list)
    assert shown[0] == incident
    assert [each.pk for each in admin_client.get(f"{LIST}?is=open").context["cl"].result_list] == [incident.pk]
    assert incident not in admin_client.get(f"{LIST}?is=resolved").context["cl"].result_list


def test_its_page_tells_what_to_do_whom_it_harms_and_who_was_told(admin_client: Client, incident: Incident) -> None:
    page = admin_client.get(f"{LIST}{incident.pk}/change/").content.decode()
    for words in ("is not in the bucket", "What to do", "For Ogata", "Opened", "Mail", f"?incident={incident.pk}"):
        assert words in page


def test_how_a_finding_is_known_stands_beside_it(admin_client: Client, incident: Incident) -> None:
    """On the incident's page, and on that of a link which it harms."""
    known = "The store says so; it asks for the permission to list, "
    link = incident.incident_links.get().link_id
    for address in (f"{LIST}{incident.pk}/change/", f"/admin/links/sharelink/{link}/change/"):
        page = admin_client.get(address).content.decode()
        assert page.count("How it is known") == page.count(known) == 1


def test_its_links_are_one_list(admin_client: Client, incident: Incident, setup: Setup) -> None:
    setup.stored.put(OBJECT, b"x")
    setup.create_link()
    shown = admin_client.get(f"/admin/links/sharelink/?incident={incident.pk}").context["cl"].result_list
    assert [link.note for link in shown] == ["For Ogata"]


def test_a_cause_that_nobody_knows_any_more_is_shown_as_it_is(admin_client: Client, incident: Incident) -> None:
    Incident.objects.update(code="of-long-ago")
    for address in (LIST, f"{LIST}{incident.pk}/change/", NOTICES, "/admin/"):
        assert "of-long-ago" in admin_client.get(address).content.decode()


def test_nothing_of_it_is_changed_by_hand(admin_client: Client, incident: Incident) -> None:
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert admin_client.post(f"{LIST}{incident.pk}/delete/", {"post": "yes"}).status_code == 403
    admin_client.post(f"{LIST}{incident.pk}/change/", {"subject": "other"})
    assert Incident.objects.get().subject == incident.subject


def test_who_may_not_see_links_sees_none_on_an_incidents_page(
    incident: Incident, sign_in: Callable[..., Client]
) -> None:
    page = sign_in("view_incident").get(f"{LIST}{incident.pk}/change/").content.decode()
    assert "Object is missing" in page
    assert "For Ogata" not in page


def test_longer_lists_ask_the_database_no_more_often(admin_client: Client, incident: Incident, now: datetime) -> None:
    def count(address: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert admin_client.get(address).status_code == 200
        return len(asked)

    count(LIST)  # the first page of a session remembers how its reader reads
    few = [count(LIST), count(NOTICES)]
    for number in range(30):
        more = Incident.objects.create(
            code="unreachable", subject=str(number), verdict="unknown", opened_at=now, changed_at=now
        )
        IncidentNotice.objects.create(incident=more, kind="opened", channel="mail", created_at=now)
    assert [count(LIST), count(NOTICES)] == few

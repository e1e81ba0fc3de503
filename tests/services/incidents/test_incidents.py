"""Incidents: one root cause, one row, one message, whoever finds it and however often."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction

from links.domain.findings import Code, Finding, Verdict
from links.domain.incidents import FLAPPING_OPENINGS, FLAPPING_WINDOW, GREW_EVERY
from links.domain.judging.verdicts import Judgement
from links.models import Incident, IncidentLink, IncidentNotice, ShareLink
from links.services.incidents import incidents
from tests.site_settings import SiteSettings

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)
HEALTHY = Judgement(Verdict.HEALTHY)


@pytest.fixture(autouse=True)
def channels(site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]


def make_links(count: int, **fields: object) -> list[ShareLink]:
    until = NOW + timedelta(days=30)
    made = {"delivery": "stable", "asked_until": until, "promised_until": until, "created_at": NOW, "host": "store"}
    return ShareLink.objects.bulk_create(
        ShareLink(**{**made, "object_key": f"{number}.pdf", **fields}) for number in range(count)
    )


def broken(code: Code = Code.KEY_UNKNOWN, fails_at: datetime | None = None, **params: str) -> Judgement:
    params = params or {"access_key_id": "AKIAEXAMPLE"}
    return Judgement(Verdict.BROKEN, (Finding(code, Verdict.BROKEN, fails_at, params),))


def update_incidents(links: Sequence[ShareLink], judgement: Judgement, now: datetime = NOW) -> None:
    with transaction.atomic():
        incidents.update_incidents([(link, judgement) for link in links], now)


def deliver_all() -> None:
    IncidentNotice.objects.filter(delivered_at=None).update(delivered_at=NOW, due_at=None)


def kinds() -> list[str]:
    return list(IncidentNotice.objects.order_by("pk").values_list("kind", flat=True))


def test_links_that_share_a_cause_share_an_incident(db: None) -> None:
    links = make_links(3)
    update_incidents(links, broken())
    incident = Incident.objects.get()
    assert (incident.code, incident.subject, incident.link_count) == ("key-unknown", "AKIAEXAMPLE", 3)
    assert (incident.opened_at, incident.verdict) == (NOW, "broken")
    assert kinds() == ["opened"]


def test_later_links_join_the_incident_and_nothing_is_said_again(db: None) -> None:
    links = make_links(3)
    update_incidents(links[:1], broken())
    update_incidents(links[1:], broken(), NOW + A_MINUTE)
    incident = Incident.objects.get()
    assert (incident.link_count, incident.opened_at, incident.changed_at) == (3, NOW, NOW + A_MINUTE)
    assert kinds() == ["opened"]


def test_the_same_finding_again_does_no_harm(db: None) -> None:
    links = make_links(2)
    for _ in range(3):
        update_incidents(links, broken())
    assert IncidentLink.objects.count() == Incident.objects.get().link_count == 2


def test_different_subjects_are_different_incidents(db: None) -> None:
    links = make_links(2)
    update_incidents(links[:1], broken(access_key_id="AKIAONE"))
    update_incidents(links[1:], broken(access_key_id="AKIATWO"))
    assert Incident.objects.count() == 2


def test_an_incident_shows_its_first_bite(db: None) -> None:
    links = make_links(2)
    later, sooner = NOW + timedelta(days=3), NOW + timedelta(days=2)
    update_incidents(links[:1], broken(fails_at=later))
    update_incidents(links[1:], broken(fails_at=sooner))
    assert Incident.objects.get().fails_at == sooner
    update_incidents(links[1:], HEALTHY)
    assert Incident.objects.get().fails_at == later


def test_an_incident_lasts_until_its_last_link_is_mended_and_keeps_their_number(db: None) -> None:
    links = make_links(2)
    update_incidents(links, broken())
    deliver_all()
    update_incidents(links[:1], HEALTHY)
    assert (Incident.objects.get().link_count, Incident.objects.get().is_open) == (1, True)
    update_incidents(links[1:], HEALTHY, NOW + A_MINUTE)
    incident = Incident.objects.get()
    assert (incident.resolved_at, incident.link_count) == (NOW + A_MINUTE, 2)
    assert kinds() == ["opened", "resolved"]


def test_what_was_over_before_anybody_was_told_is_never_told(db: None) -> None:
    links = make_links(1)
    update_incidents(links, broken())
    update_incidents(links, HEALTHY, NOW + A_MINUTE)
    assert Incident.objects.get().resolved_at == NOW + A_MINUTE
    assert kinds() == []


def test_a_cause_that_comes_back_is_a_new_incident(db: None) -> None:
    links = make_links(1)
    update_incidents(links, broken())
    deliver_all()
    update_incidents(links, HEALTHY, NOW + A_MINUTE)
    deliver_all()
    update_incidents(links, broken(), NOW + 2 * A_MINUTE)
    assert Incident.objects.count() == 2
    assert Incident.objects.open().get().link_count == 1
    assert kinds() == ["opened", "resolved", "opened"]


def test_a_cause_that_comes_and_goes_is_called_flapping_once(db: None) -> None:
    links = make_links(1)
    for number in range(FLAPPING_OPENINGS + 2):
        update_incidents(links, broken(), NOW + 2 * number * A_MINUTE)
        deliver_all()
        update_incidents(links, HEALTHY, NOW + (2 * number + 1) * A_MINUTE)
    assert kinds() == ["opened", "flapping", "resolved"], "an end that did not last was taken back each time"
    assert timedelta(minutes=2 * FLAPPING_OPENINGS) < FLAPPING_WINDOW


def test_who_could_not_tell_takes_nothing_back_and_adds_nothing_yet(db: None) -> None:
    links = make_links(1)
    update_incidents(links, broken())
    unknown = Finding(Code.STORE_OVERLOADED, Verdict.UNKNOWN)
    update_incidents(links, Judgement(Verdict.UNKNOWN, (unknown,)), NOW + A_MINUTE)
    assert Incident.objects.open().get().code == "key-unknown"
    assert IncidentLink.objects.filter(over_at=None).count() == 1


def test_a_warning_that_came_true_is_over_without_a_word(db: None) -> None:
    links = make_links(2, object_key="one.pdf")
    update_incidents(links, broken(Code.TEMPORARY_CREDENTIALS))
    deliver_all()
    update_incidents(links[:1], broken(Code.TEMPORARY_CREDENTIALS_ENDED), NOW + A_MINUTE)
    assert Incident.objects.open().count() == 2
    update_incidents(links[1:], broken(Code.TEMPORARY_CREDENTIALS_ENDED), NOW + 2 * A_MINUTE)
    assert Incident.objects.open().get().link_count == 2
    assert kinds() == ["opened", "opened"]


def test_links_that_are_mended_in_the_same_way_share_an_incident_of_their_bucket(db: None) -> None:
    links = make_links(8)
    for number, link in enumerate(links):
        update_incidents([link], broken(Code.SIGNATURE_ENDED, ended_at=f"2026-02-{number + 1:02}T00:00:00+00:00"))
    incident = Incident.objects.get()
    assert (incident.subject, incident.link_count) == ("store", 8)
    assert incident.params == {}, "what they do not agree in is not said of all"
    assert len({row.params["ended_at"] for row in IncidentLink.objects.all()}) == 8
    assert kinds() == ["opened"]


def test_links_of_one_batch_agree_only_in_what_is_true_of_all(db: None) -> None:
    links = make_links(2)
    first = broken(Code.OBJECT_MISSING, object="0.pdf", bucket="files")
    other = broken(Code.OBJECT_MISSING, object="1.pdf", bucket="files")
    with transaction.atomic():
        incidents.update_incidents([(links[0], first), (links[1], other)], NOW)
    assert Incident.objects.get().params == {"bucket": "files"}


def test_a_link_that_joins_what_was_told_is_told_once_and_no_sooner_than_after_an_hour(db: None) -> None:
    links = make_links(4)
    update_incidents(links[:1], broken(Code.OBJECT_MISSING, object="0.pdf"))
    update_incidents(links[1:2], broken(Code.OBJECT_MISSING, object="1.pdf"), NOW + A_MINUTE)
    assert kinds() == ["opened"], "what waits will count it"
    deliver_all()
    update_incidents(links[2:3], broken(Code.OBJECT_MISSING, object="2.pdf"), NOW + 2 * A_MINUTE)
    update_incidents(links[3:], broken(Code.OBJECT_MISSING, object="3.pdf"), NOW + 3 * A_MINUTE)
    assert kinds() == ["opened", "grew"]
    assert IncidentNotice.objects.get(kind="grew").due_at == NOW + GREW_EVERY


def test_a_link_that_comes_back_to_an_incident_is_no_news(db: None) -> None:
    links = make_links(2)
    update_incidents(links, broken(Code.OBJECT_MISSING))
    deliver_all()
    update_incidents(links[:1], HEALTHY, NOW + A_MINUTE)
    update_incidents(links[:1], broken(Code.OBJECT_MISSING), NOW + 2 * A_MINUTE)
    assert kinds() == ["opened"]


def test_one_doubtful_link_ends_by_its_own_doubt_and_not_by_that_of_others(db: None) -> None:
    links = make_links(2)
    update_incidents(links[:1], broken(Code.OBJECT_MISSING))
    update_incidents(links[1:], broken(Code.OBJECT_MISSING, one_of="permission-lost"))
    assert Incident.objects.get().params == {"one_of": "permission-lost"}
    denied = broken(Code.PERMISSION_LOST)
    update_incidents(links, denied, NOW + A_MINUTE)
    harmed = IncidentLink.objects.filter(over_at=None, incident__code="object-missing")
    assert [row.link_id for row in harmed] == [links[0].pk]


def test_an_incident_is_as_grave_as_the_gravest_of_its_links(db: None) -> None:
    links = make_links(2)
    feared = Finding(Code.HEADERS_SIGNED, Verdict.AT_RISK)
    update_incidents(links[:1], Judgement(Verdict.AT_RISK, (feared,)))
    update_incidents(links[1:], broken(Code.HEADERS_SIGNED))
    assert Incident.objects.get().verdict == "broken"


def test_what_is_over_is_released(db: None) -> None:
    links = make_links(2)
    update_incidents(links, broken())
    with transaction.atomic():
        incidents.resolve_for_links([links[0].pk], NOW + A_MINUTE)
    assert Incident.objects.open().get().link_count == 1


def test_workers_at_once_open_one_incident_and_count_every_link(transactional_db: None) -> None:
    links = make_links(60)
    codes = [Code.KEY_UNKNOWN, Code.CLOCK_SKEW, Code.PERMISSION_LOST]
    findings = tuple(Finding(code, Verdict.BROKEN, None, {"access_key_id": "AKIAEXAMPLE"}) for code in codes)
    together, errors = Barrier(6), list[BaseException]()

    def work(number: int) -> None:
        ours = links[number * 10 : number * 10 + 10]
        together.wait()
        try:
            for step in range(6):
                some = findings[: step % 3 + 1] if number % 2 else findings[step % 3 :]
                update_incidents(ours, Judgement(Verdict.BROKEN, some), NOW + step * A_MINUTE)
            update_incidents(ours, Judgement(Verdict.BROKEN, findings), NOW + timedelta(hours=1))
        except BaseException as error:  # noqa: BLE001  shown by the test
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    still_open = Incident.objects.open()
    assert sorted(still_open.values_list("code", "link_count")) == sorted((code.value, 60) for code in codes)
    assert IncidentLink.objects.filter(over_at=None, incident__in=still_open).count() == 180
    assert not IncidentLink.objects.filter(over_at=None).exclude(incident__in=still_open).exists()


def test_an_outage_is_one_incident_however_it_shows_to_those_who_find_it(transactional_db: None) -> None:
    """Two stores are out, in each worker's eyes in another way; who opens the one first may open the other last."""
    rounds, workers, errors = 8, 4, list[BaseException]()
    links = make_links(rounds * workers * 2, unknown_streak=3)
    names = (Code.UNREACHABLE, Code.STORE_OVERLOADED)
    together = Barrier(workers)

    def work(number: int) -> None:
        try:
            for turn in range(rounds):
                ours = links[(turn * workers + number) * 2 :][:2]
                judged = []
                for store, link in enumerate(ours):
                    link.host = f"store-{turn}-{store}"
                    finding = Finding(names[(number + store) % 2], Verdict.UNKNOWN)
                    judged.append((link, Judgement(Verdict.UNKNOWN, (finding,))))
                together.wait()
                with transaction.atomic():
                    incidents.update_incidents(judged, NOW)
        except BaseException as error:  # noqa: BLE001  shown by the test
            errors.append(error)
            together.abort()
        finally:
            connection.close()

    threads = [Thread(target=work, args=(number,)) for number in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    stores = [f"store-{turn}-{store}" for turn in range(rounds) for store in range(2)]
    assert sorted(Incident.objects.open().values_list("subject", flat=True)) == sorted(stores)
    assert set(Incident.objects.values_list("link_count", flat=True)) == {workers}

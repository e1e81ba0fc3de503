from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from links.domain.findings import Code, Verdict
from links.domain.judging.verdicts import Judgement
from links.domain.sharing import EVERYTHING
from links.domain.visits.access import Outcome
from links.models import Customer, Incident, IncidentNotice, ShareLink
from links.queries.link_state import LinkState, read_state
from links.services.buckets import changing
from links.services.keys import proofs
from links.services.links import changes, creation, remake
from links.services.links.creation import NewLink
from links.services.links.remake import rescue_links
from links.services.validation.clocks import judge_in_time
from links.services.validation.on_demand import ask_for_validation
from links.services.visits.clicks import follow
from tests.fixtures import CONTENT, World, open_incident, rescue_link, sign
from tests.services.links.rescue.rescuing import click, refusal, save, sign_with_session
from tests.site_settings import SiteSettings


def test_a_foreign_links_promise_is_kept_by_a_stable_link_to_the_same_object(world: World) -> None:
    old = world.watch(sign_with_session(world), days=30).link
    ShareLink.objects.filter(pk=old.pk).update(note="for A")
    old.refresh_from_db()
    staff = User.objects.create_user("kim")
    new_link = rescue_link(old, world.clock(), staff)
    new = ShareLink.objects.get(pk=new_link.link.pk)
    assert (new.delivery, new.bucket, new.object_key) == ("stable", world.bucket, "report.pdf")
    assert (new.promised_until, new.note, new.owner) == (old.promised_until, "for A", staff)
    assert click(new_link, world) == CONTENT
    world.ahead = timedelta(days=29)
    assert follow(new_link.url.rpartition("/")[2], now=world.clock()).outcome is Outcome.SERVED


def test_a_presigned_link_is_rescued_with_the_name_it_is_saved_under(world: World) -> None:
    old = world.presign().link
    ShareLink.objects.filter(pk=old.pk).update(filename="年次.pdf")
    old.refresh_from_db()
    new_link = save(world, old)
    assert (new_link.link.filename, new_link.link.promised_until) == ("年次.pdf", old.promised_until)
    assert click(new_link, world) == CONTENT


def give(link: ShareLink, **fields: object) -> ShareLink:
    ShareLink.objects.filter(pk=link.pk).update(**fields)
    return ShareLink.objects.get(pk=link.pk)


def test_a_rescue_carries_for_whom_the_link_is_what_it_is_called_and_what_it_tells(world: World) -> None:
    acme = Customer.objects.create(name="ACME", created_at=world.clock())
    maker, manager = (User.objects.create_user(name, is_staff=True) for name in ("mika", "kim"))
    told = {"customer": acme, "title": "Annual report", "note": "by telephone", "remind_days": 2, "owner": maker}
    links = [give(world.watch(sign(world)).link, **told), give(world.presign().link, **told)]
    for row in rescue_links(links, manager, EVERYTHING, world.clock()):
        assert row.done
        new = ShareLink.objects.get(pk=row.done.link.pk)
        assert {name: getattr(new, name) for name in told} == told
        assert new.remind_at == new.promised_until - timedelta(days=2)
        assert (new.password, new.download_limit, new.slug, new.notify_downloads) == ("", None, None, False)


def test_a_rescued_link_whose_owner_is_gone_is_the_rescuers(world: World) -> None:
    gone, kim = User.objects.create_user("mika", is_active=False), User.objects.create_user("kim")
    old = give(world.watch(sign(world)).link, owner=gone)
    assert rescue_link(old, world.clock(), kim).link.owner == kim


def test_a_reminder_whose_time_is_past_hinders_no_rescue(world: World) -> None:
    old = give(world.watch(sign(world), days=6).link, remind_days=7, title="Plan")
    new_link = save(world, old)
    assert (new_link.link.title, new_link.link.remind_days, new_link.link.remind_at) == ("Plan", None, None)


def test_what_follows_the_latest_file_still_does(world: World) -> None:
    old = give(world.presign().link, follows_latest=True)
    new_link = save(world, old)
    world.store.put("report.pdf", b"another")
    assert click(new_link, world) == b"another"


@pytest.mark.parametrize("first", [True, False])
def test_of_two_links_to_one_object_each_follows_the_latest_file_or_keeps_its_own(world: World, first: bool) -> None:
    links = [give(world.presign().link, follows_latest=follows) for follows in (first, not first)]
    world.store.versioned = True
    world.store.put("report.pdf", CONTENT)
    rows = rescue_links(links, None, EVERYTHING, world.clock())
    world.store.put("report.pdf", b"another")
    served = [click(row.done, world) for row in rows if row.done]
    assert served == ([b"another", CONTENT] if first else [CONTENT, b"another"])


def test_a_rescued_link_alarms_no_more_and_its_incident_resolves(world: World, site_settings: SiteSettings) -> None:
    site_settings.ALERT_MAILS = ["a@b.example"]
    old = world.watch(sign_with_session(world), days=6).link
    world.judge(old)
    incident = open_incident(Code.TEMPORARY_CREDENTIALS)
    IncidentNotice.objects.update(delivered_at=world.clock())
    new_link = save(world, old)
    incident.refresh_from_db()
    assert not incident.is_open
    assert list(incident.notices.filter(kind="resolved").values_list("channel", flat=True))
    old.refresh_from_db()
    assert (old.due_at, old.is_rescued, old.is_revoked) == (None, True, False)
    assert old.rescued_by == new_link.link
    assert world.judge(new_link.link).judgement.verdict is Verdict.HEALTHY


def test_nobody_makes_a_rescued_link_due_again(world: World) -> None:
    old = world.watch(sign_with_session(world)).link
    save(world, old)
    ask_for_validation([old], world.clock)
    proofs.prove_key(world.key, world.clock())
    changing.change_bucket(world.bucket, world.key, region=world.bucket.region, addressing="path", now=world.clock())
    assert old.pk not in {one.link.pk for one in world.validate()}
    old.refresh_from_db()
    assert old.due_at is None
    assert not Incident.objects.exists()


def test_a_validation_that_was_under_way_leaves_a_rescued_link_alone(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = world.watch(sign_with_session(world)).link

    def rescue_meanwhile(*case: Any) -> Judgement:
        save(world, ShareLink.objects.get(pk=old.pk))
        return judge_in_time(*case)

    monkeypatch.setattr("links.services.validation.batches.judge_in_time", rescue_meanwhile)
    assert not world.validate(old)
    old.refresh_from_db()
    assert (old.due_at, old.verdict) == (None, "")
    assert not Incident.objects.exists()


def test_rescuing_twice_names_the_link_that_did_it(world: World) -> None:
    old = world.watch(sign(world)).link
    new_link = save(world, old)
    refused = refusal(world, ShareLink.objects.get(pk=old.pk))
    assert (refused.code, refused.params) == ("already-rescued", {"link": new_link.link.pk})
    assert ShareLink.objects.count() == 2


@pytest.mark.parametrize(
    ("meanwhile", "code"),
    [
        (save, "already-rescued"),
        (lambda world, link: changes.revoke(link, world.clock()), "rescue-revoked"),
        (lambda _world, link: link.delete(), "link-changed"),
    ],
)
def test_what_happens_while_the_store_is_asked_counts(
    world: World, monkeypatch: pytest.MonkeyPatch, meanwhile: Callable[[World, ShareLink], object], code: str
) -> None:
    old = world.watch(sign(world)).link

    def draft_late(*of: Any) -> NewLink:
        monkeypatch.setattr(remake, "rebuild_link", creation.rebuild_link)
        meanwhile(world, ShareLink.objects.get(pk=old.pk))
        return creation.rebuild_link(*of)

    monkeypatch.setattr(remake, "rebuild_link", draft_late)
    assert refusal(world, old).code == code
    assert ShareLink.objects.filter(delivery="stable").count() == (code == "already-rescued")


def test_only_a_url_with_a_promise_left_is_rescued(world: World) -> None:
    assert refusal(world, world.create_link().link).code == "rescue-stable"
    revoked = world.watch(sign(world)).link
    changes.revoke(revoked, world.clock())
    assert refusal(world, revoked).code == "rescue-revoked"
    ended = world.watch(sign(world, seconds=60), days=1).link
    world.ahead = timedelta(days=1, seconds=1)
    assert refusal(world, ended).code == "rescue-ended"


def test_of_a_link_that_was_rescued_and_then_revoked_the_refusal_says_what_its_state_says(world: World) -> None:
    old = world.watch(sign(world)).link
    save(world, old)
    changes.revoke(old, world.clock())
    old = ShareLink.objects.get(pk=old.pk)
    assert read_state(old, world.clock()) is LinkState.REVOKED
    assert refusal(world, old).code == "rescue-revoked"

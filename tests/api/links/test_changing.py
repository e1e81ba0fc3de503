from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from links.models import AuditRecord, ShareLink
from links.queries.audit.link_acts import list_acts
from links.texts.pages import histories
from tests.api.programs import Program, make_program
from tests.fixtures import Setup, let_share


@pytest.fixture
def program(setup: Setup) -> Program:
    return make_program()


@pytest.fixture
def link(program: Program, setup: Setup) -> ShareLink:
    made = setup.create_link().link
    ShareLink.objects.filter(pk=made.pk).update(owner=program.owner)
    return made


def read_etag(program: Program, link: ShareLink) -> str:
    return program.get(f"/links/{link.pk}").headers["etag"]


def test_what_is_sent_is_changed_and_all_else_stays(program: Program, link: ShareLink) -> None:
    ShareLink.objects.filter(pk=link.pk).update(title="Old", reference="A-1")
    reply = program.ask(
        "PATCH", f"/links/{link.pk}", {"title": "New", "remind_days": 3}, If_Match=read_etag(program, link)
    )
    assert (reply.status, reply.body["title"], reply.body["reference"]) == (200, "New", "A-1")
    link.refresh_from_db()
    assert (link.title, link.remind_days) == ("New", 3)
    assert histories.render(list_acts([link.pk])[0].change_message) is None  # Django's own words
    assert reply.headers["etag"] == read_etag(program, link)


def test_a_change_says_which_version_of_the_link_it_is_of(program: Program, link: ShareLink) -> None:
    unsaid = program.ask("PATCH", f"/links/{link.pk}", {"title": "New"})
    assert (unsaid.status, unsaid.code) == (428, "if-match-missing")
    read = read_etag(program, link)
    ShareLink.objects.filter(pk=link.pk).update(note="somebody else's")
    stale = program.ask("PATCH", f"/links/{link.pk}", {"title": "New"}, If_Match=read)
    assert (stale.status, stale.code) == (412, "if-match-stale")
    link.refresh_from_db()
    assert link.title == ""
    assert program.ask("PATCH", f"/links/{link.pk}", {"title": "New"}, If_Match="*").status == 200


def test_a_click_or_a_verdict_makes_no_change_stale(program: Program, link: ShareLink) -> None:
    read = read_etag(program, link)
    ShareLink.objects.filter(pk=link.pk).update(visit_count=7, verdict="healthy", validated_at=timezone.now())
    assert program.ask("PATCH", f"/links/{link.pk}", {"title": "New"}, If_Match=f'"x", {read}').status == 200


def test_a_link_is_extended_under_the_same_url(program: Program, link: ShareLink) -> None:
    reply = program.post(f"/links/{link.pk}/extend", {"lifetime": "+7 days"})
    assert reply.status == 200
    was = link.promised_until
    link.refresh_from_db()
    assert link.promised_until == was + timedelta(days=7)


def test_a_revoked_link_is_revived_by_who_read_that_it_was_and_not_extended(program: Program, link: ShareLink) -> None:
    assert program.post(f"/links/{link.pk}/revoke").body["state"] == "revoked"
    assert program.post(f"/links/{link.pk}/revoke").status == 200  # as it was
    extended = program.post(f"/links/{link.pk}/extend", {"lifetime": "60 days"})
    assert (extended.status, extended.code) == (422, "revive-first")
    assert program.post(f"/links/{link.pk}/revive", {}).status == 428
    revived = program.post(f"/links/{link.pk}/revive", {}, If_Match=read_etag(program, link))
    assert (revived.status, revived.body["state"], revived.body["revoked_at"]) == (200, "new", None)
    assert AuditRecord.objects.filter(act="link-revoked", way="api").count() == 1


def test_a_used_up_link_gets_more_downloads(program: Program, link: ShareLink) -> None:
    ShareLink.objects.filter(pk=link.pk).update(download_limit=2, visit_count=2)
    reply = program.post(f"/links/{link.pk}/revive", {"more_downloads": 3}, If_Match=read_etag(program, link))
    assert (reply.status, reply.body["download_limit"]) == (200, 5)


def test_a_link_is_handed_to_a_colleague_and_out_of_sight(program: Program, link: ShareLink) -> None:
    ken = User.objects.create_user("ken", is_staff=True)
    ken.groups.add(Group.objects.get(name="Link maker"))
    unfit = program.post(f"/links/{link.pk}/transfer", {"colleague": "nobody"})
    assert (unfit.status, unfit.code) == (422, "colleague-unfit")
    let_share(ken)
    reply = program.post(f"/links/{link.pk}/transfer", {"colleague": "ken"})
    assert (reply.status, reply.body["owner"]["id"]) == (200, ken.pk)
    assert program.get(f"/links/{link.pk}").status == 404


def test_a_link_is_validated_now(program: Program, link: ShareLink) -> None:
    reply = program.post(f"/links/{link.pk}/validate")
    assert (reply.status, reply.body) == (202, {"is_queued": False, "verdict": "healthy"})  # no Redis in this suite
    assert program.get(f"/links/{link.pk}").body["state"] == "healthy"


def test_a_url_is_told_again_on_the_record(program: Program, setup: Setup) -> None:
    made = setup.create_link()
    ShareLink.objects.filter(pk=made.link.pk).update(owner=program.owner)
    assert program.post(f"/links/{made.link.pk}/url").body == {"url": made.url}
    assert AuditRecord.objects.filter(act="url-revealed", way="api", actor=program.owner.pk).count() == 1
    assert [histories.render(entry.change_message) for entry in list_acts([made.link.pk])] == ["Viewed the URL."]


@pytest.mark.parametrize("what", ["extend", "revive", "revoke", "transfer", "validate", "url"])
def test_a_link_of_somebody_else_is_not_there(what: str, program: Program, setup: Setup) -> None:
    body = {"extend": {"lifetime": "60 days"}, "revive": {}, "transfer": {"colleague": "mika"}}.get(what)
    assert program.post(f"/links/{setup.create_link().link.pk}/{what}", body, If_Match="*").status == 404


def test_who_may_only_look_changes_nothing(setup: Setup) -> None:
    auditor, link = make_program("Auditor", "aki"), setup.create_link().link
    assert auditor.get(f"/links/{link.pk}").status == 200
    for what in ("revoke", "validate", "url"):
        assert auditor.post(f"/links/{link.pk}/{what}").status == 403

"""What may be changed about a link after it was made, and what is refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import Permission, User
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from links.domain.ends import EndChange
from links.domain.errors import HoldfastError, Refused, Unavailable
from links.domain.promises import Why
from links.models import Customer, ShareLink
from links.services import bell, changes, visit
from links.services.changes import NewTerms
from links.services.issue import Issued
from tests.stage import CONTENT, Stage, fetch
from tests.strict_s3 import refusals

Done = TypeVar("Done")

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def follow(stage: Stage, issued: Issued) -> visit.Followed:
    return visit.follow(issued.url.rpartition("/")[2], now=stage.clock())


def refusal_of(act: Callable[[], object]) -> str:
    with pytest.raises(HoldfastError) as refused:
        act()
    return refused.value.code


def change(do: Callable[..., Done], stage: Stage, link: ShareLink, lifetime: str) -> Done:
    return do(link, lifetime, zone=UTC, now=stage.clock())


def read_again(link: ShareLink) -> ShareLink:
    return ShareLink.objects.get(pk=link.pk)


# Revoke ---------------------------------------------------------------------------------------------------------


def test_a_link_is_revoked_once(stage: Stage) -> None:
    link = stage.issue().link
    assert changes.revoke(link, stage.clock()) is True
    first = link.revoked_at
    assert changes.revoke(link, stage.clock() + HOUR) is False
    assert link.revoked_at == first is not None
    assert link.due_at is None


# Extend ---------------------------------------------------------------------------------------------------------


def test_a_stable_link_gets_a_new_end_counted_from_now(stage: Stage) -> None:
    issued = stage.issue(lifetime="1 hour")
    stage.wait(timedelta(hours=2))
    assert follow(stage, issued).outcome == "ended"
    promise = change(changes.extend, stage, issued.link, "1 day")
    assert ShareLink.objects.get().promised_until == promise.promised_until > stage.clock() + timedelta(hours=23)
    assert fetch(follow(stage, issued).url) == CONTENT
    assert ShareLink.objects.due(stage.clock()).count() == 1


def test_what_cannot_be_extended_is_refused(stage: Stage) -> None:
    revoked, presigned = stage.issue().link, stage.presign().link
    changes.revoke(revoked, stage.clock())
    for link, code in ((revoked, "extend-revoked"), (presigned, "extend-presigned")):
        assert refusal_of(partial(change, changes.extend, stage, link, "1 day")) == code


def test_a_link_revoked_while_it_is_extended_stays_revoked(stage: Stage) -> None:
    stale = read_again(stage.issue().link)
    changes.revoke(read_again(stale), stage.clock())
    assert refusal_of(lambda: change(changes.extend, stage, stale, "1 day")) == "extend-revoked"
    assert ShareLink.objects.get().due_at is None


def test_a_link_is_not_extended_while_the_store_is_silent(stage: Stage) -> None:
    link = stage.issue().link
    stage.s3.answer = refusals.service_unavailable()
    with pytest.raises(Unavailable):
        change(changes.extend, stage, link, "1 year")
    assert read_again(link).promised_until == link.promised_until


def test_of_two_who_change_the_same_end_the_second_is_told(stage: Stage) -> None:
    first, second = (read_again(link) for link in [stage.issue().link] * 2)
    change(changes.extend, stage, first, "60 days")
    assert refusal_of(lambda: change(changes.extend, stage, second, "90 days")) == "link-changed"
    assert read_again(first).promised_until == first.promised_until
    assert second.promised_until == first.promised_until


def test_a_new_end_is_validated_soon(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    link = stage.issue().link
    rung: list[object] = []
    monkeypatch.setattr(bell, "ring", lambda *args: rung.append(args))
    with django_capture_on_commit_callbacks(execute=True):
        change(changes.extend, stage, link, "60 days")
    assert rung == [("validate_links", [link.pk])]


# Shorten --------------------------------------------------------------------------------------------------------


def test_a_link_is_cut_short_though_the_store_is_silent(stage: Stage) -> None:
    issued = stage.issue(lifetime="30 days")
    stage.s3.answer = refusals.service_unavailable()
    promise = change(changes.shorten, stage, issued.link, "1 hour")
    soon = stage.clock() + HOUR + timedelta(minutes=1)
    assert read_again(issued.link).promised_until == promise.promised_until < soon
    assert [reason.code for reason in issued.link.promise_reasons] == [Why.SIGNED_AT_EACH_CLICK]
    stage.wait(2 * HOUR)
    assert follow(stage, issued).outcome == "ended"


def test_what_cannot_be_shortened_is_refused(stage: Stage) -> None:
    live, ended, revoked = (stage.issue(lifetime=lifetime).link for lifetime in ("7 days", "1 hour", "7 days"))
    presigned = stage.presign().link
    changes.revoke(revoked, stage.clock())
    ShareLink.objects.filter(pk=ended.pk).update(promised_until=stage.clock())
    for link, code in (
        (live, "shorten-later"),
        (ended, "shorten-ended"),
        (revoked, "extend-revoked"),
        (presigned, "extend-presigned"),
    ):
        link.refresh_from_db()
        assert refusal_of(partial(change, changes.shorten, stage, link, "8 days")) == code


# Revive ---------------------------------------------------------------------------------------------------------


def test_a_revoked_link_lives_again_under_the_same_url(stage: Stage) -> None:
    issued = stage.issue()
    changes.revoke(issued.link, stage.clock())
    assert follow(stage, issued).outcome == "revoked"
    change(changes.revive, stage, issued.link, "1 day")
    assert fetch(follow(stage, issued).url) == CONTENT
    assert not issued.link.is_revoked
    assert issued.link.due_at is not None


def test_an_ended_link_lives_again_under_the_same_url(stage: Stage) -> None:
    issued = stage.issue(lifetime="1 hour")
    stage.wait(2 * HOUR)
    change(changes.revive, stage, issued.link, "1 day")
    assert fetch(follow(stage, issued).url) == CONTENT


def test_what_cannot_be_revived_is_refused(stage: Stage) -> None:
    live, presigned, lost = stage.issue().link, stage.presign().link, stage.issue().link
    for link in (presigned, lost):
        changes.revoke(link, stage.clock())
    assert refusal_of(lambda: change(changes.revive, stage, live, "1 day")) == "revive-live"
    assert refusal_of(lambda: change(changes.revive, stage, presigned, "1 day")) == "extend-presigned"
    stage.store.delete("report.pdf")
    assert refusal_of(lambda: change(changes.revive, stage, lost, "1 day")) == "object-missing"
    assert read_again(lost).is_revoked


# Whichever the new end means ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lifetime", "kind"), [("60 days", EndChange.EXTEND), ("1 day", EndChange.SHORTEN), ("30 days", EndChange.EXTEND)]
)
def test_a_new_end_is_foreseen_as_it_will_be(stage: Stage, lifetime: str, kind: EndChange) -> None:
    link = stage.issue(lifetime="30 days").link
    stage.wait(timedelta(seconds=2))
    before, now = link.promised_until, stage.clock()
    foreseen = changes.foresee_end(link, lifetime, zone=UTC, now=now)
    assert read_again(link).promised_until == before
    assert changes.change_end(link, lifetime, zone=UTC, now=now) == foreseen
    assert (foreseen.change, foreseen.before) == (kind, before)
    assert read_again(link).promised_until == foreseen.promise.promised_until


def test_a_reminder_follows_the_end(stage: Stage) -> None:
    link = stage.issue(lifetime="30 days").link
    changes.change_terms(link, NewTerms(remind_days=7), stage.clock())
    assert read_again(link).remind_at == link.promised_until - 7 * DAY
    change(changes.extend, stage, link, "60 days")
    assert read_again(link).remind_at == link.promised_until - 7 * DAY
    change(changes.shorten, stage, link, "2 days")
    assert read_again(link).remind_at is None


def test_a_link_that_was_revoked_follows_nothing_and_is_not_watched_again(stage: Stage) -> None:
    link = stage.issue().link
    assert changes.follow_latest(link, stage.clock()) is True
    changes.revoke(link, stage.clock())
    ShareLink.objects.update(follows_latest=False)
    assert changes.follow_latest(link, stage.clock()) is False
    assert not link.follows_latest
    assert not ShareLink.objects.watched().exists()


# The owner ------------------------------------------------------------------------------------------------------


def employ(name: str, **more: Any) -> User:
    user = User.objects.create_user(name, **{"is_staff": True, **more})
    user.user_permissions.set(Permission.objects.filter(codename="add_sharelink"))
    return user


def test_a_link_is_handed_to_a_colleague(stage: Stage) -> None:
    link, colleague = stage.issue(owner=employ("mika")).link, employ("ken")
    changes.hand_to(link, colleague)
    assert read_again(link).owner == colleague
    assert refusal_of(lambda: changes.hand_to(link, colleague)) == "handed-already"


def test_a_link_that_nobody_owns_is_handed_over_too(stage: Stage) -> None:
    link, colleague = stage.issue().link, employ("ken")
    changes.hand_to(link, colleague)
    assert read_again(link).owner == colleague


@pytest.mark.parametrize("unfit", [{"is_active": False}, {"is_staff": False}])
def test_a_link_is_handed_to_nobody_who_may_not_make_any(stage: Stage, unfit: dict[str, bool]) -> None:
    link, colleague = stage.issue().link, employ("ken", **unfit)
    assert refusal_of(lambda: changes.hand_to(link, colleague)) == "colleague-unfit"
    assert read_again(link).owner is None
    stranger = User.objects.create_user("anna", is_staff=True)
    assert refusal_of(lambda: changes.hand_to(link, stranger)) == "colleague-unfit"


# The terms ------------------------------------------------------------------------------------------------------


def test_terms_are_changed(stage: Stage) -> None:
    link, customer = stage.issue().link, Customer.objects.create(name="Ogata", created_at=stage.clock())
    terms = NewTerms(
        title="Annual report",
        customer=customer,
        note="for Anna",
        password="öffne dich",
        download_limit=3,
        starts_at=stage.clock() + DAY,
        remind_days=2,
        tells_downloads=True,
    )
    changes.change_terms(link, terms, stage.clock())
    kept = read_again(link)
    assert (kept.title, kept.customer, kept.note) == ("Annual report", customer, "for Anna")
    assert (kept.download_limit, kept.starts_at, kept.tells_downloads) == (3, terms.starts_at, True)
    assert check_password("öffne dich", kept.password)
    assert "öffne" not in kept.password
    assert "öffne" not in repr(terms)


def test_a_password_is_kept_replaced_and_taken_away(stage: Stage) -> None:
    link = stage.issue().link
    changes.change_terms(link, NewTerms(password="the first"), stage.clock())
    changes.change_terms(link, NewTerms(title="other"), stage.clock())
    assert check_password("the first", read_again(link).password)
    changes.change_terms(link, NewTerms(password="the second"), stage.clock())
    assert check_password("the second", read_again(link).password)
    changes.change_terms(link, NewTerms(password=""), stage.clock())
    assert read_again(link).password == ""


@pytest.mark.parametrize(
    ("row", "terms", "code"),
    [
        ({"visit_count": 3}, {"download_limit": 3}, "limit-used"),
        ({}, {"starts_at": datetime(2099, 1, 1, tzinfo=UTC)}, "starts-after-end"),
        ({"slug": "annual", "password": "x"}, {"password": ""}, "slug-needs-password"),
        ({}, {"remind_days": 30}, "remind-past"),
        ({"delivery": "presigned"}, {"password": "long enough"}, "terms-need-stable"),
        ({"delivery": "foreign"}, {"download_limit": 3}, "terms-need-stable"),
    ],
)
def test_terms_that_cannot_be_are_refused_and_nothing_is_written(
    stage: Stage, row: dict[str, Any], terms: dict[str, Any], code: str
) -> None:
    link = stage.issue(lifetime="30 days").link
    ShareLink.objects.update(**row)
    link.refresh_from_db()
    assert refusal_of(lambda: changes.change_terms(link, NewTerms(title="other", **terms), stage.clock())) == code
    assert read_again(link).title == ""


def test_the_password_of_a_public_slug_may_go(stage: Stage) -> None:
    link = stage.issue().link
    ShareLink.objects.update(slug="annual", is_public=True, password="x")
    link.refresh_from_db()
    changes.change_terms(link, NewTerms(password=""), stage.clock())
    assert read_again(link).password == ""


def test_a_password_is_as_long_as_the_one_that_a_link_is_made_with(stage: Stage) -> None:
    link = stage.issue().link
    assert refusal_of(lambda: changes.change_terms(link, NewTerms(password="7 chars"), stage.clock())) == (
        "password-too-short"
    )
    assert read_again(link).password == ""


def test_what_is_over_can_still_be_given_a_name(stage: Stage) -> None:
    """Only what is new about the terms is judged: a limit that is used up, or a beginning, may stay as it is."""
    link = stage.issue().link
    begun = stage.clock() - DAY
    ShareLink.objects.update(download_limit=3, visit_count=3, starts_at=begun, promised_until=begun)
    link.refresh_from_db()
    changes.change_terms(link, NewTerms(title="Plan", download_limit=3, starts_at=begun), stage.clock())
    kept = read_again(link)
    assert (kept.title, kept.download_limit, kept.starts_at) == ("Plan", 3, begun)


def test_a_limit_that_somebody_changed_meanwhile_is_not_put_back(stage: Stage) -> None:
    link = stage.issue().link
    changes.change_terms(link, NewTerms(download_limit=5), stage.clock())
    stale = read_again(link)
    changes.change_terms(link, NewTerms(download_limit=1), stage.clock())
    terms = NewTerms(note="x", download_limit=5)
    assert refusal_of(lambda: changes.change_terms(stale, terms, stage.clock())) == "link-changed"
    assert read_again(link).download_limit == stale.download_limit == 1


def test_a_used_up_link_is_allowed_exactly_one_download_more(stage: Stage) -> None:
    link = stage.issue().link
    assert changes.allow_another(link) is False
    ShareLink.objects.update(download_limit=2, visit_count=1)
    assert changes.allow_another(link) is False
    ShareLink.objects.update(visit_count=2)
    assert changes.allow_another(link) is True
    assert (link.download_limit, link.downloads_left) == (3, 1)
    assert changes.allow_another(link) is False


def test_a_download_that_comes_between_counts(stage: Stage) -> None:
    issued = stage.issue()
    stale = read_again(issued.link)
    follow(stage, issued)
    with pytest.raises(Refused):
        changes.change_terms(stale, NewTerms(download_limit=1), stage.clock())
    assert read_again(stale).download_limit is None


def test_a_note_may_be_written_while_customers_download(stage: Stage) -> None:
    issued = stage.issue()
    changes.change_terms(issued.link, NewTerms(download_limit=2), stage.clock())
    stale = read_again(issued.link)
    ShareLink.objects.update(visit_count=2)
    changes.change_terms(stale, NewTerms(note="done", download_limit=2), stage.clock())
    assert read_again(stale).note == "done"


def test_presigned_links_have_names_and_reminders_too(stage: Stage) -> None:
    link = stage.presign().link
    changes.change_terms(link, NewTerms(title="Plan", remind_days=2), stage.clock())
    assert (read_again(link).title, link.remind_at) == ("Plan", link.promised_until - 2 * DAY)


def test_an_edit_is_one_update(stage: Stage, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    link = stage.issue().link
    with django_assert_num_queries(2):  # and one look at what came of it
        changes.change_terms(link, NewTerms(title="Plan"), stage.clock())

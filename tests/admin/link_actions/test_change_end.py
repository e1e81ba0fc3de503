"""A new end for links: extended, shortened, revived."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from links.domain.judging.facts import Delivery
from links.domain.sharing import EVERYTHING
from links.models import ShareLink
from links.queries import own_urls
from links.services.links import changes
from links.texts.pages.histories import render
from tests.admin.link_pages import LIST, SCRIPT, Filled, answer, choose, page_of, post, read_form
from tests.fixtures import Setup
from tests.strict_s3 import refusals


def test_a_new_end_is_foreseen_and_nothing_is_written(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    before = link.promised_until
    page = admin_client.post(page_of(link, "end"), {"lifetime": "1 day", "preview": "1"}, headers=SCRIPT)
    assert "shorter" in page.content.decode()
    assert "<html" not in page.content.decode()
    link.refresh_from_db()
    assert link.promised_until == before
    assert not LogEntry.objects.exists()


def test_a_link_is_extended_under_the_same_url_and_it_is_written_down(
    admin_client: Client, setup: Setup, now: datetime
) -> None:
    new_link = setup.create_link("1 hour")
    opened = read_form(admin_client, new_link.link, "end")
    assert "longer" in post(admin_client, new_link.link, "end", **opened | {"lifetime": "2 days"})
    assert new_link.link.promised_until > now + timedelta(days=1)
    assert own_urls.reveal_url(new_link.link) == new_link.url
    assert str(render(LogEntry.objects.get().change_message)).startswith("Extended")


def test_an_end_that_the_store_does_not_bear_out_is_not_written(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link("1 hour").link
    before = link.promised_until
    setup.s3.answer = refusals.service_unavailable()
    assert "did not answer" in post(admin_client, link, "end", lifetime="2 days")
    assert link.promised_until == before


def test_an_end_before_the_beginning_is_refused_beside_its_field(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    ShareLink.objects.update(starts_at=link.promised_until - timedelta(days=1))
    answer = admin_client.post(page_of(link, "end"), {"lifetime": "7 days"})
    (told,) = answer.context["form"].errors["lifetime"]
    assert re.match(r"The link starts on \d+ \w+ 20\d\d, .* would never work", told)


@pytest.mark.parametrize("press", [{}, {"preview": "1"}])
def test_an_end_that_a_colleague_changed_since_the_page_was_opened_is_decided_upon_anew(
    admin_client: Client, setup: Setup, press: dict[str, str]
) -> None:
    link = setup.create_link("30 days").link
    opened = {**read_form(admin_client, link, "end"), "lifetime": "60 days"} | press
    theirs = changes.change_end(link, "1 day", zone=UTC, now=timezone.now(), scope=EVERYTHING).promise.promised_until
    refused = post(admin_client, link, "end", **opened)
    assert "Check it and try again" in refused
    assert link.promised_until == theirs
    entered = Filled(refused).fields
    assert entered["lifetime"] == "60 days"
    assert "longer" in post(admin_client, link, "end", **entered)
    assert link.promised_until > theirs + timedelta(days=50)


def test_the_end_of_a_presigned_url_cannot_be_changed(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link("1 day", Delivery.PRESIGNED).link
    assert admin_client.get(page_of(link, "end")).status_code == 403
    assert admin_client.post(page_of(link, "end"), {"lifetime": "2 days"}).status_code == 403


def test_many_ends_are_changed_and_each_link_is_answered_for(admin_client: Client, setup: Setup) -> None:
    short, long, revoked = (setup.create_link(lifetime).link for lifetime in ("1 day", "90 days", "1 day"))
    presigned = setup.create_link("1 day", Delivery.PRESIGNED).link
    changes.revoke(revoked, timezone.now())
    links = (short, long, revoked, presigned)
    assert b'name="selected"' in choose(admin_client, "change_end_of_selected", *links).content
    outcome = dict(answer(admin_client, "end", *links, lifetime="30 days"))
    assert outcome == {short.pk: "Extended", long.pk: "Refused", revoked.pk: "Refused", presigned.pk: "Refused"}
    revoked.refresh_from_db()
    assert revoked.is_revoked
    end = f"{timezone.now() + timedelta(days=30):%Y-%m-%d}"  # who enters a date means it
    assert answer(admin_client, "end", long, lifetime=end) == [(long.pk, "Shortened")]


def test_what_a_new_end_would_do_is_said_before_anything_is_saved(admin_client: Client, setup: Setup) -> None:
    links = [setup.create_link(lifetime).link for lifetime in ("1 day", "2 days", "90 days", "1 hour")]
    ShareLink.objects.filter(pk=links[3].pk).update(promised_until=timezone.now())
    before = list(ShareLink.objects.order_by("pk").values_list("promised_until", flat=True))
    chosen = ",".join(str(link.pk) for link in links)
    shown = admin_client.post(f"{LIST}end/", {"selected": chosen, "lifetime": "30 days", "preview": "1"})
    counts = {badge.word: count for count, badge in shown.context["foreseen"].counts}
    assert counts == {"Expires later": 2, "Refused": 1, "Works again": 1}
    assert "Nothing is saved yet." in shown.content.decode()
    assert 'name="selected"' in shown.content.decode()
    assert list(ShareLink.objects.order_by("pk").values_list("promised_until", flat=True)) == before
    assert not LogEntry.objects.exists()

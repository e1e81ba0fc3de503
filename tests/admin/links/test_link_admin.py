import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
from celery import current_app
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from links.admin.base import change_lists
from links.domain.facts import Delivery
from links.models import ShareLink, Validation
from links.services import changes, issue, validate
from links.services.issue import Issued
from links.words.histories import tell
from tests.shelf import OBJECT, Shelf, token_of

LIST = "/admin/links/sharelink/"
ADD = f"{LIST}add/"
SignIn = Callable[..., Client]


def page_of(link: ShareLink, page: str = "change") -> str:
    return f"{LIST}{link.pk}/{page}/"


def fill(shelf: Shelf, **entered: str) -> dict[str, str]:
    return {
        "bucket": str(shelf.bucket.pk),
        "object_key": OBJECT,
        "lifetime": "30 days",
        "delivery": "stable",
        "note": "",
        "filename": "",
        **entered,
    }


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def multiply(issued: Issued, count: int) -> None:
    """More rows like this one, without their secrets."""
    kept = {"delivery": "foreign", "bucket_id": issued.link.bucket_id, "owner_id": issued.link.owner_id}
    now = datetime.now(UTC)
    ShareLink.objects.bulk_create(
        ShareLink(**kept, object_key=f"k{n}", asked_until=now, promised_until=now + timedelta(days=n), created_at=now)
        for n in range(count)
    )


# Making ---------------------------------------------------------------------------------------------------------


def test_the_promise_is_told_before_anything_is_saved(admin_client: Client, shelf: Shelf) -> None:
    page = admin_client.post(ADD, fill(shelf, preview="1")).content.decode()
    assert "Works until" in page
    assert "It is signed afresh at each click." in page
    assert not ShareLink.objects.exists()


def test_the_panel_alone_answers_a_script(admin_client: Client, shelf: Shelf) -> None:
    page = admin_client.post(ADD, fill(shelf, preview="1"), headers={"HX-Request": "true"}).content.decode()
    assert "Works until" in page
    assert "<html" not in page


def test_a_presigned_link_past_seven_days_is_refused_and_a_stable_one_offered(
    admin_client: Client, shelf: Shelf
) -> None:
    page = admin_client.post(ADD, fill(shelf, delivery="presigned", save="")).content.decode()
    assert 'name="offer" value="stable"' in page
    assert not ShareLink.objects.exists()


def test_taking_the_offer_previews_a_stable_link(admin_client: Client, shelf: Shelf) -> None:
    page = admin_client.post(ADD, fill(shelf, delivery="presigned", offer="stable")).content.decode()
    assert "Works until" in page
    assert 'name="offer"' not in page


def test_the_url_is_shown_once_after_saving(admin_client: Client, shelf: Shelf) -> None:
    answer = admin_client.post(ADD, fill(shelf), follow=True)
    link = ShareLink.objects.get()
    url = issue.reveal_url(link)
    assert url in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert admin_client.get(page_of(link, "url"))["Location"] == page_of(link)
    assert token_of(url) not in read(admin_client, page_of(link))


def test_the_session_that_shows_it_once_keeps_no_secret(admin_client: Client, shelf: Shelf) -> None:
    admin_client.post(ADD, fill(shelf))
    link = ShareLink.objects.get()
    assert token_of(issue.reveal_url(link)) not in str(dict(admin_client.session))


def test_a_presigned_urls_page_says_that_it_cannot_be_stopped(admin_client: Client, shelf: Shelf) -> None:
    answer = admin_client.post(ADD, fill(shelf, delivery="presigned", lifetime="1 day"), follow=True)
    assert "Revoking it here cannot stop it at the store" in answer.content.decode()


def test_a_refusal_makes_nothing_and_keeps_what_was_entered(admin_client: Client, shelf: Shelf) -> None:
    page = admin_client.post(ADD, fill(shelf, object_key="not/there", note="For Ogata")).content.decode()
    assert 'value="not/there"' in page
    assert "For Ogata" in page
    assert not ShareLink.objects.exists()


def test_a_refusal_is_said_once_to_the_eye_and_does_not_speak_of_saving_what_was_only_checked(
    admin_client: Client, shelf: Shelf
) -> None:
    page = admin_client.post(ADD, fill(shelf, object_key="not/there", preview="1")).content.decode()
    assert "not saved" not in page
    hidden = re.findall(r'<div class="visually-hidden">.*?</div>', page, re.DOTALL)
    assert page.count("There is no object") - "".join(hidden).count("There is no object") == 1


def test_without_a_bucket_the_page_says_what_comes_first(admin_client: Client) -> None:
    assert "/admin/links/bucket/add/" in read(admin_client, ADD)


# Watching a URL -------------------------------------------------------------------------------------------------


def watch(client: Client, shelf: Shelf, now: datetime, **entered: str) -> str:
    session = shelf.s3.assume_role("app", "session", ends_at=now + timedelta(hours=1))
    url = shelf.s3.presigner(session, shelf.stored).v4(OBJECT, expires=604800, at=now)
    until = f"{now + timedelta(days=30):%Y-%m-%dT%H:%M}"
    entered = {"url": url, "promised_until": until, "note": "", **entered}
    return client.post(f"{LIST}watch/", entered, follow=True).content.decode()


def test_what_can_be_read_off_a_url_is_told_before_it_is_watched(
    admin_client: Client, shelf: Shelf, now: datetime
) -> None:
    assert "Signed with temporary credentials" in watch(admin_client, shelf, now, preview="1")
    assert not ShareLink.objects.exists()


def test_a_url_is_watched_and_its_page_does_not_show_it(admin_client: Client, shelf: Shelf, now: datetime) -> None:
    page = watch(admin_client, shelf, now)
    assert ShareLink.objects.get().delivery == "foreign"
    assert "X-Amz" not in page


# The list -------------------------------------------------------------------------------------------------------


def test_the_list_tells_states_in_words(admin_client: Client, shelf: Shelf, now: datetime) -> None:
    ended, revoked, made = shelf.issue(), shelf.issue(), shelf.issue(note="For Ogata")
    ShareLink.objects.filter(pk=ended.link.pk).update(promised_until=now)
    changes.revoke(revoked.link, now)
    page = read(admin_client, LIST)
    for word in ("Ended", "Revoked", "Not yet validated", "For Ogata", OBJECT):
        assert word in page
    assert token_of(made.url) not in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=broken", ["broken"]),
        ("state=at_risk", ["at_risk"]),
        ("state=ended", ["ended"]),
        ("state=revoked", ["revoked"]),
        ("state=new", ["new"]),
        ("state=", ["at_risk", "broken", "ended", "new", "revoked"]),
        ("delivery=presigned", ["at_risk"]),
        ("ends=1", ["broken"]),
        ("ends=7", ["at_risk", "broken"]),
        ("ends=later", ["new"]),
        ("made=1", ["at_risk", "broken", "ended", "new", "revoked"]),
        ("q=brok", ["broken"]),
        ("q=no-such-thing", []),
    ],
)
def test_the_list_is_narrowed(query: str, found: list[str], admin_client: Client, shelf: Shelf, now: datetime) -> None:
    days = {"broken": 0.5, "at_risk": 5, "ended": -1, "revoked": 50, "new": 50}
    ShareLink.objects.bulk_create(
        ShareLink(
            delivery="presigned" if name == "at_risk" else "stable",
            object_key="k",
            note=name,
            verdict=name if name in ("broken", "at_risk") else "",
            asked_until=now,
            promised_until=now + timedelta(days=ahead),
            revoked_at=now if name == "revoked" else None,
            created_at=now,
        )
        for name, ahead in days.items()
    )
    shown = admin_client.get(f"{LIST}?{query}").context["cl"].result_list
    assert sorted(link.note for link in shown) == found


def test_a_link_is_found_by_its_url_without_the_url_standing_in_an_address(admin_client: Client, shelf: Shelf) -> None:
    issued = shelf.issue()
    answer = admin_client.post(f"{LIST}find/", {"q": f" {issued.url} "})
    assert answer["Location"] == page_of(issued.link)


def test_a_presigned_url_leads_to_its_own_link(admin_client: Client, shelf: Shelf) -> None:
    issued = shelf.issue("1 day", Delivery.PRESIGNED)
    shelf.issue("2 days", Delivery.PRESIGNED)
    assert admin_client.post(f"{LIST}find/", {"q": issued.url})["Location"] == page_of(issued.link)


def test_a_presigned_url_that_is_not_ours_leads_to_the_links_of_its_object(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue().link
    url = shelf.s3.presigner(shelf.access_key, shelf.stored).v4(OBJECT, expires=60)
    answer = admin_client.post(f"{LIST}find/", {"q": url}, follow=True)
    assert [link.pk for link in answer.context["cl"].result_list] == [link.pk]
    assert "X-Amz" not in answer.request["QUERY_STRING"]


def test_an_unknown_url_is_not_carried_on(admin_client: Client, shelf: Shelf) -> None:
    answer = admin_client.post(f"{LIST}find/", {"q": "https://elsewhere.test/s/" + "A" * 43})
    assert "A" * 43 not in answer["Location"]


@pytest.mark.parametrize("text", ["https://elsewhere.test/s/" + "A" * 43, "/s/" + "A" * 43, "ftp://me:secret@x/a?b"])
def test_an_unknown_url_lists_nothing_and_its_host_stays_in_the_box(
    text: str, admin_client: Client, shelf: Shelf
) -> None:
    shelf.issue()
    answer = admin_client.post(f"{LIST}find/", {"q": text}, follow=True)
    page = answer.content.decode()
    assert list(answer.context["cl"].result_list) == []
    assert answer.context["cl"].query
    assert "No link of ours has this URL." in page
    assert "Nothing was found." in page
    assert "A" * 43 not in page
    assert "secret" not in page


@pytest.mark.parametrize(
    "pasted",
    [
        "s3://files/{}",
        "arn:aws:s3:::files/{}",
        "https://eu-central-1.console.aws.amazon.com/s3/object/files?region=eu-central-1&prefix={}",
        "{endpoint}/files/{quoted}",
    ],
)
def test_a_pasted_address_of_an_object_lists_the_links_that_lead_to_it(
    pasted: str, admin_client: Client, shelf: Shelf
) -> None:
    link, other = shelf.issue().link, shelf.issue().link
    ShareLink.objects.filter(pk=other.pk).update(object_key=f"{OBJECT}.bak")
    for key, found in ((OBJECT, [link]), (OBJECT[:-1], [])):
        text = pasted.format(key, quoted=quote(key), endpoint=shelf.s3.url)
        answer = admin_client.post(f"{LIST}find/", {"q": text}, follow=True)
        assert list(answer.context["cl"].result_list) == found
        assert answer.context["cl"].query == f"s3://files/{key}"
        assert "No link of ours has this URL." not in answer.content.decode()


def test_a_pasted_folder_lists_the_links_below_it(admin_client: Client, shelf: Shelf) -> None:
    below, beside = shelf.issue().link, shelf.issue().link
    ShareLink.objects.filter(pk=below.pk).update(object_key="2026/a.pdf")
    for folder, found in (("2026/", [below]), ("", [beside, below])):
        answer = admin_client.post(f"{LIST}find/", {"q": f"s3://files/{folder}"}, follow=True)
        assert list(answer.context["cl"].result_list) == found


@pytest.mark.parametrize("text", ["#{}", "{}"])
def test_a_link_is_found_by_its_number(text: str, admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue().link
    answer = admin_client.post(f"{LIST}find/", {"q": text.format(link.pk)}, follow=True)
    assert link in answer.context["cl"].result_list


@pytest.mark.parametrize(
    "text",
    ["9" * 30, "a\x00b", "%", "²", "s3://a/b\x00c", "https://console.aws.amazon.com/s3/object/a?prefix=%00", "://"],
)
def test_no_search_breaks_the_list(text: str, admin_client: Client, db: None) -> None:
    assert admin_client.post(f"{LIST}find/", {"q": text}, follow=True).status_code == 200


def count_queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_a_longer_list_asks_the_database_no_more_often(admin_client: Client, shelf: Shelf) -> None:
    issued = shelf.issue()
    read(admin_client, LIST)
    multiply(issued, 9)
    few = count_queries(admin_client, LIST)
    multiply(issued, 190)
    assert count_queries(admin_client, LIST) == few
    assert few <= 12


def test_no_list_counts_further_than_it_says(
    admin_client: Client, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(change_lists, "COUNTED", 20)
    monkeypatch.setattr(change_lists.count_some, "__defaults__", (20,))
    multiply(shelf.issue(), 30)
    with CaptureQueriesContext(connection) as asked:
        page = read(admin_client, LIST)
    assert "the first 20 links" in page
    counts = [query["sql"] for query in asked if "COUNT(" in query["sql"]]
    assert counts
    assert all("LIMIT 21" in sql for sql in counts)


# A link's page --------------------------------------------------------------------------------------------------


def test_a_links_page_tells_its_findings_and_cures(
    admin_client: Client, shelf: Shelf, clock: Callable[[], datetime]
) -> None:
    issued = shelf.issue()
    shelf.stored.delete(OBJECT)
    validate.validate_links([issued.link.pk], clock)
    page = read(admin_client, page_of(issued.link))
    for words in ("Broken", "Object is missing", "What to do", "Upload the same file again", "404", "incident #"):
        assert words in page
    assert "The store answered: 404 NoSuchKey, “The specified key does not exist.”" in page


def test_a_finding_that_nobody_knows_any_more_is_shown_as_it_is(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue().link
    ShareLink.objects.update(verdict="broken", findings=[{"code": "of-long-ago", "verdict": "broken"}])
    assert "of-long-ago" in read(admin_client, page_of(link))


def test_times_are_shown_in_the_readers_zone_which_is_named(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue("2090-12-24 12:00").link
    assert "24 December 2090, 12:00 UTC" in read(admin_client, page_of(link))
    admin_client.cookies["tz"] = "Asia/Tokyo"
    assert "24 December 2090, 21:00 JST" in read(admin_client, page_of(link))


def test_a_links_page_is_only_read(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue().link
    assert admin_client.post(page_of(link), {"note": "For Ogata", "object_key": "other"}).status_code == 403
    link.refresh_from_db()
    assert (link.note, link.object_key) == ("", OBJECT)


def test_a_longer_history_asks_the_database_no_more_often(admin_client: Client, shelf: Shelf, now: datetime) -> None:
    link = shelf.issue().link
    read(admin_client, page_of(link))
    few = count_queries(admin_client, page_of(link))
    Validation.objects.bulk_create(Validation(link=link, at=now, verdict="healthy") for _ in range(200))
    assert count_queries(admin_client, page_of(link)) == few


def test_the_url_is_shown_again_only_on_the_record(admin_client: Client, shelf: Shelf) -> None:
    issued = shelf.issue()
    answer = admin_client.post(page_of(issued.link, "url"))
    assert issued.url in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert tell(LogEntry.objects.get().change_message) == "Looked at the URL."


def test_validate_now_is_done_here_when_no_worker_hears(admin_client: Client, shelf: Shelf) -> None:
    issued = shelf.issue()
    answer = admin_client.post(page_of(issued.link, "validate"), follow=True)
    assert "Healthy" in str(next(iter(answer.context["messages"])))
    assert Validation.objects.get().verdict == "healthy"


def test_validate_now_is_left_to_a_worker_that_hears(
    admin_client: Client, shelf: Shelf, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    issued = shelf.issue()
    ShareLink.objects.update(due_at=now + timedelta(days=1))
    heard: list[object] = []
    monkeypatch.setattr(current_app, "send_task", lambda name, args, **_: heard.append((name, args)))
    admin_client.post(page_of(issued.link, "validate"))
    assert heard == [("links.tasks.validate_links", [[issued.link.pk]])]
    assert ShareLink.objects.due(timezone.now()).exists()
    assert not Validation.objects.exists()


def test_revoking_is_asked_about_and_says_what_happens(admin_client: Client, shelf: Shelf) -> None:
    issued = shelf.issue("1 day", Delivery.PRESIGNED)
    page = read(admin_client, page_of(issued.link, "revoke"))
    assert "cannot be stopped from here" in page
    issued.link.refresh_from_db()
    assert not issued.link.is_revoked
    admin_client.post(page_of(issued.link, "revoke"))
    issued.link.refresh_from_db()
    assert issued.link.is_revoked


def test_a_link_is_never_deleted(admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue().link
    assert admin_client.post(page_of(link, "delete"), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in read(admin_client, LIST)


# Who may what ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["url", "validate", "revoke", "end", "edit", "hand", "follow", "rescue", "change"])
def test_who_may_only_look_changes_nothing_and_sees_no_url(page: str, shelf: Shelf, sign_in: SignIn) -> None:
    issued = shelf.issue()
    client = sign_in("view_sharelink", "see_every_sharelink")
    answer = client.post(page_of(issued.link, page), {"lifetime": "1 day", "note": "x"})
    assert answer.status_code == 403
    shown = read(client, page_of(issued.link))
    assert token_of(issued.url) not in shown
    assert "<textarea" not in shown
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("page", ["add", "watch"])
def test_who_may_not_make_links_gets_no_form(page: str, sign_in: SignIn) -> None:
    client = sign_in("view_sharelink", "change_sharelink", "see_every_sharelink")
    assert client.get(f"{LIST}{page}/").status_code == 403
    assert "Make a link" not in read(client, LIST)


def test_who_may_not_look_finds_nothing(shelf: Shelf, sign_in: SignIn) -> None:
    issued = shelf.issue()
    client = sign_in("view_bucket")
    assert client.post(f"{LIST}find/", {"q": issued.url}).status_code == 403
    assert client.get(page_of(issued.link)).status_code == 404


def test_who_may_make_but_not_change_sees_the_url_of_what_they_made_once(shelf: Shelf, sign_in: SignIn) -> None:
    client = sign_in("add_sharelink", "view_sharelink")
    answer = client.post(ADD, fill(shelf), follow=True)
    link = ShareLink.objects.get()
    assert issue.reveal_url(link) in answer.content.decode()
    assert client.post(page_of(link, "url")).status_code == 403


@pytest.mark.parametrize("page", ["validate", "follow", "rescue"])
def test_what_changes_something_is_never_a_mere_look(page: str, admin_client: Client, shelf: Shelf) -> None:
    link = shelf.issue().link
    assert admin_client.get(page_of(link, page))["Location"] == page_of(link)


def test_a_forged_form_is_refused(shelf: Shelf, admin_user: object) -> None:
    link = shelf.issue().link
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)  # type: ignore[arg-type]
    answer = client.post(page_of(link, "revoke"))
    assert answer.status_code == 403
    assert "Nothing was done" in answer.content.decode()


def test_no_history_holds_a_secret(admin_client: Client, shelf: Shelf, now: datetime) -> None:
    admin_client.post(ADD, fill(shelf))
    stable = ShareLink.objects.get()
    admin_client.post(ADD, fill(shelf, delivery="presigned", lifetime="1 day"))
    watch(admin_client, shelf, now)
    for page in ("url", "validate", "end", "revoke"):
        admin_client.post(page_of(stable, page), {"lifetime": "1 day"})
    written = " ".join(f"{entry.object_repr} {entry.change_message}" for entry in LogEntry.objects.all())
    assert LogEntry.objects.count() == 6
    assert token_of(issue.reveal_url(stable)) not in written
    assert "X-Amz" not in written
    assert "X-Amz" not in read(admin_client, page_of(stable, "history"))


def test_a_maker_of_links_sees_only_their_own(shelf: Shelf, sign_in: SignIn) -> None:
    client = sign_in("add_sharelink", "view_sharelink", "change_sharelink")
    client.post(ADD, fill(shelf))
    own, others = ShareLink.objects.get(), shelf.issue().link
    listed = read(client, LIST)
    assert page_of(own) in listed
    assert page_of(others) not in listed
    assert client.get(page_of(others)).status_code == 404
    assert client.post(page_of(others, "url")).status_code == 404


def test_where_the_store_never_answered_nobody_says_that_a_link_at_risk_works(
    admin_client: Client, shelf: Shelf
) -> None:
    link = shelf.issue().link
    risk, silent = {"code": "rotation-due", "verdict": "at_risk"}, {"code": "unreachable", "verdict": "unknown"}
    for findings, works in (([risk], True), ([risk, silent], False)):
        ShareLink.objects.update(verdict="at_risk", findings=findings)
        for address in ("/admin/links/sharelink/", f"/admin/links/sharelink/{link.pk}/change/"):
            page = admin_client.get(address).content.decode()
            assert ("It works, but something was found" in page) is works

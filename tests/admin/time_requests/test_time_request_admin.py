from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from links.domain.visits.access import MAILS_TO_STRANGERS
from links.models import Customer, ShareLink, TimeRequest
from links.services.links import changes, time_requests
from tests.fixtures import Setup, token_of

LIST = "/admin/links/timerequest/"
SignIn = Callable[..., Client]


def page_of(asked: TimeRequest, page: str = "change") -> str:
    return f"{LIST}{asked.pk}/{page}/"


def link_page(asked: TimeRequest) -> str:
    return f"/admin/links/sharelink/{asked.link_id}/change/"


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.fixture
def asked(setup: Setup) -> TimeRequest:
    """By the customer of a link that ended yesterday."""
    link = setup.create_link().link
    link.promised_until = timezone.now() - timedelta(days=1)
    link.save()
    return time_requests.ask(link, timezone.now(), message="Two weeks, please", mail="c@example.com")


def test_one_click_in_the_list_lets_the_same_url_live_again(admin_client: Client, asked: TimeRequest) -> None:
    page = read(admin_client, LIST)
    assert "Two weeks, please" in page
    assert f'formaction="{page_of(asked, "grant")}?back=list" name="lifetime" value="7 days"' in page
    answer = admin_client.post(f"{page_of(asked, 'grant')}?back=list", {"lifetime": "7 days"}, follow=True)
    assert answer.redirect_chain == [(LIST, 302)]
    told = answer.content.decode()
    assert "The customer&#x27;s URL stays the same, until" in told
    assert "we write to c@example.com" in told
    link = ShareLink.objects.get()
    assert link.promised_until > timezone.now() + timedelta(days=6)
    assert LogEntry.objects.filter(object_id=str(asked.pk)).exists()


@pytest.mark.parametrize(
    ("lifetime", "button"), [("30 days", "Allow another download<"), ("1 day", "Allow another download and 7 days<")]
)
def test_of_a_used_up_link_another_download_is_granted_and_the_button_says_so(
    admin_client: Client, setup: Setup, lifetime: str, button: str
) -> None:
    link = setup.create_link(lifetime).link
    ShareLink.objects.update(download_limit=1, visit_count=1)
    link.refresh_from_db()
    asked = time_requests.ask(link, timezone.now())
    own, listed = read(admin_client, link_page(asked)), read(admin_client, LIST)
    assert "The customer requests another download" in own
    assert "Grant 7 days" not in own + listed
    assert button in own
    assert button in listed
    assert "No downloads are left: whatever you grant" in read(admin_client, page_of(asked))
    assert "another download" in read(admin_client, "/admin/")
    admin_client.post(page_of(asked, "grant"), {"lifetime": "7 days"})
    link.refresh_from_db()
    assert link.downloads_left == 1


def test_a_link_that_was_revoked_since_is_left_so_and_it_is_said_how_to_revive_it(
    admin_client: Client, asked: TimeRequest
) -> None:
    changes.revoke(asked.link, timezone.now())
    address = f"/admin/links/timerequest/{asked.pk}/grant/"
    answer = admin_client.post(address, {"lifetime": "7 days"}).content.decode()
    assert "It was revoked. Open its page to revive it." in answer
    assert f"/admin/links/sharelink/{asked.link_id}/change/" in answer
    asked.refresh_from_db()
    assert asked.is_open


def test_the_links_own_page_asks_too(admin_client: Client, asked: TimeRequest) -> None:
    page = read(admin_client, link_page(asked))
    assert "The customer requests more time" in page
    assert f'action="{page_of(asked, "grant")}"' in page
    answer = admin_client.post(page_of(asked, "grant"), {"lifetime": "7 days"}, follow=True)
    assert answer.redirect_chain == [(link_page(asked), 302)]
    assert "The customer requests more time" not in answer.content.decode()


def test_each_who_asked_is_shown_and_told(admin_client: Client, asked: TimeRequest) -> None:
    time_requests.ask(asked.link, timezone.now(), message="I was ill", mail="d@example.com")
    for address in (LIST, page_of(asked), link_page(asked), "/admin/"):
        page = read(admin_client, address)
        for said in ("Two weeks, please", "c@example.com", "I was ill", "d@example.com"):
            assert said in page, (address, said)
    told = admin_client.post(page_of(asked, "grant"), {"lifetime": "7 days"}, follow=True).content.decode()
    assert "we write to c@example.com, d@example.com" in told
    assert "Tell them" not in told


def test_it_is_not_said_that_we_write_where_too_many_mails_went_before(
    admin_client: Client, asked: TimeRequest
) -> None:
    for number in range(MAILS_TO_STRANGERS.max_count + 1):
        address = page_of(time_requests.ask(asked.link, timezone.now(), mail="c@example.com"), "grant")
        told = admin_client.post(address, {"lifetime": "7 days"}, follow=True).content.decode()
        is_written = number < MAILS_TO_STRANGERS.max_count
        assert ("we write to c@example.com" in told) is is_written
        assert ("Too many mails were sent to c@example.com today" in told) is not is_written


def test_another_lifetime_can_be_chosen(admin_client: Client, asked: TimeRequest) -> None:
    assert 'value="7 days"' in read(admin_client, page_of(asked))
    admin_client.post(page_of(asked, "grant"), {"lifetime": "2 months"})
    assert ShareLink.objects.get().promised_until > timezone.now() + timedelta(days=55)


def test_a_lifetime_that_cannot_be_read_is_said_and_nothing_is_granted(
    admin_client: Client, asked: TimeRequest
) -> None:
    page = admin_client.post(page_of(asked, "grant"), {"lifetime": "some time"}).content.decode()
    assert 'value="some time"' in page
    assert "That did not work" in page
    asked.refresh_from_db()
    assert asked.is_open


def test_declining_says_that_nobody_is_written_to(admin_client: Client, asked: TimeRequest) -> None:
    page = admin_client.post(page_of(asked, "decline"), follow=True).content.decode()
    assert "The customer gets no mail" in page
    assert "Declined" in read(admin_client, LIST)
    page = admin_client.post(page_of(asked, "decline"), follow=True).content.decode()
    assert "Somebody has already answered this request." in page
    page = admin_client.post(page_of(asked, "grant"), {"lifetime": "7 days"}).content.decode()
    assert "Somebody has already answered this request." in page
    assert 'name="lifetime"' not in page


def test_open_ones_come_first(admin_client: Client, asked: TimeRequest, setup: Setup) -> None:
    answered = time_requests.ask(setup.create_link().link, timezone.now(), message="Thank you")
    time_requests.decline(answered, User.objects.get(username="admin"), timezone.now())
    page = read(admin_client, LIST)
    assert page.index("Two weeks, please") < page.index("Thank you")


def test_only_requests_about_links_that_one_may_see_are_shown_and_answered(
    asked: TimeRequest, setup: Setup, sign_in: SignIn
) -> None:
    client = sign_in("view_timerequest", "view_sharelink", "change_sharelink")
    own = setup.create_link().link
    own.owner = User.objects.get(username="mika")
    own.save()
    mine = time_requests.ask(own, timezone.now(), message="From my customer")
    page = read(client, LIST)
    assert "From my customer" in page
    assert "Two weeks, please" not in page
    assert client.post(page_of(asked, "grant"), {"lifetime": "7 days"}).status_code != 200
    assert client.post(page_of(asked, "decline")).status_code != 200
    asked.refresh_from_db()
    assert asked.is_open
    assert client.post(page_of(mine, "grant"), {"lifetime": "7 days"})["Location"] == link_page(mine)


def test_who_may_only_look_is_shown_no_button(asked: TimeRequest, sign_in: SignIn) -> None:
    client = sign_in("view_timerequest", "view_sharelink", "see_every_sharelink")
    for address in (LIST, page_of(asked), link_page(asked)):
        page = read(client, address)
        assert "Two weeks, please" in page
        assert "/grant/" not in page
        assert "/decline/" not in page
    for page in ("grant", "decline"):
        assert client.post(page_of(asked, page), {"lifetime": "7 days"}).status_code == 403


def test_an_answer_is_posted(admin_client: Client, asked: TimeRequest) -> None:
    for answer in ("grant", "decline"):
        assert admin_client.get(page_of(asked, answer))["Location"] == page_of(asked)
    asked.refresh_from_db()
    assert asked.answered_at is None


def test_the_list_asks_no_more_often_with_more_to_show(admin_client: Client, asked: TimeRequest, setup: Setup) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            read(admin_client, LIST)
        return len(queries)

    read(admin_client, LIST)
    few = count()
    customer = Customer.objects.create(name="ACME", created_at=timezone.now())
    for _ in range(5):
        link = setup.create_link().link
        link.customer = customer
        link.save()
        time_requests.ask(link, timezone.now())
    assert count() == few


def test_the_dashboard_can_count_what_is_open(asked: TimeRequest, sign_in: SignIn) -> None:
    sign_in("view_timerequest")
    mika = User.objects.get(username="mika")
    assert TimeRequest.objects.open().count() == 1
    assert TimeRequest.objects.open().seen_by(mika).count() == 0


def test_no_page_shows_the_links_token(admin_client: Client, setup: Setup) -> None:
    new_link = setup.create_link()
    asked = time_requests.ask(new_link.link, timezone.now())
    for address in (LIST, page_of(asked), link_page(asked)):
        assert token_of(new_link.url) not in read(admin_client, address)

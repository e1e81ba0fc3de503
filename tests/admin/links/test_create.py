"""Making a link: see the promise, choose the terms."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.domain.findings import Code
from links.domain.judging.facts import Delivery
from links.models import Bucket, Customer, Incident, IncidentLink, ShareLink, SigningKey
from links.services.buckets import binding
from links.services.keys import proofs
from tests.admin.link_pages import ADD, LIST, SCRIPT, SignIn, choose, fill, page_of, read
from tests.fixtures import OBJECT, Setup, token_of
from tests.markup import tidy
from tests.site_settings import SiteSettings


def test_a_pasted_address_chooses_bucket_and_file(admin_client: Client, setup: Setup) -> None:
    admin_client.post(ADD, {"object_key": f"s3://files/{OBJECT}", "lifetime": "1 day", "delivery": "stable"})
    link = ShareLink.objects.get()
    assert (link.bucket, link.object_key) == (setup.bucket, OBJECT)


def test_while_one_types_a_pasted_address_comes_back_as_it_is_kept(admin_client: Client, setup: Setup) -> None:
    entered = fill(setup, object_key=f"arn:aws:s3:::files/{OBJECT}", preview="1")
    page = admin_client.post(ADD, entered, headers=SCRIPT).content.decode()
    assert 'id="place" hx-swap-oob="true"' in page
    assert f'value="{OBJECT}"' in page
    assert 'class="until"' in page
    typed = admin_client.post(ADD, fill(setup, preview="1"), headers=SCRIPT).content.decode()
    assert 'id="place"' not in typed


def test_a_link_of_ours_that_was_pasted_is_pointed_to_for_whoever_may_see_it(
    admin_client: Client, setup: Setup, sign_in: SignIn
) -> None:
    new_link = setup.create_link()
    pasted, page_of_link = fill(setup, object_key=new_link.url), f'href="{LIST}{new_link.link.pk}/change/"'
    page = admin_client.post(ADD, pasted).content.decode()
    assert "already exists here" in page
    assert page_of_link in page
    assert page_of_link in admin_client.post(ADD, {**pasted, "preview": "1"}, headers=SCRIPT).content.decode()
    colleague = sign_in("add_sharelink", "view_sharelink")
    page = colleague.post(ADD, pasted).content.decode()
    told = "already exists here, but you may not see it."
    assert told in page
    assert told in colleague.post(f"{LIST}find/", {"q": new_link.url}, follow=True).content.decode()
    nobodys = new_link.url.replace(token_of(new_link.url), "A" * 43)
    assert "No link here" in colleague.post(f"{LIST}find/", {"q": nobodys}, follow=True).content.decode()
    assert page_of_link not in page
    assert f"#{new_link.link.pk}" not in page


@pytest.mark.parametrize(
    ("entered", "hint"),
    [
        (f"/{OBJECT}", f"Did you mean “{OBJECT}”"),
        (f"{OBJECT} ", f"Try “{OBJECT}”"),
        (f" “{OBJECT}”", f"Try “{OBJECT}”"),
        (f"「{OBJECT}」", f"Try “{OBJECT}”"),
        ("reports/", "“reports/” is a folder"),
        ("reports", "“reports/” is a folder"),
        ("s3://files", "“files” is a bucket, but"),
        ("s3://files/reports/", "“reports/” is a folder"),
        (
            "https://eu-central-1.console.aws.amazon.com/s3/buckets/files?region=eu-central-1&prefix=reports/",
            "“reports/” is a folder",
        ),
    ],
)
def test_what_is_nearly_a_file_is_led_to_it(entered: str, hint: str, admin_client: Client, setup: Setup) -> None:
    assert hint in admin_client.post(ADD, fill(setup, object_key=entered)).content.decode()


def test_a_bucket_that_is_not_ours_is_named_and_nothing_is_lost(admin_client: Client, setup: Setup) -> None:
    page = admin_client.post(ADD, fill(setup, object_key="s3://theirs/a.pdf", note="For Ogata")).content.decode()
    assert "The bucket “theirs” is not registered here" in page
    assert "s3://theirs/a.pdf" in page
    assert "For Ogata" in page
    assert not ShareLink.objects.exists()


def test_a_link_is_made_under_all_its_terms(admin_client: Client, setup: Setup) -> None:
    tomorrow = timezone.localtime() + timedelta(days=1)
    answer = admin_client.post(
        ADD,
        fill(
            setup,
            customer="Ogata Ltd.",
            title="The annual report",
            slug="Annual-Report",
            password="correct horse",
            download_limit="3",
            starts_at=f"{tomorrow:%Y-%m-%dT%H:%M}",
            remind_days="7",
            notify_downloads="on",
        ),
        follow=True,
    )
    link = ShareLink.objects.get()
    assert "/f/annual-report" in answer.content.decode()
    assert link.customer == Customer.objects.get(name="Ogata Ltd.")
    assert (link.title, link.slug, link.download_limit) == ("The annual report", "annual-report", 3)
    assert check_password("correct horse", link.password)
    assert link.remind_at == link.promised_until - timedelta(days=7)
    assert link.notify_downloads
    assert link.starts_at is not None


def test_a_customer_who_is_known_is_not_added_again(admin_client: Client, setup: Setup) -> None:
    known = Customer.objects.create(name="Ogata Ltd.", created_at=timezone.now())
    admin_client.post(ADD, fill(setup, customer="ogata ltd. "))
    assert ShareLink.objects.get().customer == known
    assert "Ogata Ltd." in read(admin_client, f"{LIST}customers/", customer="oga")


@pytest.mark.parametrize(
    ("entered", "told"),
    [
        ({"slug": "no"}, "cannot be an address"),
        ({"slug": "report"}, "Give the link a password, or select “Public”."),
        ({"password": "short"}, "at least 8 characters"),
        ({"download_limit": "0"}, "greater than or equal to 1"),
        ({"starts_at": "2999-01-01T00:00"}, "end"),
        ({"starts_at": "2026-01-01T00:00"}, "This time has already passed."),
        ({"remind_days": "60"}, "end"),
        ({"password": "correct horse", "delivery": "presigned", "lifetime": "1 day"}, "stable"),
        ({"bucket": ""}, "Choose the bucket"),
    ],
)
def test_terms_that_cannot_be_kept_are_said_beside_their_field(
    entered: dict[str, str], told: str, admin_client: Client, setup: Setup
) -> None:
    page = admin_client.post(ADD, fill(setup, **entered)).content.decode()
    assert told in page
    assert 'class="errorlist"' in page
    assert not ShareLink.objects.exists()
    assert "correct horse" not in page


def test_a_link_that_begins_later_says_from_when_too(admin_client: Client, setup: Setup) -> None:
    begins = timezone.localtime() + timedelta(days=1)
    entered = fill(setup, starts_at=f"{begins:%Y-%m-%dT%H:%M}")
    checked = admin_client.post(ADD, {**entered, "preview": "1"}).content.decode()
    handed = admin_client.post(ADD, entered, follow=True).content.decode()
    own = read(admin_client, f"{LIST}{ShareLink.objects.get().pk}/change/")
    for page in (checked, handed, own):
        assert "It cannot be opened before" in page
    ShareLink.objects.update(starts_at=timezone.now())
    assert "It cannot be opened before" not in read(admin_client, f"{LIST}{ShareLink.objects.get().pk}/change/")


def test_a_check_that_cannot_be_made_points_at_the_field(admin_client: Client, setup: Setup) -> None:
    for script in ({}, SCRIPT):
        page = admin_client.post(ADD, fill(setup, download_limit="0", preview="1"), headers=script).content.decode()
        assert '<a href="#id_download_limit">Downloads allowed</a>' in page
        assert "until when the link will really work" not in page


def test_a_box_stands_beside_its_label_and_is_not_called_optional(admin_client: Client, setup: Setup) -> None:
    label = re.search(r'<label class="tick" for="id_is_public">(.+?)</label>', read(admin_client, ADD), re.DOTALL)
    assert label
    assert 'type="checkbox"' in label[1]
    assert "optional" not in label[1]


def test_an_address_that_is_taken_is_refused_and_the_first_link_keeps_it(admin_client: Client, setup: Setup) -> None:
    for _ in range(2):
        page = admin_client.post(ADD, fill(setup, slug="report", is_public="on"))
    assert "is another link&#x27;s address" in page.content.decode()
    assert ShareLink.objects.count() == 1


@pytest.mark.parametrize(
    "entered",
    [
        {"object_key": "nothing.pdf"},
        {"lifetime": "8 days", "delivery": "presigned"},
        {"slug": "report", "is_public": "on"},
        {"password": "New Customer Ltd."},
        {"remind_days": "60"},
        {"download_limit": "0"},
    ],
)
def test_a_refused_link_leaves_no_new_customer_behind(
    entered: dict[str, str], admin_client: Client, setup: Setup
) -> None:
    setup.create_link()
    ShareLink.objects.update(slug="report")
    page = admin_client.post(ADD, fill(setup, customer="New Customer Ltd.", **entered)).content.decode()
    assert 'class="errorlist"' in page
    assert 'value="New Customer Ltd."' in page
    assert not Customer.objects.exists()
    assert ShareLink.objects.count() == 1


def test_a_check_adds_no_customer(admin_client: Client, setup: Setup) -> None:
    assert 'class="until"' in admin_client.post(ADD, fill(setup, customer="Ogata Ltd.", preview="1")).content.decode()
    assert not Customer.objects.exists()


def test_who_may_not_see_customers_is_offered_none(sign_in: SignIn, setup: Setup) -> None:
    customer = Customer.objects.create(name="Ogata Ltd.", created_at=timezone.now())
    client = sign_in("add_sharelink")
    assert "Ogata" not in read(client, f"{LIST}customers/", customer="o")
    assert "Ogata" not in read(client, ADD, customer=customer.pk)


def test_the_url_stands_on_no_page_but_the_one_after_saving(admin_client: Client, setup: Setup) -> None:
    answer = admin_client.post(ADD, fill(setup), follow=True)
    link = ShareLink.objects.get()
    assert link.token
    token = link.token.open()
    assert token in answer.content.decode()
    assert token not in read(admin_client, ADD, copy=link.pk)
    assert token_of(f"/{token}") == token


def test_without_a_bucket_the_page_says_what_comes_first(admin_client: Client) -> None:
    assert "/admin/links/bucket/add/" in read(admin_client, ADD)


def test_the_customer_is_asked_for_first_and_what_few_people_need_is_folded_away(
    admin_client: Client, setup: Setup
) -> None:
    page = read(admin_client, ADD)
    asked = [page.index(f'id="id_{name}"') for name in ("customer", "object_key", "bucket", "lifetime", "password")]
    folded = page.index('<details class="more"')
    assert asked == sorted(asked)
    assert asked[-1] < folded < page.index('name="delivery"')
    assert re.search(r'<input[^>]*id="id_password"[^>]*>', page)[0].count('type="text"') == 1  # type: ignore[index]
    admin_client.post(ADD, {name: value for name, value in fill(setup).items() if name != "delivery"})
    assert ShareLink.objects.get().delivery == "stable"


def test_the_bucket_that_was_used_last_and_works_is_proposed_with_the_state_of_each(
    admin_client: Client, setup: Setup
) -> None:
    def read_proposed() -> str:
        return str(re.findall(r'<option value="\d+" selected>([^<]+)</option>', read(admin_client, ADD))[0])

    admin = User.objects.get(username="admin")
    other = add_bucket(setup, "archive")
    assert read_proposed() == "archive – not tested yet"  # the first by name
    link = setup.create_link().link
    ShareLink.objects.update(owner=admin)
    assert read_proposed() == "files – not tested yet"
    ShareLink.objects.filter(pk=link.pk).update(verdict="healthy", validated_at=timezone.now())
    assert read_proposed() == "files – works"
    break_links(link, Code.PERMISSION_LOST)
    assert read_proposed() == "archive – not tested yet"
    assert "files – does not work at present" in read(admin_client, ADD)
    SigningKey.objects.filter(pk=other.key_id).update(state="refused")
    assert "archive – its key cannot sign" in read(admin_client, ADD)
    chosen = read(admin_client, ADD, bucket=setup.bucket.pk)
    assert f'<option value="{setup.bucket.pk}" selected' in chosen


def test_an_incident_of_one_object_says_nothing_of_its_bucket(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    break_links(link, Code.OBJECT_MISSING)
    assert "files – not tested yet" in read(admin_client, ADD)


def add_bucket(setup: Setup, name: str) -> Bucket:
    setup.s3.add_bucket(name, region="eu-central-1")
    user = setup.s3.add_key(setup.s3.add_user(name))
    now = timezone.now()
    key = proofs.add_key(name, user.id, user.secret, endpoint=setup.s3.url, region="eu-central-1", now=now)
    return binding.add_bucket(name, key, now=now)


def break_links(link: ShareLink, code: Code) -> None:
    now = timezone.now()
    incident = Incident.objects.create(
        code=code.value, subject="files", verdict="broken", opened_at=now, changed_at=now
    )
    IncidentLink.objects.create(incident=incident, link=link, since=now)


def test_a_links_page_tells_what_there_is_and_no_dashes(admin_client: Client, setup: Setup) -> None:
    page = read(admin_client, page_of(setup.create_link().link))
    assert "<dd>–</dd>" not in page
    assert "<dt>Bucket</dt>" in page


@pytest.mark.parametrize("alerts", [["ops@example.com"], []])
@pytest.mark.parametrize("page", ["add", "duplicate", "rescue", "watch/many"])
def test_where_links_are_made_their_maker_without_a_mail_address_is_warned(
    client: Client, setup: Setup, site_settings: SiteSettings, page: str, alerts: list[str]
) -> None:
    site_settings.ALERT_MAILS = alerts
    ken, link = User.objects.create_superuser("ken", ""), setup.create_link("1 day", delivery=Delivery.PRESIGNED).link
    client.force_login(ken)

    def show() -> str:
        match page:
            case "duplicate":
                answer = choose(client, "duplicate_selected", link)
            case "rescue":
                answer = client.post(page_of(link, page))
            case _:
                answer = client.get(f"{LIST}{page}/")
        return tidy(answer.content.decode())

    where = "go to the alert addresses" if page != "watch/many" else "is sent to the alert addresses"
    assert (where if alerts else "nobody will be told of") in show()
    assert "You have no mail address here" in show()
    User.objects.update(email="ken@example.com")
    assert "You have no mail address here" not in show()

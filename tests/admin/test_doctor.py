import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.signers import CloudFrontSigner
from django.contrib.admin.models import LogEntry
from django.test import Client
from pytest_django import Settings

from links.domain.pasted.urls import read_pasted
from links.domain.sharing import EVERYTHING
from links.domain.viewers import OPERATOR
from links.models import ShareLink
from links.queries import own_urls
from links.services.pasted import watch
from tests.admin.link_pages import LIST, Filled, sign
from tests.fixtures import OBJECT, Setup
from tests.markup import tidy
from tests.site_settings import SiteSettings
from tests.strict_s3 import Session

AWS_FOR_EIGHT_DAYS = (
    "https://files.s3.eu-west-1.amazonaws.com/report.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20260301%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=20260301T110000Z"
    f"&X-Amz-Expires=691200&X-Amz-SignedHeaders=host&X-Amz-Signature={'0' * 64}"
)
DOCTOR, MANY = "/admin/links/doctor/", f"{LIST}watch/many/"
SignIn = Callable[..., Client]


def open_session(setup: Setup, now: datetime) -> Session:
    return setup.s3.assume_role("app", "session", ends_at=now + timedelta(hours=1))


def read(client: Client, url: str, **entered: str) -> str:
    answer = client.post(DOCTOR, {"url": url, **entered})
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return tidy(unescape(answer.content.decode()))


def test_the_front_page_and_the_list_lead_to_the_doctor(admin_client: Client) -> None:
    for page in ("/admin/", "/admin/links/sharelink/"):
        assert f'href="{DOCTOR}"' in admin_client.get(page).content.decode()


def test_whoever_may_view_links_may_ask_and_nobody_else(sign_in: SignIn, setup: Setup) -> None:
    client = sign_in("view_sharelink")
    assert "No problem found in the URL" in read(client, sign(setup))
    assert 'href="/admin/links/sharelink/add/' not in client.get(DOCTOR).content.decode()


def test_staff_who_may_not_view_links_are_refused(sign_in: SignIn) -> None:
    assert sign_in("view_bucket").get(DOCTOR).status_code == 403
    assert Client().get(DOCTOR).status_code == 302


def test_the_answer_says_who_how_since_when_until_when_and_why(
    admin_client: Client, setup: Setup, now: datetime
) -> None:
    session = open_session(setup, now)
    url = setup.s3.presigner(session, setup.stored).v4(OBJECT, expires=604_800, at=now)
    until = f"{now + timedelta(days=30):%Y-%m-%dT%H:%M}"
    page = read(admin_client, f"<{url}>".replace("&", "&amp;"), promised_until=until)
    assert f"{session.id}, temporary credentials" in page
    assert "AWS Signature Version 4 (SigV4)" in page
    assert f"{now:%-d %B %Y, %H:%M} UTC" in page
    assert " UTC at the latest" in page
    assert "Signed with temporary credentials" in page
    assert "What to do" in page
    assert "It works" not in page
    assert f"files/{OBJECT}" in page
    assert "Text around the URL was removed." in page
    assert "turned back into" in page


def test_nobody_is_asked_unless_the_box_is_ticked(admin_client: Client, setup: Setup) -> None:
    asked = len(setup.s3.requests)
    assert "It was not asked." in read(admin_client, sign(setup))
    assert len(setup.s3.requests) == asked
    assert "206" in read(admin_client, sign(setup), ask="on")
    assert [request.operation for request in setup.s3.requests[asked:]] == ["GetObject"]


def test_a_dead_url_is_told_why_when_the_store_is_asked(admin_client: Client, setup: Setup) -> None:
    url = sign(setup)
    setup.s3.delete_key(setup.access_key.id)
    page = read(admin_client, url, ask="on")
    assert "403 InvalidAccessKeyId" in page
    assert "Broken" in page


def test_a_cloudfront_url_is_judged_too(
    admin_client: Client, setup: Setup, now: datetime, site_settings: SiteSettings
) -> None:
    pair = setup.s3.add_distribution("localhost", setup.stored).add_key_pair()
    setup.stored.put("a.pdf", b"a")
    site_settings.PROBE_ALLOWED_HOSTS = [f"localhost:{setup.s3.port}", f"127.0.0.1:{setup.s3.port}"]
    signer = CloudFrontSigner(pair.id, pair.sign)
    url = signer.generate_presigned_url(
        f"http://localhost:{setup.s3.port}/a.pdf", date_less_than=now + timedelta(hours=1)
    )
    page = read(admin_client, url, ask="on")
    assert "CloudFront signed URL" in page
    assert pair.id in page
    assert "Healthy" in page


@pytest.mark.parametrize(
    ("url", "how", "why"),
    [
        (
            "https://storage.googleapis.com/b/a?X-Goog-Signature=00&X-Goog-Credential=x",
            "Google Cloud Storage signed URL, version 4",
            "Google signs such URLs by rules of its own",
        ),
        (
            "https://storage.googleapis.com/b/a?GoogleAccessId=x&Expires=4102444800&Signature=abc",
            "Google Cloud Storage signed URL, version 2",
            "Google signed such URLs by older rules",
        ),
        (
            "https://a.blob.core.windows.net/c/b?sv=2024-01-01&se=2091-01-01T00%3A00%3A00Z&sig=abc",
            "Azure shared access signature (SAS)",
            "1 January 2091",
        ),
        (
            "https://b.oss-cn-hangzhou.aliyuncs.com/a?OSSAccessKeyId=x&Expires=4102444800&Signature=abc",
            "Alibaba Cloud OSS signed URL",
            "Alibaba Cloud signs such URLs by rules of its own",
        ),
        ("https://files.example/a", "not at all", "This URL has no signature"),
    ],
)
def test_what_is_recognised_but_not_judged_is_called_so(admin_client: Client, url: str, how: str, why: str) -> None:
    page = read(admin_client, url)
    assert "Not checked" in page
    assert how in page
    assert why in page


def test_a_url_for_several_regions_is_named_and_explained(admin_client: Client) -> None:
    url = (
        "https://b.s3.amazonaws.com/a?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&X-Amz-Credential=AKIAX%2F20910101%2Fs3%2F"
        "aws4_request&X-Amz-Date=20910101T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host&X-Amz-Region-Set=%2A"
        "&X-Amz-Signature=00"
    )
    page = read(admin_client, url)
    assert "SigV4A" in page
    assert "elliptic-curve" in page


def test_what_is_no_url_is_refused_and_not_repeated(admin_client: Client) -> None:
    page = read(admin_client, "my secret words")
    assert "This is not a web address" in page
    assert "secret words" not in page


def test_the_answer_holds_no_signature_and_no_token_and_is_not_kept(
    admin_client: Client, setup: Setup, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    session = open_session(setup, now)
    url = setup.s3.presigner(session, setup.stored).v4(OBJECT)
    secrets = [url[-64:], session.token, parse_qs(urlsplit(url).query)["X-Amz-Signature"][0]]
    for entered in (url, f"{url}&more=1", url.replace("http", "ftp")):
        page = read(admin_client, entered, ask="on")
        assert not [secret for secret in secrets if secret in page]
    for mangled in (f"<{url}>", url.replace("&", "&amp;")):
        assert url in read(admin_client, mangled, ask="on")
    assert not [secret for secret in secrets if secret in caplog.text]
    assert not LogEntry.objects.exists()
    assert not [secret for secret in secrets if secret in str(dict(admin_client.session))]


def test_a_url_that_was_repaired_is_given_back_whole_once_to_whoever_asked(admin_client: Client, setup: Setup) -> None:
    url = sign(setup)
    page = read(admin_client, f"<{url}>".replace("&", "&amp;"))
    assert page.count(url) == 1
    assert f'<textarea id="repaired" rows="5" readonly spellcheck="false" autocomplete="off">{url}</textarea>' in page
    assert 'data-copy="repaired"' in page
    assert url not in admin_client.get(DOCTOR).content.decode()
    assert 'id="repaired"' not in read(admin_client, url)


def test_an_address_is_never_read(admin_client: Client, setup: Setup) -> None:
    answer = admin_client.get(DOCTOR, {"url": sign(setup)})
    assert "What the doctor says" not in answer.content.decode()


def test_an_object_of_ours_can_be_rescued_from_here(admin_client: Client, setup: Setup, now: datetime) -> None:
    until = now + timedelta(days=30)
    page = read(admin_client, sign(setup), promised_until=f"{until:%Y-%m-%dT%H:%M}")
    make = next(part for part in page.split('"') if part.startswith("/admin/links/sharelink/add/?"))
    filled = {name: values[0] for name, values in parse_qs(urlsplit(make).query).items()}
    assert filled["bucket"] == str(setup.bucket.pk)
    assert filled["object_key"] == OBJECT
    made = admin_client.post(make, {**filled, "delivery": "stable", "note": "", "filename": ""}, follow=True)
    assert own_urls.reveal_url(ShareLink.objects.get()) in made.content.decode()
    assert ShareLink.objects.get().promised_until == until.replace(second=0)


def test_a_url_that_is_watched_is_rescued_with_its_promise(admin_client: Client, setup: Setup, now: datetime) -> None:
    url = sign(setup)
    link = watch.watch_url(read_pasted(url), now + timedelta(days=6), now=now, scope=EVERYTHING, owner=OPERATOR).link
    page = read(admin_client, f"<{url}>")
    assert f'href="/admin/links/sharelink/{link.pk}/change/">link #{link.pk}' in page
    assert f'action="/admin/links/sharelink/{link.pk}/rescue/"' in page


def test_a_strangers_object_is_not_offered(admin_client: Client, setup: Setup) -> None:
    page = read(admin_client, sign(setup).replace("/files/", "/others/"))
    assert 'id="rescue-title"' not in page


def test_a_stable_link_of_ours_leads_to_its_page_and_its_token_is_not_repeated(
    admin_client: Client, setup: Setup, settings: Settings
) -> None:
    new_link = setup.create_link()
    token = new_link.url.rpartition("/")[2]
    asked = len(setup.s3.requests)
    for url in (new_link.url, new_link.url + "?utm_source=mail", f"https://moved.example.com/s/{token}"):
        page = read(admin_client, url, ask="on")
        assert f'href="/admin/links/sharelink/{new_link.link.pk}/change/"' in page
        assert "This is a stable link of this site" in page
        assert token not in page
    assert len(setup.s3.requests) == asked


def test_whoever_may_not_see_the_link_learns_only_that_it_is_ours(sign_in: SignIn, setup: Setup) -> None:
    new_link = setup.create_link()
    page = read(sign_in("view_sharelink"), new_link.url)
    assert "This is a stable link of this site" in page
    assert f"/sharelink/{new_link.link.pk}/" not in page
    assert new_link.url.rpartition("/")[2] not in page


def test_a_colleagues_watched_url_is_not_told_of_and_a_link_of_ones_own_is_offered(
    sign_in: SignIn, setup: Setup, now: datetime
) -> None:
    url = sign(setup)
    link = watch.watch_url(read_pasted(url), now + timedelta(days=6), now=now, scope=EVERYTHING, owner=OPERATOR).link
    page = read(sign_in("view_sharelink", "add_sharelink", "change_sharelink"), url)
    assert f"/sharelink/{link.pk}/" not in page
    assert "is monitored here" not in page
    assert "/admin/links/sharelink/add/?bucket=" in page


def test_an_end_that_is_past_is_not_said_to_come(admin_client: Client, setup: Setup, now: datetime) -> None:
    presigner = setup.s3.presigner(setup.access_key, setup.stored)
    page = read(admin_client, presigner.v4(OBJECT, expires=60, at=now - timedelta(days=1)))
    assert "Stopped working" in page
    assert "Stops working" not in page
    session = open_session(setup, now)
    coming = read(admin_client, setup.s3.presigner(session, setup.stored).v4(OBJECT, expires=600))
    assert re.search(r"Stops working\s+\S[^\n]* at the latest", re.sub(r"<[^>]+>", " ", coming))


def test_where_scripts_run_only_the_answer_is_swapped_and_the_url_stays_in_its_field(
    admin_client: Client, setup: Setup
) -> None:
    assert 'hx-post="" hx-target="#told"' in admin_client.get(DOCTOR).content.decode()
    url = sign(setup)
    page = admin_client.post(DOCTOR, {"url": url}, headers={"HX-Request": "true"}).content.decode()
    assert "What the doctor says" in page
    assert "<html" not in page
    assert "<textarea" not in page
    assert url[-64:] not in page
    refused = admin_client.post(DOCTOR, {"url": "my secret words"}, headers={"HX-Request": "true"}).content.decode()
    assert "This is not a web address" in refused
    assert "secret words" not in refused


def test_a_stable_address_that_no_link_has_is_not_vouched_for(
    admin_client: Client, site_settings: SiteSettings
) -> None:
    page = read(admin_client, f"{site_settings.BASE_URL}/s/abc")
    assert "No link of this site has this address" in page
    assert "This is a stable link of this site" not in page


def test_a_stable_links_state_is_said_beside_the_way_to_its_page(
    admin_client: Client, setup: Setup, now: datetime
) -> None:
    new_link = setup.create_link()
    for verdict, words in (("broken", "It does not work"), ("healthy", "No problem was found")):
        ShareLink.objects.update(verdict=verdict)
        assert words in read(admin_client, new_link.url)
    ShareLink.objects.update(revoked_at=now)
    assert "Revoked" in read(admin_client, f"{new_link.url},")


def test_a_url_that_was_refused_from_the_start_has_no_end_that_it_works_until(
    admin_client: Client, setup: Setup
) -> None:
    page = read(admin_client, sign(setup, 2_592_000), ask="on")
    assert "<dt>Works until</dt><dd>Never worked</dd>" in page
    assert "True end" not in page


def test_what_the_store_answered_is_told_as_it_came_and_what_is_not_certain_is_said(
    admin_client: Client, setup: Setup, now: datetime
) -> None:
    changed = f"{sign(setup)[:-8]}00000000"
    page = read(admin_client, changed, ask="on")
    assert "403 SignatureDoesNotMatch, “The request signature we calculated does not match" in page
    assert "Not certain: what is known does not exclude the other causes." in page
    assert changed.rpartition("=")[2] not in page.replace(changed, "")


def test_of_several_urls_the_first_is_judged_and_all_are_sent_on_to_be_watched(
    admin_client: Client, setup: Setup, until: str
) -> None:
    urls = [sign(setup, seconds) for seconds in (3_600, 7_200, 10_800)]
    mail = f"See https://example.com/about\n\n1. {urls[0]}\n2. <{urls[1]}>\n3) {urls[2]}.\nAgain: {urls[0]}\nBye"
    answer = admin_client.post(DOCTOR, {"url": mail, "promised_until": until})
    page = unescape(answer.content.decode())
    assert "3 signed URLs were found" in page
    assert "The answer below is about the first of them." in page
    assert answer.context["form"].found[0].url == urls[0]
    assert "X-Amz-Signature" not in page
    sent = Filled(page[page.index("several-title") :]).fields
    filled = admin_client.post(MANY, {name: sent[name] for name in ("prefill", "lines", "promised_until", "kept")})
    assert filled.wsgi_request.META["QUERY_STRING"] == ""
    assert not ShareLink.objects.exists()
    shown = unescape(filled.content.decode())
    assert "X-Amz-Signature" not in shown
    form = Filled(shown).fields
    assert (len(form["lines"].splitlines()), form["promised_until"]) == (3, until)
    admin_client.post(MANY, {name: form[name] for name in ("lines", "promised_until", "kept")} | {"note": ""})
    assert sorted(map(own_urls.reveal_url, ShareLink.objects.all())) == sorted(urls)


def test_a_single_url_however_it_was_wrapped_is_not_taken_for_several(admin_client: Client, setup: Setup) -> None:
    url = sign(setup)
    texts = [
        url,
        f"[{url}]({url})",
        f'<a href="{url.replace("&", "&amp;")}">{url}</a>',
        f"https://example.com/out?to={url}",
        f"Hello, https://example.com/ is ours.\n{url}\nhttps://example.com/legal",
        "\n".join([url[:70], url[70:140], url[140:]]),
    ]
    for text in texts:
        assert "URLs were found" not in read(admin_client, text), text


def test_who_may_only_look_is_offered_no_watching(sign_in: SignIn, setup: Setup) -> None:
    page = read(sign_in("view_sharelink"), f"{sign(setup, 3_600)}\n{sign(setup)}")
    assert "2 signed URLs were found" in page
    assert "Watch all of them" not in page


def test_what_cannot_work_is_not_said_to_be_known_only_by_the_store(admin_client: Client, setup: Setup) -> None:
    page = read(admin_client, AWS_FOR_EIGHT_DAYS)
    assert "By what it contains, it cannot work." in page
    assert "known only after the store was asked" not in page


def test_without_a_promised_date_none_is_spoken_of(admin_client: Client, setup: Setup) -> None:
    page = read(admin_client, sign(setup, seconds=600), ask="on")
    assert "The store was asked, and the URL works." in page
    assert "promised date" not in page

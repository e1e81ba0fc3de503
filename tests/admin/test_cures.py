"""What a cure names can be done from where it is read: its page is there, and for a role that may do it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import Group, User
from django.core.management import get_commands
from django.test import Client
from django.utils import timezone

from links.domain.errors import HoldfastError
from links.domain.findings import Code, Finding, Verdict
from links.domain.incidents import NoticeKind
from links.domain.judging.cures import ACTS, Act, mark_signed_elsewhere
from links.domain.judging.facts import Delivery
from links.domain.reasons import Reason
from links.models import Incident, ShareLink
from links.queries.cure_pages import find_cure_pages
from links.services.incidents import notices
from links.services.keys import proofs
from links.texts.findings import CATALOGUE
from links.texts.pages import findings
from links.texts.refusals import _SENTENCES
from links.texts.refusals.responsible import RESPONSIBLE, Responsible, find_responsible, name_responsible
from tests.fixtures import OBJECT, Setup, let_share
from tests.site_settings import SiteSettings

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
# For each act: a role that may do it, the page on which it is done, and what has to be there.
DONE: dict[Act, tuple[str, str, str]] = {
    Act.ENTER_SECRET: ("Key keeper", "/admin/links/signingkey/{key}/secret/", 'name="secret"'),
    Act.ROTATE_KEY: ("Key keeper", "/admin/links/signingkey/{key}/rotate/", 'name="access_key_id"'),
    Act.PROVE_KEY: ("Key keeper", "/admin/links/signingkey/{key}/change/", "/signingkey/{key}/prove/"),
    Act.CHANGE_BUCKET: ("Key keeper", "/admin/links/bucket/{bucket}/change/", 'name="endpoint"'),
    Act.ADD_BUCKET: ("Key keeper", "/admin/links/bucket/add/", 'name="name"'),
    Act.LIST_KEYS: ("Key keeper", "/admin/links/signingkey/", "/signingkey/{key}/change/"),
    Act.RESCUE: ("Manager", "/admin/links/sharelink/{foreign}/change/", "/sharelink/{foreign}/rescue/"),
    Act.FOLLOW_LATEST: ("Manager", "/admin/links/sharelink/{replaced}/change/", "/sharelink/{replaced}/follow/"),
    Act.VALIDATE: ("Manager", "/admin/links/sharelink/{link}/change/", "/sharelink/{link}/validate/"),
    Act.REVOKE: ("Manager", "/admin/links/sharelink/{link}/change/", "/sharelink/{link}/revoke/"),
    Act.MAKE_LINK: ("Manager", "/admin/links/sharelink/add/", 'name="object_key"'),
}
# Of whoever signs elsewhere, or of the SDK in this server's environment.
OF_THE_SDK = {"AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ENDPOINT_URL"}
# What is to be written at the store, or in somebody's own code.
OF_OTHERS = {"host", "path", "*"}
QUOTED = re.compile("“([^”%]+)”")


@pytest.fixture
def pages(setup: Setup, client: Client) -> dict[Act, str]:
    """The page of each act, as a role sees it that may do it."""
    link, foreign, replaced = (setup.create_link().link for _ in range(3))
    foreign.delivery = "foreign"
    foreign.save()
    other = Finding(Code.OBJECT_REPLACED, Verdict.BROKEN, None, {"delivery": "stable"})
    replaced.findings, replaced.verdict = [other.to_json()], "broken"
    replaced.save()
    rows = {"key": setup.key.pk, "bucket": setup.bucket.pk, "link": link.pk, "foreign": foreign.pk}
    shown: dict[Act, str] = {}
    for act, (role, page, needed) in DONE.items():
        user, _made = User.objects.get_or_create(username=role, is_staff=True)
        user.groups.set([Group.objects.get(name=role)])
        client.force_login(user)
        answer = client.get(page.format(replaced=replaced.pk, **rows))
        assert answer.status_code == 200, act
        shown[act] = answer.content.decode()
        assert needed.format(replaced=replaced.pk, **rows) in shown[act], act
    return shown


def test_every_finding_says_what_its_cure_is_done_with() -> None:
    assert set(ACTS) == set(CATALOGUE) == set(Code)
    assert set(DONE) == set(Act) - {Act.ELSEWHERE}


def test_what_a_cure_names_stands_on_the_page_of_one_of_its_acts(pages: dict[Act, str]) -> None:
    for code, words in CATALOGUE.items():
        shown = "".join(pages[act] for act in ACTS[code] if act is not Act.ELSEWHERE)
        for line in words.cures:
            named = [name for name in QUOTED.findall(line.text) if name not in OF_OTHERS]
            assert [name for name in named if name not in shown] == [], (code, line.text)


def test_commands_and_settings_that_words_name_are_there() -> None:
    lines = [line for words in CATALOGUE.values() for line in words.cures]
    lines += [line for sentences in _SENTENCES.values() for line in sentences]
    documented = "".join(Path(page).read_text(encoding="utf-8") for page in ("docs/settings.md", "docs/drop-in.md"))
    text = " ".join(line.text for line in lines)
    commands = set(re.findall(r"\b(?:command|run) ([a-z]+_[a-z_]+)", text))
    assert commands
    assert commands <= set(get_commands())
    settings = set(re.findall(r"\b[A-Z]{3,}(?:_[A-Z]+)+\b", text)) - OF_THE_SDK
    assert settings
    assert [name for name in settings if f"`{name}`" not in documented] == []


# What refusals name, and where it is: the page, and what has to be there.
THINGS: dict[str, tuple[str, str]] = {
    r"[Vv]erify the key again": ("/admin/links/signingkey/{key}/change/", "/signingkey/{key}/prove/"),
    r"Rotate the key|replaced it": ("/admin/links/signingkey/{key}/rotate/", 'name="access_key_id"'),
    r"enter the secret again|Enter both|Copy both": ("/admin/links/signingkey/{key}/secret/", 'name="secret"'),
    r"[Ee]nter (?:another|an IAM user's) key|access key of an IAM user": (
        "/admin/links/signingkey/add/",
        'name="secret"',
    ),
    r"(?:key's|bucket's|its|the) endpoint|bucket's region|the bucket's addressing|to the bucket": (
        "/admin/links/bucket/{bucket}/change/",
        'name="endpoint"',
    ),
    r"Test the bucket": ("/admin/links/bucket/{bucket}/change/", "/bucket/{bucket}/test/"),
    r"[Aa]dd its bucket|register its bucket|to add it": ("/admin/links/bucket/add/", 'name="name"'),
    r"who sees every link": ("/admin/links/sharelink/", "sharelink"),
    r"permission": ("/admin/links/bucket/{bucket}/sharing/give/", "<form"),
    r"Browse": ("/admin/links/sharelink/browse/", "bucket"),
    r"[Mm]ake a (?:new |stable )?link": ("/admin/links/sharelink/add/", 'name="object_key"'),
    r"that customer's page": ("/admin/links/customer/", "customer"),
    r"[Rr]evive": ("/admin/links/sharelink/{revoked}/end/", ">Revive<"),
    r"duplicate it": ("/admin/links/sharelink/{link}/change/", "?copy={link}"),
    r"revoke the link": ("/admin/links/sharelink/{link}/change/", "/sharelink/{link}/revoke/"),
    r"change (?:its|the) expiry date": ("/admin/links/sharelink/{link}/change/", "/sharelink/{link}/end/"),
    r"show the URL again": ("/admin/links/sharelink/{link}/change/", "/sharelink/{link}/url/"),
    r"[Rr]eplace (?:it|the link)": ("/admin/links/sharelink/{foreign}/change/", "/sharelink/{foreign}/rescue/"),
}
OF_THE_SERVER = re.compile(r"\b[A-Z]{3,}(?:_[A-Z]+)+\b|environment|by NTP|configuration\b|from a backup")
OF_THE_STORE = re.compile(r"the policy|lifecycle rule|Restore it|Exempt", re.IGNORECASE)
# Whoever is named may be asked.
NAMES_SOMEBODY = re.compile(r"key keeper|manager|[Ww]hoever (?:runs this server|manages the bucket)|[Aa]sk for")
MAKERS, KEEPERS = ("Link maker", "Manager"), ("Key keeper",)
# Who has the forms in which these are refused and no other; all else may be read by whoever makes links.
READ_BY_KEEPERS = {
    reason
    for reason in Reason
    if reason.name.startswith(
        (
            "ROTATION_",
            "OPTION_",
            "KEY_KNOWN",
            "KEY_UNTRIED",
            "BUCKET_KNOWN",
            "BUCKET_UNREADABLE",
            "BUCKET_UNTRIED",
            "ADDRESSING_",
            "PREFIX_",
        )
    )
}
# Told to developers and in commands, who have the server and its code.
READ_ELSEWHERE = {
    reason
    for reason in Reason
    if reason.name.startswith(("OPTION_", "GATE_LIFETIME", "SIGN_METHOD", "COLOUR_", "OWNER_UNFIT", "HOLDFAST_"))
}


@pytest.fixture
def sites(setup: Setup) -> dict[str, Client]:
    """A client of each role, who owns every link and may share every file."""
    clients: dict[str, Client] = {}
    for role in (*MAKERS, *KEEPERS):
        user = User.objects.create_user(role, is_staff=True)
        user.groups.set([Group.objects.get(name=role)])
        if role == "Link maker":
            let_share(user)
        clients[role] = Client()
        clients[role].force_login(user)
    return clients


def test_what_a_refusal_names_is_there_for_who_reads_it_or_it_says_who_can(
    setup: Setup, sites: dict[str, Client]
) -> None:
    link, foreign, revoked = (setup.create_link().link for _ in range(3))
    ShareLink.objects.update(owner=User.objects.get(username="Link maker"))
    ShareLink.objects.filter(pk=foreign.pk).update(delivery="foreign")
    ShareLink.objects.filter(pk=revoked.pk).update(revoked_at=NOW)
    rows = {"key": setup.key.pk, "bucket": setup.bucket.pk, "link": link.pk}
    rows |= {"foreign": foreign.pk, "revoked": revoked.pk}
    able: dict[tuple[str, str], bool] = {}
    for shape, (page, needed) in THINGS.items():
        for role, client in sites.items():
            answer = client.get(page.format(**rows))
            text = re.sub(r">\s+|\s+<", lambda found: found[0].strip(), answer.content.decode())
            able[shape, role] = answer.status_code == 200 and needed.format(**rows) in text
        assert any(able[shape, role] for role in sites), shape  # a cure that nobody can do leads nowhere
    unable: list[tuple[str, ...]] = []
    for reason, lines in _SENTENCES.items():
        readers = KEEPERS if reason in READ_BY_KEEPERS else MAKERS
        for line in lines:
            if line.conditions.get("shown_by") == "command" or reason in READ_ELSEWHERE:
                continue
            responsible = find_responsible(HoldfastError(reason, **line.conditions))
            if responsible or NAMES_SOMEBODY.search(line.text):
                continue
            asked = [shape for shape in THINGS if re.search(shape, line.text)]
            unable += [(reason.name, shape, role) for shape in asked for role in readers if not able[shape, role]]
            unable += [(reason.name, line.text) for of in (OF_THE_SERVER, OF_THE_STORE) if of.search(line.text)]
    assert unable == []


def test_whoever_is_named_for_a_refusal_has_the_page_of_what_is_to_blame(sites: dict[str, Client]) -> None:
    for reason, responsible in RESPONSIBLE.items():
        assert reason in _SENTENCES
        own = find_responsible(HoldfastError(reason), is_own=True)
        assert own is (None if responsible is Responsible.KEY_KEEPER else responsible)
    for responsible in Responsible:
        assert NAMES_SOMEBODY.search(name_responsible(responsible))
    for page in ("/admin/links/signingkey/add/", "/admin/links/bucket/add/"):
        assert sites["Key keeper"].get(page).status_code == 200


def test_a_link_maker_reads_who_can_put_a_key_right(setup: Setup, sites: dict[str, Client]) -> None:
    setup.key.state, setup.key.state_code = "refused", "key-of-root"
    setup.key.save()
    entered = {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "30 days", "delivery": "stable"}
    shown = sites["Link maker"].post("/admin/links/sharelink/add/", entered).content.decode()
    assert "A key keeper can do this: Key keeper." in shown
    entered = {"access_key_id": "AKIA", "secret": "x" * 40}
    shown = sites["Key keeper"].post("/admin/links/signingkey/add/", entered).content.decode()
    assert "only the beginning of an access key id" in shown
    assert "A key keeper can do this" not in shown


def test_whoever_meets_a_bucket_that_is_not_here_reads_who_can_add_it(setup: Setup, sites: dict[str, Client]) -> None:
    manager, now = sites["Manager"], timezone.now()
    url = setup.s3.presigner(setup.access_key, setup.stored).v4(OBJECT, expires=604_800).replace("/files/", "/other/")
    manager.post(
        "/admin/links/sharelink/watch/", {"url": url, "promised_until": f"{now + timedelta(days=2):%Y-%m-%dT%H:%M}"}
    )
    foreign = ShareLink.objects.get(bucket=None)
    for shown in (
        manager.post(f"/admin/links/sharelink/{foreign.pk}/rescue/", follow=True),
        manager.post("/admin/links/sharelink/add/", {"object_key": "s3://elsewhere/a.pdf", "lifetime": "30 days"}),
    ):
        assert "A key keeper can do this: Key keeper." in shown.content.decode()


@pytest.mark.parametrize(
    ("code", "subject", "place"),
    [
        (Code.SIGNATURE_MISMATCH, "key", "/admin/links/signingkey/{key}/secret/"),
        (Code.KEY_UNKNOWN, "key", "/admin/links/signingkey/{key}/rotate/"),
        (Code.WRONG_REGION, "bucket", "/admin/links/bucket/{bucket}/change/"),
        (Code.SECRETS_MISPLACED, "key", "/admin/links/signingkey/{key}/secret/"),
    ],
)
def test_an_incident_its_mail_and_its_links_lead_to_the_act(
    setup: Setup, admin_client: Client, site_settings: SiteSettings, code: Code, subject: str, place: str
) -> None:
    about = {"key": setup.key.access_key_id, "bucket": setup.bucket.name}[subject]
    incident = Incident.objects.create(
        code=code.value, subject=about, verdict="broken", opened_at=NOW, changed_at=NOW, link_count=1
    )
    place = place.format(key=setup.key.pk, bucket=setup.bucket.pk)
    shown = admin_client.get(f"/admin/links/incident/{incident.pk}/change/").content.decode()
    assert f'href="{place}"' in shown
    link = setup.create_link().link
    link.findings, link.verdict = [Finding(code, Verdict.BROKEN).to_json()], "broken"
    link.save()
    shown = admin_client.get(f"/admin/links/sharelink/{link.pk}/change/").content.decode()
    assert f'href="{place}"' in shown
    site_settings.ALERT_MAILS = ["ops@example.com"]
    (notice,) = notices.announce([incident], NoticeKind.OPENED, NOW)
    assert place in notices.compose(notice, NOW).text


def test_who_may_not_do_it_is_not_led_there(setup: Setup, client: Client) -> None:
    incident = Incident.objects.create(
        code=Code.SIGNATURE_MISMATCH.value,
        subject=setup.key.access_key_id,
        verdict="broken",
        opened_at=NOW,
        changed_at=NOW,
    )
    user = User.objects.create_user("auditor", is_staff=True)
    user.groups.add(Group.objects.get(name="Auditor"))
    client.force_login(user)
    shown = client.get(f"/admin/links/incident/{incident.pk}/change/").content.decode()
    assert "/secret/" not in shown


@pytest.mark.parametrize("code", [Code.KEY_UNKNOWN, Code.KEY_INACTIVE, Code.BUCKET_MISSING, Code.WRONG_REGION])
def test_of_a_url_that_was_signed_elsewhere_no_key_and_no_bucket_of_ours_is_the_cure(
    setup: Setup, admin_client: Client, site_settings: SiteSettings, code: Code
) -> None:
    found = Finding(code, Verdict.BROKEN, None, {"access_key_id": "AKIASOMEBODYELSES000"})
    found = mark_signed_elsewhere(found, Delivery.FOREIGN)
    told = findings.cure(found)
    assert "It was signed elsewhere" in told
    assert "stable link" in told
    assert not re.search("bind|Rotate|on its page", told)
    link = setup.create_link().link
    link.delivery, link.access_key_id, link.verdict = "foreign", "AKIASOMEBODYELSES000", "broken"
    link.findings = [found.to_json()]
    link.save()
    shown = admin_client.get(f"/admin/links/sharelink/{link.pk}/change/").content.decode()
    acts = re.findall(
        r'<a class="button" href="([^"]+)">', shown.partition('class="finding"')[2].partition("</article>")[0]
    )
    assert acts == [f"/admin/links/sharelink/{link.pk}/rescue/"]
    site_settings.ALERT_MAILS = ["ops@example.com"]
    subject = setup.bucket.name if code is Code.BUCKET_MISSING else "AKIASOMEBODYELSES000"
    incident = Incident.objects.create(
        code=code.value, subject=subject, verdict="broken", opened_at=NOW, changed_at=NOW, params=found.params
    )
    (notice,) = notices.announce([incident], NoticeKind.OPENED, NOW)
    assert not re.search("signingkey|/bucket/", notices.compose(notice, NOW).text)
    assert "Replace with a stable link" in notices.compose(notice, NOW).text


def test_a_key_that_is_not_ours_leads_to_no_other_key(setup: Setup) -> None:
    found = Finding(Code.KEY_UNKNOWN, Verdict.BROKEN, None, {"access_key_id": "AKIASOMEBODYELSES000"})
    assert {page.model for page in find_cure_pages(found, bucket=setup.bucket)} == {"bucket"}


def test_the_alarm_about_a_dead_key_leads_to_the_buckets_that_are_bound_to_it(
    setup: Setup, admin_client: Client, site_settings: SiteSettings
) -> None:
    site_settings.ALERT_MAILS = ["ops@example.com"]
    incident = Incident.objects.create(
        code="key-unknown", subject=setup.key.access_key_id, verdict="broken", opened_at=NOW, changed_at=NOW
    )
    (notice,) = notices.announce([incident], NoticeKind.OPENED, NOW)
    place = f"/admin/links/bucket/{setup.bucket.pk}/change/"
    assert place in notices.compose(notice, NOW).text
    assert setup.bucket.name in notices.compose(notice, NOW).text
    assert place in admin_client.get(f"/admin/links/incident/{incident.pk}/change/").content.decode()


def test_a_key_that_is_here_already_is_not_rotated_to_and_the_page_leads_to_the_buckets(
    setup: Setup, admin_client: Client
) -> None:
    given = setup.s3.add_key(setup.s3.add_user("good"))
    proofs.add_key("Good", given.id, given.secret, endpoint=setup.s3.url, region="eu-central-1", now=NOW)
    entered = {"access_key_id": given.id, "secret": given.secret}
    shown = admin_client.post(f"/admin/links/signingkey/{setup.key.pk}/rotate/", entered).content.decode()
    assert "choose “Good” as its signing key" in shown
    assert f'href="/admin/links/bucket/{setup.bucket.pk}/change/"' in shown


def test_where_alerts_are_sent_somewhere_nobody_is_told_to_set_an_address(
    admin_client: Client, db: None, site_settings: SiteSettings
) -> None:
    incident = Incident.objects.create(code="key-unknown", subject="A", verdict="broken", opened_at=NOW, changed_at=NOW)
    page = f"/admin/links/incident/{incident.pk}/change/"
    site_settings.ALERT_MAILS = site_settings.ALERT_URLS = []
    assert "set ALERT_MAILS" in admin_client.get(page).content.decode()
    site_settings.ALERT_MAILS = ["ops@example.com"]
    shown = admin_client.get(page).content.decode()
    assert "set ALERT_MAILS" not in shown
    assert "No alert was sent about this incident" in shown
    notices.announce([incident], NoticeKind.OPENED, timezone.now() + timedelta(hours=1))
    assert "Waits until" in admin_client.get(page).content.decode()

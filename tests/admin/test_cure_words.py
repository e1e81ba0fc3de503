"""Every line of every cure: what it asks for is among the acts of its finding, and each act is led to."""

import re
from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from links.domain.errors import HoldfastError, Refused
from links.domain.findings import FINDING_KINDS, Code, Subject
from links.domain.incidents import SITE, NoticeKind
from links.domain.judging.cures import ACTS, Act
from links.domain.reasons import Reason
from links.models import Incident
from links.queries.cure_pages import find_refusal_pages
from links.services.incidents import notices
from links.texts.findings import CATALOGUE
from links.texts.refusals import _SENTENCES, explain_to_staff
from tests.fixtures import Setup
from tests.site_settings import SiteSettings

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
# What refusals ask for that is done with a key or a bucket, where the form that refuses has no field for it.
ASKED_BY_REFUSALS: dict[str, Act] = {
    r"[Vv]erify the key again": Act.PROVE_KEY,
    r"Rotate the key": Act.ROTATE_KEY,
    r"enter the secret again": Act.ENTER_SECRET,
    r"Test the bucket for details|[Aa]ssign the access key .* to the bucket|[Cc]heck (?:its|the bucket's) endpoint": (
        Act.CHANGE_BUCKET
    ),
    r"register its bucket|Add its bucket|has to be added": Act.ADD_BUCKET,
}
# What words ask for, and the acts of which one has to be the finding's.
ASKED: dict[str, set[Act]] = {
    r"“Correct the secret”|set_secret": {Act.ENTER_SECRET},
    r"“Correct the secret” on the page of each|secret of each signing key": {Act.LIST_KEYS},
    r"“Rotate this key”|rotate_key|new access key": {Act.ROTATE_KEY},
    r"[Vv]erify the key": {Act.PROVE_KEY},
    r"bind the bucket|[Tt]est the bucket|on the bucket's page|endpoint and region on its page|"
    r"(?:the|its) bucket's (?:region|endpoint|key) (?:to|is)|endpoint of the bucket|correct its (?:key|region)": {
        Act.CHANGE_BUCKET
    },
    r"[Aa]dd the bucket|register its bucket": {Act.ADD_BUCKET},
    r"[Aa]dd (?:it here|its bucket|a (?:new )?(?:access )?key)": set(),  # no page is led to: say "Rotate this key"
    r"[Mm]ake a stable link|Replace (?:it|this) with a stable link": {Act.RESCUE, Act.MAKE_LINK},
    r"[Mm]ake (?:a|new) (?:new )?links?": {Act.MAKE_LINK},
    r"[Rr]evoke (?:the|its) links?": {Act.REVOKE},
    r"follow the latest|Follow the latest": {Act.FOLLOW_LATEST},
    r"“Validate now”|validate_links": {Act.VALIDATE},
}
PLACES = {
    Act.ENTER_SECRET: "/admin/links/signingkey/{key}/secret/",
    Act.LIST_KEYS: "/admin/links/signingkey/",
    Act.ROTATE_KEY: "/admin/links/signingkey/{key}/rotate/",
    Act.PROVE_KEY: "/admin/links/signingkey/{key}/change/",
    Act.CHANGE_BUCKET: "/admin/links/bucket/{bucket}/change/",
    Act.ADD_BUCKET: "/admin/links/bucket/add/",
}


def is_led_to(code: Code, act: Act) -> bool:
    """From an incident. One of the whole site is about no key: it leads to their list, and a link's page to its own."""
    return act in PLACES and not (FINDING_KINDS[code].subject is Subject.SITE and "{" in PLACES[act])


@pytest.mark.parametrize("code", list(CATALOGUE))
def test_what_each_line_of_a_cure_asks_for_is_an_act_of_its_finding(code: Code) -> None:
    for line in CATALOGUE[code].cures:
        for words, acts in ASKED.items():
            if re.search(words, line.text):
                assert acts & set(ACTS[code]), (words, line.text)


@pytest.mark.parametrize(("code", "act"), [(code, act) for code in ACTS for act in ACTS[code] if is_led_to(code, act)])
def test_the_incident_and_its_mail_lead_a_key_keeper_to_each_act(
    setup: Setup, client: Client, site_settings: SiteSettings, code: Code, act: Act
) -> None:
    keeper = User.objects.create_user("keeper", is_staff=True)
    keeper.groups.set(Group.objects.filter(name__in=["Key keeper", "Auditor"]))
    client.force_login(keeper)
    subject = FINDING_KINDS[code].subject
    about = {Subject.KEY: setup.key.access_key_id, Subject.BUCKET: setup.bucket.name, Subject.SITE: SITE}
    params = {"what": "forbidden"} if code is Code.UNREACHABLE else {}
    incident = Incident.objects.create(
        code=code.value,
        subject=about.get(subject, setup.bucket.host),
        verdict="broken",
        opened_at=NOW,
        changed_at=NOW,
        params=params,
    )
    place = PLACES[act].format(key=setup.key.pk, bucket=setup.bucket.pk)
    page = f"/admin/links/incident/{incident.pk}/change/"
    assert f'href="{place}"' in client.get(page).content.decode()
    assert client.get(place).status_code == 200
    site_settings.ALERT_MAILS = ["ops@example.com"]
    (notice,) = notices.announce([incident], NoticeKind.OPENED, NOW)
    assert place in notices.compose(notice, NOW).text


@pytest.mark.parametrize("reason", list(_SENTENCES))
def test_what_a_refusal_asks_for_is_led_to(setup: Setup, reason: Reason) -> None:
    for line in _SENTENCES[reason]:
        asked = {act for words, act in ASKED_BY_REFUSALS.items() if re.search(words, line.text)}
        if asked and line.conditions.get("shown_by") != "command":
            refused = HoldfastError(reason, bucket=setup.bucket.name, **line.conditions)
            assert asked <= {page.act for page in find_refusal_pages(refused)}, line.text


def test_what_must_be_rotated_first_is_a_key_keepers_and_no_stores() -> None:
    refused = Refused(Reason.PROMISE_OVER_ALREADY, reason="rotation-due")
    assert explain_to_staff(refused, "Mia").endswith("A key keeper can do this: Mia.")
    refused = Refused(Reason.PROMISE_OVER_ALREADY, reason="lifecycle-deletes")
    assert explain_to_staff(refused, "Mia").endswith("Whoever manages the bucket at its store can do this.")
    assert "can do this" not in explain_to_staff(Refused(Reason.PROMISE_OVER_ALREADY, reason="lifecycle-archives"))

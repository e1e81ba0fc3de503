"""Handing links to a colleague."""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from links.models import LinkMail, ShareLink
from links.services.links import owners
from tests.admin.link_pages import LIST, answer, page_of, post
from tests.fixtures import Setup
from tests.markup import tidy
from tests.site_settings import SiteSettings


def test_a_link_is_handed_to_a_colleague_who_may_make_links_and_to_nobody_else(
    admin_client: Client, setup: Setup
) -> None:
    link = setup.create_link().link
    ken, anna = User.objects.create_superuser("ken"), User.objects.create_user("anna", is_staff=True)
    offered = admin_client.get(page_of(link, "owner")).content.decode()
    assert re.search(rf'<option value="{ken.pk}"', offered)
    assert not re.search(rf'<option value="{anna.pk}"', offered)
    post(admin_client, link, "owner", colleague=str(anna.pk))
    assert link.owner is None
    assert "Transferred to ken." in post(admin_client, link, "owner", colleague=str(ken.pk))
    assert link.owner == ken


def test_many_links_are_handed_over(admin_client: Client, setup: Setup) -> None:
    links, ken = [setup.create_link().link for _ in range(2)], User.objects.create_superuser("ken")
    owners.change_owner(links[0], ken, timezone.now())
    outcome = dict(answer(admin_client, "owner", *links, colleague=str(ken.pk)))
    assert outcome == {links[0].pk: "Unchanged", links[1].pk: "Transferred"}
    assert ShareLink.objects.filter(owner=ken).count() == 2


@pytest.mark.parametrize("mail", ["ken@example.com", ""])
def test_the_giver_reads_whether_the_colleague_is_written_to(admin_client: Client, setup: Setup, mail: str) -> None:
    links = [setup.create_link().link for _ in range(3)]
    ken = User.objects.create_superuser("ken", mail)
    told = "A mail about it goes to ken (ken@example.com)." if mail else "ken has no mail address"
    assert told in post(admin_client, links[0], "owner", colleague=str(ken.pk))
    chosen = ",".join(str(link.pk) for link in links)
    page = admin_client.post(f"{LIST}owner/", {"selected": chosen, "colleague": str(ken.pk)}).content.decode()
    assert told in page
    sent = [set(link_mail.params["links"]) for link_mail in LinkMail.objects.order_by("pk")]
    assert sent == ([{links[0].pk}, {links[1].pk, links[2].pk}] if mail else [])


@pytest.mark.parametrize("alerts", [["ops@example.com"], []])
def test_who_reads_messages_of_a_colleague_without_a_mail_address_is_said_before_and_after(
    admin_client: Client, setup: Setup, site_settings: SiteSettings, alerts: list[str]
) -> None:
    site_settings.ALERT_MAILS = alerts
    links = [setup.create_link().link for _ in range(2)]
    ken, mika = (User.objects.create_superuser(name, mail) for name, mail in (("ken", ""), ("mika", "m@example.com")))
    offered = admin_client.get(page_of(links[0], "owner")).content.decode()
    assert ">ken – no mail address</option>" in offered
    assert ">mika</option>" in offered
    read = (
        "Reminders and customers&#x27; requests about it go to the alert addresses."
        if alerts
        else ("Nobody will be told of reminders and customers&#x27; requests about it.")
    )
    told = post(admin_client, links[0], "owner", colleague=str(ken.pk))
    assert read in told
    assert "<dt>Messages go to</dt>" in tidy(told)
    many = {"selected": str(links[1].pk), "colleague": str(ken.pk)}
    assert read in admin_client.post(f"{LIST}owner/", many).content.decode()
    told = post(admin_client, links[0], "owner", colleague=str(mika.pk))
    assert "requests about it" not in told
    assert "Messages go to" not in told


def test_whoever_takes_links_over_without_a_mail_address_is_warned_of_it(
    client: Client, setup: Setup, site_settings: SiteSettings
) -> None:
    site_settings.ALERT_MAILS = []
    ken, link = User.objects.create_superuser("ken", ""), setup.create_link().link
    client.force_login(ken)
    assert "nobody will be told of" in post(client, link, "owner", colleague=str(ken.pk))

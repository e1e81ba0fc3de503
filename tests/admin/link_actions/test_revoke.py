"""Revoking links, after a question."""

from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from links.domain.judging.facts import Delivery
from links.models import Customer, ShareLink
from links.services.links import changes
from tests.admin.link_pages import answer, choose, page_of, post, read
from tests.fixtures import Setup


def test_revoking_is_asked_about_and_says_what_happens(admin_client: Client, setup: Setup) -> None:
    new_link = setup.create_link("1 day", Delivery.PRESIGNED)
    page = read(admin_client, page_of(new_link.link, "revoke"))
    assert "cannot be stopped from here" in page
    new_link.link.refresh_from_db()
    assert not new_link.link.is_revoked
    admin_client.post(page_of(new_link.link, "revoke"))
    new_link.link.refresh_from_db()
    assert new_link.link.is_revoked


def test_revoking_says_first_who_is_affected(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    ShareLink.objects.update(visit_count=41)
    assert "41 visits so far" in admin_client.get(page_of(link, "revoke")).content.decode()
    link.refresh_from_db()
    assert not link.is_revoked
    post(admin_client, link, "revoke")
    assert link.is_revoked


def test_many_links_are_revoked_after_one_question(admin_client: Client, setup: Setup) -> None:
    links = [setup.create_link().link for _ in range(3)]
    ShareLink.objects.update(customer=Customer.objects.create(name="Example Ltd.", created_at=timezone.now()))
    changes.revoke(links[0], timezone.now())
    asked = choose(admin_client, "revoke_selected", *links).content.decode()
    assert "2 links will be revoked" in asked
    left_out = asked.partition("Left out, because they were revoked before:")[2].partition("</p>")[0]
    assert [f"#{link.pk}<" in left_out for link in links] == [True, False, False]
    assert "Customers: Example Ltd." in asked
    assert "Ltd.." not in asked
    assert ShareLink.objects.filter(revoked_at=None).count() == 2
    assert dict(answer(admin_client, "revoke", *links)) == {
        links[0].pk: "Unchanged",
        links[1].pk: "Revoked",
        links[2].pk: "Revoked",
    }
    assert not ShareLink.objects.filter(revoked_at=None).exists()
    assert LogEntry.objects.count() == 2

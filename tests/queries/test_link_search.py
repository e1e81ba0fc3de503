"""Links are found by what people have at hand, of those that they may know of."""

from django.contrib.auth.models import AnonymousUser, Permission, User

from links.domain.signed_urls.tokens import derive_address
from links.domain.viewers import OPERATOR
from links.models import Customer, ShareLink, Visit
from links.models.links.share_links import Viewer
from links.queries import link_search
from links.services.visits import grants
from tests.fixtures import Setup, token_of


def test_a_link_is_found_by_the_address_of_its_own_and_by_a_url_that_mail_broke(setup: Setup) -> None:
    new_link = setup.create_link()
    ShareLink.objects.update(slug="annual-report")
    for text in ("https://share.example.com/f/Annual-Report", f"<{new_link.url}>", f"see {new_link.url}?x=1"):
        assert link_search.find_by_url(link_search.read_term(text), ShareLink.objects.all()) == new_link.link
    assert link_search.find_by_url(link_search.read_term(token_of(new_link.url)), ShareLink.objects.all()) is None


def test_a_link_is_found_by_the_address_of_a_download_that_is_under_way(setup: Setup) -> None:
    link = setup.create_link().link
    address = f"https://share.example.com/g/{derive_address(grants.make_grant(link, link.created_at))}/"
    for text in (address, f"see {address}"):
        assert link_search.find_by_url(link_search.read_term(text), ShareLink.objects.all()) == link
        assert link_search.find_by_url(link_search.read_term(text), ShareLink.objects.none()) is None


def test_a_url_is_hidden_from_whoever_may_not_know_of_its_link(setup: Setup, mika: User) -> None:
    new_link = setup.create_link()
    assert link_search.is_hidden(link_search.read_term(new_link.url), mika)
    assert not link_search.is_hidden(link_search.read_term(new_link.url), OPERATOR)
    assert not link_search.is_hidden(link_search.read_term(f"{new_link.url[:-20]}{'x' * 20}"), mika)
    ShareLink.objects.update(owner=mika)
    assert not link_search.is_hidden(link_search.read_term(new_link.url), mika)


def test_who_sees_which_links_is_the_same_for_rows_and_for_one_link(setup: Setup, mika: User) -> None:
    own, others, nobodys = (setup.create_link().link for _ in range(3))
    ken = User.objects.create_user("ken", is_staff=True)
    ken.user_permissions.add(Permission.objects.get(codename="see_every_sharelink"))
    ShareLink.objects.filter(pk=own.pk).update(owner=mika)
    ShareLink.objects.filter(pk=others.pk).update(owner=ken)
    Visit.objects.bulk_create(Visit(link=link, at=link.created_at, outcome="served") for link in (own, others, nobodys))
    every = {own.pk, others.pk, nobodys.pk}
    seen: list[tuple[Viewer, set[int]]] = [
        (OPERATOR, every),
        (ken, every),
        (mika, {own.pk}),
        (AnonymousUser(), set()),
    ]
    for viewer, links in seen:
        assert set(ShareLink.objects.seen_by(viewer).values_list("pk", flat=True)) == links
        assert set(Visit.objects.seen_by(viewer).values_list("link", flat=True)) == links
        assert {link.pk for link in ShareLink.objects.all() if link.is_seen_by(viewer)} == links


def test_words_are_found_in_whatever_order_and_wherever_they_stand(setup: Setup) -> None:
    acme = Customer.objects.create(name="ACME GmbH", created_at=setup.create_link().link.created_at)
    link = setup.create_link().link
    ShareLink.objects.filter(pk=link.pk).update(customer=acme, reference="PO-4711", object_key="2026/annual-report.pdf")
    for text in ("acme annual", "acme 4711", "GmbH Acme", "po 4711", "annual  PO ACME"):
        assert list(ShareLink.objects.filter(link_search.match(text))) == [link], text
    assert not ShareLink.objects.filter(link_search.match("acme quarterly")).exists()

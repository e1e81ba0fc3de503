"""Every way of a link goes by the one table of its terms."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.hashers import check_password
from django.db.models import NOT_PROVIDED

from links.domain.errors import Refused
from links.domain.judging.facts import Delivery
from links.domain.promise.terms import TERMS, Change, Term
from links.domain.sharing import EVERYTHING
from links.forms.changes.terms import TermsForm
from links.forms.links import LinkForm
from links.models import Customer, ShareLink
from links.services.link_terms import Terms, copy_terms, to_columns
from links.services.links import changes
from links.services.links.remake import rescue_links
from links.texts.terms import LABELS
from tests.fixtures import World

GIVEN: dict[str, Any] = {
    "title": "Annual report",
    "note": "for Anna",
    "filename": "年次.pdf",
    "password": "harbour at dusk",
    "download_limit": 3,
    "slug": "annual",
    "is_public": True,
    "remind_days": 2,
    "notify_downloads": True,
    "follows_latest": True,
}


def give(world: World, term: Term) -> object:
    """Something for this term of a link that lasts 30 days."""
    if term.name == "customer":
        return Customer.objects.get_or_create(name="ACME", defaults={"created_at": world.clock()})[0]
    if term.name == "starts_at":
        return (world.clock() + timedelta(days=1)).replace(microsecond=0)
    return GIVEN.get(term.name, f"some {term.name}")


def give_all(world: World) -> dict[str, Any]:
    return {term.name: give(world, term) for term in TERMS}


def said(link: ShareLink) -> dict[str, Any]:
    row = ShareLink.objects.get(pk=link.pk)
    return {term.name: getattr(row, term.name) for term in TERMS if term.name != "password"}


def test_each_term_is_a_column_a_field_of_both_forms_and_has_a_name(db: None) -> None:
    columns = {field.name: field for field in ShareLink._meta.get_fields()}
    for term in TERMS:
        assert getattr(columns[term.name], "default", NOT_PROVIDED) is not None
        assert term.name in LinkForm.base_fields
        assert str(LABELS[term.name])
    stable = TermsForm(ShareLink(delivery="stable"), EVERYTHING)
    assert {term.name for term in TERMS if term.change is not Change.SEPARATE} <= stable.fields.keys()


def test_a_link_is_made_under_each_term(world: World) -> None:
    given = give_all(world)
    link = world.create_link(**given).link
    assert said(link) == {name: value for name, value in given.items() if name != "password"}
    assert check_password(given["password"], link.password)


def test_each_term_is_changed(world: World) -> None:
    given, link = give_all(world), world.create_link().link
    changes.change_terms(link, Terms(**given), EVERYTHING, world.clock())
    changed = {term.name for term in TERMS if term.change is not Change.SEPARATE} - {"password"}
    assert {name: value for name, value in said(link).items() if name in changed} == {
        name: given[name] for name in changed
    }
    changes.change_terms(link, Terms(password=""), EVERYTHING, world.clock())
    assert said(link) == said(world.create_link().link)


def test_a_copy_has_each_term_that_is_copied_and_no_other(world: World) -> None:
    link = world.create_link(**give_all(world)).link
    copied = copy_terms(link, world.clock())
    for term in TERMS:
        expected = getattr(link, term.name) if term.is_copied else getattr(Terms(), term.name)
        assert getattr(copied, term.name) == expected, term.name
    assert copy_terms(link, world.clock() + timedelta(days=2)).starts_at is None


@pytest.mark.parametrize(("typed", "kept"), [("", ""), ("Report of May.pdf", "Report of May.pdf")])
def test_a_copy_is_given_the_name_of_its_own_file_unless_somebody_chose_one(
    typed: str, kept: str, world: World
) -> None:
    link = world.create_link(terms=Terms(filename=typed)).link
    copied = copy_terms(link, world.clock())
    assert copied.filename == kept
    assert to_columns(copied, "new/other.pdf")["filename"] == (kept or "other.pdf")
    assert to_columns(copied, link.object_key)["filename"] == link.filename


def test_a_rescue_keeps_each_term_that_a_url_can_have(world: World) -> None:
    kept = {term.name: give(world, term) for term in TERMS if term.is_copied and not term.needs_stable}
    old = world.presign().link
    ShareLink.objects.filter(pk=old.pk).update(**kept)
    (rescued,) = rescue_links([ShareLink.objects.get(pk=old.pk)], None, EVERYTHING, world.clock())
    assert rescued.done
    assert {name: said(rescued.done.link)[name] for name in kept} == kept


@pytest.mark.parametrize("term", [term for term in TERMS if term.needs_stable], ids=lambda term: term.name)
def test_what_needs_a_stable_link_is_refused_of_another_when_made_and_when_changed(world: World, term: Term) -> None:
    given: dict[str, Any] = {term.name: give(world, term), "is_public": True}
    terms = Terms(**given)
    with pytest.raises(Refused, match="terms-need-stable"):
        world.create_link(lifetime="1 day", delivery=Delivery.PRESIGNED, terms=terms)
    link = world.presign().link
    with pytest.raises(Refused, match="terms-need-stable"):
        changes.change_terms(link, terms, EVERYTHING, world.clock())


def test_what_a_row_keeps_of_no_terms_is_what_it_has_by_default(world: World) -> None:
    fresh = ShareLink()
    columns = to_columns(Terms(), "reports/a.pdf")
    assert columns.pop("filename") == "a.pdf"
    assert columns == {name: getattr(fresh, name) for name in columns}

from datetime import UTC, datetime, timedelta

import pytest

from links.domain.errors import Refused
from links.domain.promise.terms import (
    TERMS,
    LinkTerms,
    ShownIn,
    Term,
    check_beginning,
    check_password,
    check_slug,
    list_changeable,
    name_file,
)

END = datetime(2026, 12, 24, tzinfo=UTC)


@pytest.mark.parametrize("slug", ["abc", "annual-report-2026", "a" * 60])
def test_an_address_is_made_of_plain_letters(slug: str) -> None:
    check_slug(slug, has_password=True, is_public=False)
    check_slug(slug, has_password=False, is_public=True)


@pytest.mark.parametrize("slug", ["ab", "-abc", "abc-", "Abc", "a b c", "a/b", "年次報告", "a" * 61, "abc\n"])
def test_whatever_would_not_survive_a_telephone_is_refused(slug: str) -> None:
    with pytest.raises(Refused, match="slug-malformed"):
        check_slug(slug, has_password=True, is_public=True)


def test_an_address_that_can_be_guessed_is_locked_or_called_public() -> None:
    with pytest.raises(Refused, match="slug-unprotected"):
        check_slug("abc", has_password=False, is_public=False)


def test_a_password_has_eight_characters() -> None:
    check_password("öffne d1")
    with pytest.raises(Refused, match="password-too-short"):
        check_password("1234567")


@pytest.mark.parametrize(
    "password", ["12345678", "87654321", "aaaaaaaa", "abababab", "12121212", "Password1", "!!!!!!!!"]
)
def test_what_everybody_tries_first_is_no_password(password: str) -> None:
    with pytest.raises(Refused, match="password-too-common"):
        check_password(password, common={"password1"})


@pytest.mark.parametrize(
    "password",
    [
        "annual report",
        "Annual-Report",
        "ANNUALREPORT2026",
        "acme works",
        "report 2026.pdf",
        "ＡＣＭＥ Ｗｏｒｋｓ",
        "!acmeworks!",
    ],
)
def test_what_the_link_itself_says_is_no_password(password: str) -> None:
    own_words = ("Annual report", "ACME Works", "", "the report 2026.pdf")
    with pytest.raises(Refused, match="password-own-words"):
        check_password(password, own_words=own_words)


@pytest.mark.parametrize(
    "password", ["correct horse", "harbour at dusk", "acme works late on sundays", "年次報告を開く鍵です"]
)
def test_a_sentence_of_ones_own_is_a_password(password: str) -> None:
    check_password(password, {"password1"}, ("ACME", "Annual report", "A", "", "年"))


def test_a_password_that_no_form_takes_is_refused() -> None:
    check_password("tea7 at 5" * 14)
    with pytest.raises(Refused, match="password-too-long"):
        check_password("x" * 129)


def test_a_link_begins_before_it_ends() -> None:
    now = END - timedelta(days=1)
    check_beginning(END - timedelta(seconds=1), END, now)
    with pytest.raises(Refused, match="starts-after-end"):
        check_beginning(END, END, now)


def test_a_link_cannot_begin_in_the_past() -> None:
    with pytest.raises(Refused, match="starts-past"):
        check_beginning(END - timedelta(days=1), END, END - timedelta(days=1))


# What is declared of each ---------------------------------------------------------------------------------------------


def test_every_field_of_the_terms_is_a_term_and_no_terms_is_a_link_without_any() -> None:
    assert [term.name for term in TERMS] == list(vars(LinkTerms()))
    assert not any(vars(LinkTerms()).values())


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name)
def test_what_needs_a_stable_link_is_asked_for_of_no_other(term: Term) -> None:
    asked = LinkTerms(**{term.name: "something"})  # type: ignore[arg-type]
    assert asked.need_stable is term.needs_stable
    assert (term.name in list_changeable(is_stable=False)) <= (not term.needs_stable)


def test_what_was_signed_into_a_url_is_not_changed() -> None:
    assert set(list_changeable(is_stable=True)) - set(list_changeable(is_stable=False)) == {
        *("filename", "password", "download_limit", "starts_at", "slug", "is_public", "notify_downloads")
    }
    assert "follows_latest" not in list_changeable(is_stable=True)


def test_no_secret_and_no_address_is_copied_or_read_in_lists_and_mails() -> None:
    for term in TERMS:
        if term.name in ("password", "slug", "is_public"):
            assert not term.is_copied
            assert term.shown is ShownIn.NOWHERE
    assert "password" not in repr(LinkTerms(password="harbour at dusk"))


@pytest.mark.parametrize(
    ("filename", "key", "name"),
    [
        ("", "reports/2026.pdf", "2026.pdf"),
        ("", "reports/", "reports"),
        ("年次.pdf", "a", "年次.pdf"),
        ("x" * 400, "a", "x" * 255),
    ],
)
def test_a_file_is_saved_under_the_name_that_was_asked_for_or_its_own(filename: str, key: str, name: str) -> None:
    assert name_file(filename, key) == name

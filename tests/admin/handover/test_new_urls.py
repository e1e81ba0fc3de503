"""The table of new links: what is to be expected of each, in the words of every page."""

import csv

import pytest
from django.contrib.auth.models import User
from django.utils import timezone, translation

from links.admin.handover.new_urls import build_new_urls
from links.models import ShareLink
from links.services.links import changes
from links.services.links.remake import Remade
from links.services.validation import batches
from tests.fixtures import OBJECT, Setup


@pytest.mark.parametrize(
    ("fate", "english", "japanese", "has_moment"),
    [
        ("unasked", "Promised until", "有効期限", True),
        ("served", "Works until", "利用期限", True),
        ("missing", "Never worked", "一度も動作していません", False),
        ("revoked", "Revoked", "取り消し済み", True),
    ],
)
def test_the_table_says_what_is_to_be_expected_as_every_page_does(
    setup: Setup, fate: str, english: str, japanese: str, has_moment: bool
) -> None:
    old, new_link = setup.create_link().link, setup.create_link()
    match fate:
        case "served":
            batches.validate_links([new_link.link.pk], timezone.now)
        case "missing":
            setup.stored.delete(OBJECT)
            batches.validate_links([new_link.link.pk], timezone.now)
        case "revoked":
            changes.revoke(new_link.link, timezone.now())
    new_link.link.refresh_from_db()
    for language, words in (("en", english), ("ja", japanese)):
        with translation.override(language):
            row = read_row(old, Remade(old, new_link))
        assert row["forecast"] == words
        assert row["forecast_at"] == (row["promised_until"] if has_moment else "")
        assert row["promised_until"] == f"{new_link.link.promised_until:%Y-%m-%dT%H:%M:%S.%fZ}".replace(".000000", "")


def read_row(old: ShareLink, remade: Remade) -> dict[str, str]:
    reader = User(username="ken", is_superuser=True)
    made = build_new_urls([remade], "copied_link", reader, timezone.now(), made_from=f"#{old.pk}", advice="")
    (row,) = csv.DictReader(made.table.splitlines())
    return row

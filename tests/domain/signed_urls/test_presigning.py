from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from links.domain.credentials import KeyPair
from links.domain.signed_urls.presigning import Presigner
from tests.s3.independent_sigv4 import presign

PAIR = KeyPair("AKIA+/EXAMPLE", "wJalrXUtnFEMI/K7MDENG")
ORIGIN = "https://files.s3.eu-central-1.amazonaws.com"
PRESIGNER = Presigner(ORIGIN, "eu-central-1", PAIR)
MIDNIGHT = datetime(2026, 3, 1, tzinfo=UTC)


def presign_by_the_document(path: str, query: dict[str, str], stamp: str) -> str:
    return presign(
        origin=ORIGIN,
        path=path,
        access_key_id=PAIR.access_key_id,
        secret=PAIR.secret,
        region="eu-central-1",
        stamp=stamp,
        seconds=180,
        parameters=query,
    )


@pytest.mark.parametrize("path", ["/a.pdf", "/a b/~+%2F=&?#'\"\n", "//x/", "/報告🙂"])
@pytest.mark.parametrize("query", [{}, {"versionId": "v/1", "response-content-type": "text/plain; charset=utf-8"}])
def test_it_writes_what_aws_documents(path: str, query: dict[str, str]) -> None:
    assert PRESIGNER.presign(path, query, 180, MIDNIGHT) == presign_by_the_document(path, query, "20260301T000000Z")


def test_a_new_day_in_utc_has_a_signing_key_of_its_own() -> None:
    before, after = MIDNIGHT - timedelta(seconds=1), MIDNIGHT
    for now, stamp in [(before, "20260228T235959Z"), (after, "20260301T000000Z"), (before, "20260228T235959Z")]:
        assert PRESIGNER.presign("/a", {}, 180, now) == presign_by_the_document("/a", {}, stamp)


def test_the_time_of_another_zone_is_written_in_utc() -> None:
    there = MIDNIGHT.astimezone(ZoneInfo("Asia/Tokyo"))
    assert PRESIGNER.presign("/a", {}, 180, there) == PRESIGNER.presign("/a", {}, 180, MIDNIGHT)


def test_neither_secret_nor_signing_key_is_shown() -> None:
    PRESIGNER.presign("/a", {}, 180, MIDNIGHT)
    assert PAIR.secret not in repr(vars(PRESIGNER)["_of_day"])

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from links.domain.policies.conditions import ALWAYS, PERHAPS, RequestContext, Window, evaluate
from links.domain.signed_urls.reading import Style
from tests.domain.builders import NOW

USER = "arn:aws:iam::123456789012:user/teams/share"
ASKING = RequestContext("files", "a.pdf", signed_at=NOW, is_secure=True, user=USER)
CLICKED = replace(ASKING, signed_at=None, fresh_for=timedelta(minutes=3))
CHRISTMAS = datetime(2026, 12, 24, tzinfo=UTC)
SECONDS = str(int(CHRISTMAS.timestamp()))
NEVER = None


@pytest.mark.parametrize(
    ("operator", "name", "values", "window"),
    [
        ("dategreaterthan", "aws:currenttime", ("2026-12-24T00:00:00Z",), Window(start=CHRISTMAS)),
        ("dategreaterthanequals", "aws:currenttime", ("2026-12-24",), Window(start=CHRISTMAS)),
        ("dategreaterthanifexists", "aws:currenttime", ("2026-12-24T01:00:00+01:00",), Window(start=CHRISTMAS)),
        ("datelessthan", "aws:currenttime", ("2026-12-24T00:00Z",), Window(end=CHRISTMAS)),
        ("dategreaterthan", "aws:epochtime", (SECONDS,), Window(start=CHRISTMAS)),
        ("numericlessthanequals", "aws:epochtime", (SECONDS,), Window(end=CHRISTMAS)),
        ("dategreaterthan", "aws:currenttime", ("2026-12-31", "2026-12-24"), Window(start=CHRISTMAS)),
        ("datelessthan", "aws:currenttime", ("2026-12-01", "2026-12-24"), Window(end=CHRISTMAS)),
        ("dategreaterthan", "aws:currenttime", ("2026",), PERHAPS),
        ("dategreaterthan", "aws:currenttime", ("2026-13-45",), PERHAPS),
        ("dategreaterthan", "aws:currenttime", ("Christmas", "2026-12-24"), PERHAPS),
        ("datenotequals", "aws:currenttime", ("2026-12-24",), PERHAPS),
        ("numericgreaterthan", "s3:signatureage", ("600000",), Window(start=NOW + timedelta(minutes=10))),
        ("numericlessthan", "s3:signatureage", ("600000",), Window(end=NOW + timedelta(minutes=10))),
        ("numericgreaterthan", "s3:signatureage", ("soon",), PERHAPS),
        ("numericequals", "s3:signatureage", ("600000",), PERHAPS),
        ("stringequals", "s3:authtype", ("REST-QUERY-STRING", "POST"), ALWAYS),
        ("stringnotequals", "s3:authtype", ("REST-HEADER",), ALWAYS),
        ("stringnotequals", "s3:authtype", ("REST-HEADER", "REST-QUERY-STRING"), NEVER),
        ("stringequals", "s3:authtype", ("rest-query-string",), NEVER),
        ("stringequalsignorecase", "s3:authtype", ("rest-query-string",), ALWAYS),
        ("stringlike", "s3:authtype", ("REST-*",), ALWAYS),
        ("stringnotlike", "s3:authtype", ("REST-H*",), ALWAYS),
        ("null", "s3:authtype", ("true",), NEVER),
        ("null", "s3:authtype", ("false",), ALWAYS),
        ("stringequals", "s3:signatureversion", ("AWS",), NEVER),
        ("bool", "aws:securetransport", ("false",), NEVER),
        ("bool", "aws:securetransport", ("True",), ALWAYS),
        ("arnnotlike", "aws:principalarn", ("arn:aws:iam::123456789012:user/teams/*",), NEVER),
        ("arnnotequals", "aws:principalarn", ("arn:aws:iam::123456789012:role/app",), ALWAYS),
        ("stringequals", "aws:username", ("share",), ALWAYS),
        ("stringnotequals", "aws:principalaccount", ("123456789012",), NEVER),
        ("stringequals", "aws:username", ("${aws:PrincipalTag/name}",), PERHAPS),
        ("stringequals", "s3:authtype", (), PERHAPS),
        ("numericlessthan", "s3:authtype", ("7",), PERHAPS),
        ("notipaddress", "aws:sourceip", ("203.0.113.0/24",), PERHAPS),
        ("stringequals", "s3:existingobjecttag/shared", ("no",), PERHAPS),
    ],
)  # fmt: skip
def test_when_a_condition_holds(operator: str, name: str, values: tuple[str, ...], window: Window | None) -> None:
    assert evaluate((operator, name, values), ASKING) == window


def test_a_signature_that_each_click_makes_anew_does_not_grow_old() -> None:
    assert evaluate(("numericgreaterthan", "s3:signatureage", ("180000",)), CLICKED) is NEVER
    assert evaluate(("numericgreaterthan", "s3:signatureage", ("60000",)), CLICKED) == PERHAPS


def test_what_is_not_known_of_a_request_leaves_open_whether_the_condition_holds() -> None:
    unknown = RequestContext("files", "a.pdf", style=Style.OTHER)
    for condition in (
        ("arnequals", "aws:principalarn", (USER,)),
        ("bool", "aws:securetransport", ("false",)),
        ("stringequals", "s3:signatureversion", ("AWS",)),
        ("numericgreaterthan", "s3:signatureage", ("60000",)),
    ):
        assert evaluate(condition, unknown) == PERHAPS


def test_windows_meet_where_both_hold_and_are_only_as_sure_as_both() -> None:
    early, late = Window(end=CHRISTMAS), Window(start=NOW)
    assert early.intersect(late) == Window(NOW, CHRISTMAS)
    assert early.intersect(PERHAPS) == Window(end=CHRISTMAS, sure=False)
    assert Window(end=NOW).intersect(Window(start=NOW)) is None
    inside = [Window(NOW, CHRISTMAS).contains(at) for at in (NOW - timedelta(seconds=1), NOW, CHRISTMAS)]
    assert inside == [False, True, False]
    assert all(ALWAYS.intersect(one) == one for pair in pairwise((early, late, PERHAPS)) for one in pair)


def test_an_age_at_the_end_of_the_calendar_stays_within_it() -> None:
    last = datetime.max.replace(tzinfo=UTC)
    ancient = replace(ASKING, signed_at=last - timedelta(days=1))
    assert evaluate(("numericgreaterthan", "s3:signatureage", ("999999999999",)), ancient) == Window(start=last)

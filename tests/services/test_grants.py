"""Grants: good for one link, for some hours, and kept by their digest alone."""

from datetime import timedelta

import pytest

from links.domain.admission import GRANT_LASTS
from links.domain.tokens import digest
from links.models import Grant
from links.services import grants, issue
from tests.stage import Stage


def test_a_grant_opens_its_own_link_to_its_last_moment(stage: Stage) -> None:
    now, first, second = stage.clock(), stage.issue().link, stage.issue().link
    token, other = grants.make_grant(first, now), grants.make_grant(second, now)
    assert token != other
    last = now + GRANT_LASTS - timedelta(microseconds=1)
    assert (grants.find_granted(token, last), grants.find_granted(other, last)) == (first, second)
    assert grants.find_granted(token, now + GRANT_LASTS) is None


def test_only_its_digest_is_kept(stage: Stage) -> None:
    token = grants.make_grant(stage.issue().link, stage.clock())
    assert bytes(Grant.objects.get().token_hash) == digest(token)
    assert token not in str(Grant.objects.values().get())


@pytest.mark.parametrize("token", ["", "nobody", "\N{REPLACEMENT CHARACTER}", "x" * 5_000])
def test_what_is_no_grant_opens_nothing(stage: Stage, token: str) -> None:
    grants.make_grant(stage.issue().link, stage.clock())
    assert grants.find_granted(token, stage.clock()) is None


def test_a_links_own_token_is_no_grant(stage: Stage) -> None:
    issued = stage.issue()
    assert grants.find_granted(issue.reveal_url(issued.link).rpartition("/")[2], stage.clock()) is None

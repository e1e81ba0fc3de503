"""By what a stranger is known while they are counted."""

import pytest

from links.domain.visits.throttling import digest_key, name_network


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("", "elsewhere"),
        ("unix:", "elsewhere"),
    ],
)
def test_neighbours_are_counted_together(address: str, network: str) -> None:
    assert name_network(address) == network


def test_a_key_tells_parts_apart_however_they_are_cut() -> None:
    keys = [
        digest_key("s", "a", "bc"),
        digest_key("s", "ab", "c"),
        digest_key("s", "a", "b", "c"),
        digest_key("s", "a"),
    ]
    assert len(set(keys)) == 4
    assert digest_key("s", "a", 7) == digest_key("s", "a", "7")
    assert digest_key("another", "a", "bc") != keys[0]

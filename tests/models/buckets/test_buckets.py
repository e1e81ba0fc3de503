"""What a bucket says of itself, kept in its row."""

import pytest

from links.models import Bucket


@pytest.mark.parametrize("kept", ["nonsense", "[" * 100_000, '{"Rules": "none"}', '{"Statement": [[[]]]}', "9" * 5_000])
def test_what_was_kept_and_cannot_be_read_is_not_checked(kept: str) -> None:
    facts = Bucket(lifecycle=kept, policy=kept).to_facts()
    assert facts.rules is None
    assert not facts.denials
    assert facts.grants == ()

import pytest

from links.domain.buckets.object_keys import MAX_OBJECT_KEY_BYTES, check_object_key
from links.domain.errors import Refused


@pytest.mark.parametrize(
    "key", ["a", "a b+c%20\"'\n", "a//b", "//x", "/x", "a/", "...", "a/...b/..c", "a\\..\\b", "%2e%2e/x", "🙂" * 256]
)
def test_a_key_that_can_be_asked_for_exactly_passes(key: str) -> None:
    check_object_key(key)


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("", "object-key-empty"),
        ("a\ud800b", "object-key-malformed"),
        ("a\0b", "object-key-malformed"),
        ("x" * (MAX_OBJECT_KEY_BYTES + 1), "object-key-too-long"),
        ("é" * (MAX_OBJECT_KEY_BYTES // 2) + "x", "object-key-too-long"),
        (".", "object-key-dots"),
        ("..", "object-key-dots"),
        ("a/./b", "object-key-dots"),
        ("a/../b", "object-key-dots"),
        ("../x", "object-key-dots"),
        ("a/..", "object-key-dots"),
        ("//.", "object-key-dots"),
    ],
)
def test_a_key_that_nobody_could_ask_for_is_refused(key: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        check_object_key(key)
    assert refused.value.code == code

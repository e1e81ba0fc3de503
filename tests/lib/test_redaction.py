import pytest

from links.lib.redaction import GAP, redact

TOKEN = "m5Jk0v0S1nqYt2p9Yc0mD8uXq3F7hLwZ4bR6aEoGtNs"
SIGNED = (
    "https://b.s3.amazonaws.com/k?X-Amz-Credential=AKIAX%2F20261124&X-Amz-Signature=deadbeefdeadbeef"
    "&X-Amz-Security-Token=FwoGZXIvYXdzEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE"
)


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        (f"GET {SIGNED} 403", ["deadbeef", "FwoG"]),
        ("/k?AWSAccessKeyId=AKIAX&Signature=abc%2Fdef&Expires=1", ["abc%2Fdef"]),
        (f"http://holdfast.test/s/{TOKEN}?x=1", [TOKEN]),
        ("smtp://ops:hunter2@mail.example.com:25", ["hunter2"]),
        ("slack://TokenA:TokenB@channel", ["TokenA", "TokenB"]),
        ("<Token-0>IQoJb3JpZ2luX2VjEXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAMPLE</Token-0>", ["IQoJ"]),
        ("x-amz-security-token=abcdef&x", ["abcdef"]),
        (f"Authorization: Bearer hf_abcdefgh234567ij_{'a-b_' * 10}xyz", ["a-b_a-b", "xyz"]),
    ],
)
def test_bearer_secrets_are_masked_wherever_they_stand(text: str, secrets: list[str]) -> None:
    masked = redact(text)
    assert not [secret for secret in secrets if secret in masked]
    assert GAP in masked


def test_plain_text_stays_as_it_is() -> None:
    text = "link 7 of reports/2026.pdf: key-unknown, the key AKIAIOSFODNN7EXAMPLE is gone"
    assert redact(text) == text


def test_secrets_that_are_known_go_whatever_they_look_like() -> None:
    assert "hunter2" not in redact("the password hunter2 was wrong", ["hunter2"])


def test_what_is_kept_is_one_short_line() -> None:
    kept = redact("first\nsecond " + "word " * 100, longest=50)
    assert kept.startswith("first second word")
    assert len(kept) == 50

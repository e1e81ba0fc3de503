import random
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote

import pytest

from tests.leaks.encodings import find

SECRETS = [
    "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "harbour at dusk",
    "q3r-Vb_2Zs9yT0aLkXw4NnEoP8cUuGdHhJjMmKiRrS",
    "合言葉は港の夕暮れです。",
]


def percent(text: str) -> str:
    return "".join(f"%{byte:02X}" for byte in text.encode())


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "é"])
def test_a_secret_is_found_however_it_was_written(secret: str, before: str) -> None:
    around = f"{before}{secret}z"
    written = [
        around,
        around.encode().hex(),
        around.encode().hex().upper(),
        b64encode(around.encode()).decode(),
        urlsafe_b64encode(around.encode()).decode().rstrip("="),
        quote(around, safe=""),
        quote(quote(around, safe=""), safe=""),
        percent(secret).lower(),
        percent(percent(secret)),
        around.replace("/", "&#x2F;").replace("+", "&#43;"),
        ascii(around),
    ]
    for text in written:
        assert find([secret], f"first\nsecond {text} third") == {secret}, text


def test_what_is_not_there_is_not_found() -> None:
    drawn = random.Random(7)
    for secret in SECRETS:
        others = "".join(drawn.choices([*secret, "%", "=", "\n"], k=20_000))
        assert find([secret], others) == set()
        assert find([secret], secret[: len(secret) // 2]) == set()

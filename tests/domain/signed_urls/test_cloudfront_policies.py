import base64
import json

import pytest

from links.domain.signed_urls.cloudfront_policies import Policy, read_policy

ADDRESS = "https://files.example.com/reports/2026 résumé.pdf"


def encode(statement: object) -> str:
    text = base64.b64encode(json.dumps({"Statement": [statement]}).encode()).decode()
    return text.translate(str.maketrans("+=/", "-_~"))


def test_a_policy_tells_its_resource_its_span_and_its_callers() -> None:
    condition = {
        "DateLessThan": {"AWS:EpochTime": 20},
        "DateGreaterThan": {"AWS:EpochTime": 10},
        "IpAddress": {"AWS:SourceIp": "203.0.113.0/24"},
    }
    assert read_policy(encode({"Resource": "https://a/*", "Condition": condition})) == Policy(
        20, 10, "https://a/*", "203.0.113.0/24"
    )


@pytest.mark.parametrize("condition", [{}, {"DateLessThan": "soon"}, [], None])
def test_a_policy_without_an_end_is_none(condition: object) -> None:
    assert read_policy(encode({"Condition": condition})) is None


@pytest.mark.parametrize(
    ("resource", "covered"),
    [
        ("", True),
        ("*", True),
        ("http*://files.example.com/reports/*", True),
        ("https://files.example.com/reports/2026%20r%C3%A9sum%C3%A9.pdf", True),
        ("https://files.example.com/reports/2026%20r%C3%A9sum%C3%A9.pdf?size=large", True),
        ("https://files.example.com/reports/????%20*.pdf", True),
        ("https://files.example.com/reports/2025*", False),
        ("http://files.example.com/*", False),
        ("https://other.example.com/*", False),
        ("https://files.example.com/reports/2026%20r%C3%A9sum%C3%A9.pd", False),
    ],
)
def test_wildcards_are_read_and_another_address_is_told(resource: str, covered: bool) -> None:
    assert Policy(20, resource=resource).covers(ADDRESS) is covered


def test_a_pattern_of_stars_does_not_run_for_ever() -> None:
    assert not Policy(20, resource="*a" * 200).covers("a" * 2000 + "b")

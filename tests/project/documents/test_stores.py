"""The pages on stores: what they tell to enter is taken, and AWS's policies allow what is called and no more."""

import ast
import json
import re
import shlex
from itertools import pairwise
from pathlib import Path

import pytest

from links.domain.buckets.endpoints import Addressing, locate
from tests.project.documents.markdown import DOCS, ROOT, find_blocks, name

PAGES = [path for path in sorted((DOCS / "connect").glob("*.md")) if path.name != "README.md"]
CUSTOM = [path for path in PAGES if path.stem != "aws"]
AWS = (DOCS / "connect" / "aws.md").read_text(encoding="utf-8")
# What each call of the SDK has to be allowed at AWS; None where every key may do so.
ACTIONS: dict[str, str | None] = {
    "get_object": "s3:GetObject",
    "head_object": "s3:GetObject",
    "list_objects_v2": "s3:ListBucket",
    "get_bucket_lifecycle_configuration": "s3:GetLifecycleConfiguration",
    "get_bucket_policy": "s3:GetBucketPolicy",
    "get_bucket_versioning": "s3:GetBucketVersioning",
    "list_access_keys": "iam:ListAccessKeys",
    "get_caller_identity": None,
}
CALL = re.compile(r"(?:get|head|list|put|delete|copy|create|restore)_(?:object|bucket|access|caller)[a-z0-9_]*")
BY_A_VERSION = "s3:GetObjectVersion"
"""What `get_object` and `head_object` have to be allowed besides, where they name a version."""


def find_calls() -> set[str]:
    """The operations of AWS's SDK that the code names: methods of a client, and names given to one."""
    found: set[str] = set()
    for path in (ROOT / "links" / "s3").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and CALL.fullmatch(node.attr):
                found.add(node.attr)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and CALL.fullmatch(node.value):
                found.add(node.value)
    return found


def read_actions(policy: str) -> set[str]:
    actions: set[str] = set()
    for statement in json.loads(policy)["Statement"]:
        held = statement["Action"]
        actions |= {held} if isinstance(held, str) else set(held)
    return actions


def read_row(text: str, title: str) -> str:
    row = re.search(rf"^\| {title} \| (.*) \|$", text, re.MULTILINE)
    assert row, title
    return row[1]


def read_options(text: str, command: str) -> dict[str, str]:
    line = re.search(rf"manage\.py {command} (.*)$", text, re.MULTILINE)
    assert line, command
    words = shlex.split(line[1])
    return {option: value for option, value in pairwise(words) if option.startswith("--")}


def test_the_widest_policy_allows_every_call_and_nothing_else() -> None:
    _, widest = (block.code for block in find_blocks(AWS, "json"))
    assert find_calls() == set(ACTIONS)
    assert read_actions(widest) == {action for action in ACTIONS.values() if action} | {BY_A_VERSION}


def test_the_least_policy_is_the_one_of_the_readme() -> None:
    least = find_blocks(AWS, "json")[0].code
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert read_actions(least) == {"s3:GetObject", "s3:ListBucket"}
    assert [json.loads(block.code) for block in find_blocks(readme, "json")] == [json.loads(least)]


@pytest.mark.parametrize("path", CUSTOM, ids=name)
def test_what_a_page_tells_to_enter_is_taken_as_it_says(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    options = read_options(text, "add_key")
    place = locate("files", options.get("--region", ""), options["--endpoint"])
    assert place.endpoint == options["--endpoint"]
    assert place.addressing is Addressing.PATH
    assert read_row(text, "addressing").startswith("`path`")
    said = read_row(text, "region")
    assert f"`{place.region}`" in said or "the one in the endpoint" in said
    assert "the one in the endpoint" not in said or place.region in place.endpoint


@pytest.mark.parametrize("path", PAGES, ids=name)
def test_each_page_says_what_its_store_cannot_tell(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    for title in ("endpoint", "region", "addressing", "key"):
        assert read_row(text, title)
    assert re.search(r"^## What (?:it|AWS) cannot tell$", text, re.MULTILINE)


def test_every_page_stands_in_the_list_of_stores() -> None:
    listed = re.findall(r"\]\(([a-z0-9-]+\.md)\) \|", (DOCS / "connect" / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == [path.name for path in PAGES]

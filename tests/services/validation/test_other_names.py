"""An object that is missing is looked for under the other spellings of its name."""

import pytest

from links.domain.buckets.object_spellings import MAX_SPELLINGS
from links.domain.findings import Code, Finding
from links.texts.findings import CATALOGUE
from links.texts.formatting import render_lines
from tests.fixtures import CONTENT, World
from tests.strict_s3 import StrictS3


def judge_after_renaming(world: World, key: str, stored: str) -> Finding:
    world.store.put(key, CONTENT)
    link = world.create_link(key).link
    world.store.delete(key)
    if stored:
        world.store.put(stored, CONTENT)
    (finding,) = world.judge(link).judgement.findings
    assert finding.code is Code.OBJECT_MISSING
    return finding


@pytest.mark.parametrize(
    ("key", "stored", "spelling"),
    [
        ("caf\u00e9.pdf", "cafe\u0301.pdf", "accents"),
        ("well+log+1.pdf", "well log 1.pdf", "plus-signs"),
        ("well log.pdf", "well+log.pdf", "blanks"),
        ("reports//may.pdf", "reports/may.pdf", "slashes"),
        ("reports%2Fmay.pdf", "reports/may.pdf", "encoded"),
        ("r\u00e9sum\u00e9 1.pdf", "r\u00e9sum\u00e9+1.pdf", "blanks"),
    ],
)
def test_the_name_that_is_there_is_told(world: World, key: str, stored: str, spelling: str) -> None:
    finding = judge_after_renaming(world, key, stored)
    assert (finding.params["found_as"], finding.params["spelling"]) == (stored, spelling)


def test_where_no_other_name_is_there_it_is_said_what_to_look_at(world: World) -> None:
    finding = judge_after_renaming(world, "well+log.pdf", "")
    assert (finding.params["found_as"], finding.params["spelling"]) == ("", "plus-signs")
    assert "plus signs" in render_lines(CATALOGUE[finding.code].sentences, finding.params)


def test_where_the_key_may_not_list_the_name_that_is_there_settles_it(world: World) -> None:
    world.user.deny("s3:ListBucket")
    finding = judge_after_renaming(world, "caf\u00e9.pdf", "cafe\u0301.pdf")
    assert (finding.params["found_as"], finding.is_certain) == ("cafe\u0301.pdf", True)


def heads(s3: StrictS3) -> int:
    return sum(recorded.method == "HEAD" for recorded in s3.requests)


def test_a_few_questions_are_asked_and_none_of_a_plain_name(world: World) -> None:
    world.store.put("a", CONTENT)
    plain = world.create_link("a").link
    strange = "/a%20b+c d\u00e9.pdf"
    world.store.put(strange, CONTENT)
    link = world.create_link(strange).link
    world.store.delete("a")
    world.store.delete(strange)
    before = heads(world.s3)
    world.judge(plain)
    assert heads(world.s3) == before
    world.judge(link)
    assert heads(world.s3) - before == MAX_SPELLINGS

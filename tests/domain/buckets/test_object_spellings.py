import pytest

from links.domain.buckets.object_spellings import MAX_SPELLINGS, Spelling, find_spellings


@pytest.mark.parametrize(
    ("key", "spelling", "other"),
    [
        ("a%2Fb.pdf", "encoded", "a/b.pdf"),
        ("eu-west-1%3A77/a.txt", "encoded", "eu-west-1:77/a.txt"),
        ("%E8%A6%8B%E7%A9%8D.pdf", "encoded", "\u898b\u7a4d.pdf"),
        ("/path/a.txt", "slashes", "path/a.txt"),
        ("path//a.txt", "slashes", "path/a.txt"),
        ("well+log+1.pdf", "plus-signs", "well log 1.pdf"),
        ("caf\u00e9.pdf", "accents", "cafe\u0301.pdf"),
        ("cafe\u0301.pdf", "accents", "caf\u00e9.pdf"),
        ("\u304c.pdf", "accents", "\u304b\u3099.pdf"),
        ("\ud55c.pdf", "accents", "\u1112\u1161\u11ab.pdf"),
        ("well log.pdf", "blanks", "well+log.pdf"),
        ("9.41.00 PM.png", "narrow-blanks", "9.41.00\u202fPM.png"),
        ("at 9.41.00\u202fPM.png", "narrow-blanks", "at 9.41.00 PM.png"),
        ("a\u00a0b.pdf", "narrow-blanks", "a b.pdf"),
        ("dir\\a.pdf", "backslashes", "dir/a.pdf"),
    ],
)
def test_an_object_may_lie_under_what_programs_make_of_its_name(key: str, spelling: str, other: str) -> None:
    first = find_spellings(key)[0]
    assert (first.spelling, first.key) == (Spelling(spelling), other)


@pytest.mark.parametrize("key", ["", "report.pdf", "100%.pdf", "%FF.pdf", "\u898b\u7a4d.pdf", "/", "\udcff.pdf"])
def test_a_plain_name_has_one_spelling(key: str) -> None:
    assert find_spellings(key) == ()


def test_all_at_once_are_few_and_none_is_the_name_itself() -> None:
    key = "/a%20b+c d\u00e9.pdf"
    found = find_spellings(key)
    assert len(found) == MAX_SPELLINGS
    assert key not in {each.key for each in found}


def test_a_name_that_no_object_can_have_is_looked_for_nowhere() -> None:
    assert find_spellings("\u00e9" * 513) == ()

"""One Japanese word for one thing, in every sentence that there is."""

import re
from pathlib import Path

import polib
import pytest

from tools.messages import CATALOGUE

SENTENCES = [
    text
    for entry in polib.pofile(str(CATALOGUE))
    if not entry.obsolete
    for text in (entry.msgstr, *entry.msgstr_plural.values())
]
SENTENCES += [line for page in Path("docs").rglob("*.ja.md") for line in page.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("公開期限|公開開始", "a file with a password is not published: 有効期限, 利用開始日時"),
        ("延長の依頼|延長済みの依頼", "a customer may ask for a download, too: 依頼"),
        ("日以内に終了", "as the tile says it: 期限切れ"),
        ("[“”]", "quotations stand between 「 and 」"),
        ("[。：] ", "no blank after a full stop or a colon"),
        (r"[ぁ-んァ-ヶ一-龠]: ", "a colon is as wide as the letters: ："),
        ("(?<!リ)ストア", "ストレージ"),
        ("分か[りら]|だれ", "わかり, 誰"),
        ("サインイン|顧客|承諾", "ログイン, お客様, 承認"),
        ("送っても直りません|直しても解決", "送り直しても直りません"),
    ],
)
def test_a_word_that_was_given_up_stands_nowhere(wrong: str, why: str) -> None:
    assert [text for text in SENTENCES if re.search(wrong, text)] == [], why

from pathlib import Path

import polib
import pytest

from tools import messages
from tools.messages import Message

MODULE = """
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy as _, gettext_noop as N_, ngettext_lazy, npgettext, pgettext
from elsewhere import other

gettext("one")
_("two " "halves")
N_("three")
ngettext_lazy("%(n)s link", "%(n)s links", 3)
pgettext("verb", "open")
npgettext("seen", "%(n)s visit", "%(n)s visits", 2)
translation.gettext("by attribute")
gettext(variable)
other("not a message")
"""
TEMPLATE = """{% load i18n %}<p title="{% translate "It's (here)" %}">{{ "x"|default:_("fallback") }}</p>
{% blocktranslate with name=link.name trimmed %}
  Hello {{ name }}, 100% sure
{% endblocktranslate %}
{% blocktranslate count n=n %}{{ n }} link{% plural %}{{ n }} links{% endblocktranslate %}
{% translate "Open" context "verb" %}"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder, name, text in (("links", "a.py", MODULE), ("templates", "b.html", TEMPLATE)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def catalogue() -> polib.POFile:
    catalogue = polib.POFile()
    catalogue.metadata = dict(messages.HEADER)
    return catalogue


def found(*messages: Message) -> dict[Message, list[str]]:
    return {message: ["links/a.py"] for message in messages}


def test_marks_in_python_are_found_under_any_name() -> None:
    assert list(messages.read_python(MODULE, "a.py")) == [
        Message("one"),
        Message("two halves"),
        Message("three"),
        Message("%(n)s link", "%(n)s links"),
        Message("open", context="verb"),
        Message("%(n)s visit", "%(n)s visits", "seen"),
        Message("by attribute"),
    ]


def test_marks_in_templates_are_found() -> None:
    assert list(messages.read_template(TEMPLATE, "b.html")) == [
        Message("It's (here)"),
        Message("fallback"),
        Message("Hello %(name)s, 100%% sure"),
        Message("%(n)s link", "%(n)s links"),
        Message("Open", context="verb"),
    ]


def test_a_message_in_two_places_is_one_message(root: Path) -> None:
    assert messages.find_messages(root)[Message("%(n)s link", "%(n)s links")] == ["links/a.py", "templates/b.html"]


def test_a_message_with_a_plural_here_and_without_there_is_one_message(root: Path) -> None:
    (root / "links" / "c.py").write_text('from django.utils.translation import gettext\ngettext("%(n)s link")')
    keys = [message for message in messages.find_messages(root) if message.msgid == "%(n)s link"]
    assert keys == [Message("%(n)s link", "%(n)s links")]


def test_a_message_that_could_never_be_found_is_refused() -> None:
    source = 'from django.utils.translation import gettext\ngettext(f"Hello {name}")'
    with pytest.raises(ValueError, match=r"a\.py:2"):
        list(messages.read_python(source, "a.py"))


def test_an_update_keeps_translations_and_drops_what_is_gone(catalogue: polib.POFile) -> None:
    messages.update(catalogue, found(Message("stays"), Message("goes")))
    messages.fill(catalogue, [{"msgid": "stays", "msgstr": "残る"}, {"msgid": "goes", "msgstr": "消える"}])
    catalogue.append(polib.POEntry(msgid="gone long since", msgstr="とうに", obsolete=True))
    messages.update(catalogue, found(Message("stays"), Message("comes")))
    assert {entry.msgid: entry.msgstr for entry in catalogue} == {"stays": "残る", "comes": ""}


def test_what_another_tool_marked_as_gone_has_its_translation_again_where_it_comes_back(
    catalogue: polib.POFile,
) -> None:
    catalogue.append(polib.POEntry(msgid="back", msgstr="戻る", obsolete=True))
    messages.update(catalogue, found(Message("back")))
    assert messages.find_faults(catalogue, found(Message("back")), catalogue.to_binary()) == []


def test_what_lacks_a_translation_is_listed_and_can_be_filled(catalogue: polib.POFile) -> None:
    messages.update(catalogue, found(Message("Open", context="verb"), Message("%(n)s link", "%(n)s links")))
    missing = messages.to_json(catalogue)
    assert [(entry["msgid"], entry["context"], entry["plural"]) for entry in missing] == [
        ("Open", "verb", ""),
        ("%(n)s link", None, "%(n)s links"),
    ]
    messages.fill(
        catalogue,
        [
            {"msgid": "Open", "context": "verb", "msgstr": "開く"},
            {"msgid": "%(n)s link", "msgstr": "リンク%(n)s件"},
        ],
    )
    assert messages.to_json(catalogue) == []


class TestACheck:
    MESSAGE = Message("until %(when)s")

    @pytest.fixture
    def complete(self, catalogue: polib.POFile) -> polib.POFile:
        messages.update(catalogue, found(self.MESSAGE))
        messages.fill(catalogue, [{"msgid": self.MESSAGE.msgid, "msgstr": "%(when)sまで"}])
        return catalogue

    def test_passes_a_complete_catalogue(self, complete: polib.POFile) -> None:
        assert messages.find_faults(complete, found(self.MESSAGE), complete.to_binary()) == []

    def test_finds_what_is_untranslated(self, complete: polib.POFile) -> None:
        complete[0].msgstr = ""
        faults = messages.find_faults(complete, found(self.MESSAGE), complete.to_binary())
        assert faults == ["untranslated: 'until %(when)s'"]

    def test_finds_what_is_fuzzy(self, complete: polib.POFile) -> None:
        complete[0].flags.append("fuzzy")
        faults = messages.find_faults(complete, found(self.MESSAGE), complete.to_binary())
        assert "fuzzy: 'until %(when)s'" in faults

    def test_finds_a_translation_that_would_raise_when_it_is_filled(self, complete: polib.POFile) -> None:
        complete[0].msgstr = "%(wann)sまで"
        faults = messages.find_faults(complete, found(self.MESSAGE), complete.to_binary())
        assert faults == ["other gaps than the source: 'until %(when)s'"]

    def test_finds_a_gap_that_has_a_fallback_in_one_language_only(self, catalogue: polib.POFile) -> None:
        """The other one would raise where there is no value."""
        message = Message("[until %(when)s|for ever]")
        messages.update(catalogue, found(message))
        messages.fill(catalogue, [{"msgid": message.msgid, "msgstr": "[%(when)sまで|無期限]"}])
        assert messages.find_faults(catalogue, found(message), catalogue.to_binary()) == []
        messages.fill(catalogue, [{"msgid": message.msgid, "msgstr": "%(when)sまで"}])
        faults = messages.find_faults(catalogue, found(message), catalogue.to_binary())
        assert faults == ["other gaps than the source: '[until %(when)s|for ever]'"]

    def test_finds_what_the_source_has_and_the_catalogue_lacks(self, complete: polib.POFile) -> None:
        faults = messages.find_faults(complete, found(self.MESSAGE, Message("new")), complete.to_binary())
        assert faults == ["not in the catalogue: 'new'"]

    def test_finds_what_the_source_no_longer_has(self, complete: polib.POFile) -> None:
        faults = messages.find_faults(complete, {}, complete.to_binary())
        assert faults == ["not in the source: 'until %(when)s'"]

    def test_finds_a_stale_compilation(self, complete: polib.POFile) -> None:
        assert messages.find_faults(complete, found(self.MESSAGE), b"") == ["the compiled catalogue is stale"]


def test_every_message_of_the_words_floor_is_translated_and_compiled() -> None:
    """The whole project is for `make check`, which runs the same check over everything."""
    everything = messages.find_messages(messages.ROOT)
    words = {message for message, places in everything.items() if any("links/texts" in place for place in places)}
    catalogue = polib.pofile(str(messages.CATALOGUE))
    translated = {(entry.msgctxt, entry.msgid) for entry in catalogue if messages.is_translated(entry)}
    assert len(words) > 300
    assert not [message.msgid for message in words if message.key not in translated]
    assert catalogue.to_binary() == messages.CATALOGUE.with_suffix(".mo").read_bytes()

import json

from django.contrib.admin.models import LogEntry
from django.template import Context, Template
from django.utils import translation

from links.texts.pages.histories import log_message


def show(message: str) -> str:
    template = Template("{% load histories %}{{ entry|history_text }}")
    return template.render(Context({"entry": LogEntry(change_message=message)}))


def test_what_was_kept_is_told_in_the_readers_language() -> None:
    kept = json.dumps(log_message("Revoked."))
    with translation.override("ja"):
        assert show(kept) not in ("", "Revoked.")
    with translation.override("en"):
        assert show(kept) == "Revoked."


def test_djangos_words_and_those_of_older_versions_stay() -> None:
    with translation.override("en"):
        assert show(json.dumps([{"changed": {"fields": ["Title"]}}])) == "Changed Title."
        assert show("取り消しました。") == "取り消しました。"

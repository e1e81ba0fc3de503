from pathlib import Path

import pytest
from django.conf import settings as site
from django.template import TemplateDoesNotExist
from pytest_django import Settings
from structlog.testing import capture_logs

from links.texts.mail.templates import render_subject, render_text

FACTS = {"lead": "A & B <c>", "facts": [("Since", "now")], "cure": "Wait.", "page": ""}


@pytest.fixture
def own_templates(tmp_path: Path, settings: Settings) -> Path:
    """A site's folder of templates, empty at first."""
    (engine,) = site.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, site.BASE_DIR / "templates"]}]
    (tmp_path / "mail").mkdir()
    return tmp_path / "mail"


def test_a_value_that_is_missing_leaves_no_gap(english: None) -> None:
    assert render_text("link", FACTS) == "A & B <c>\n\nSince: now\n\nWhat to do\nWait.\n"
    assert render_text("link", {**FACTS, "facts": []}) == "A & B <c>\n\nWhat to do\nWait.\n"


def test_a_site_has_its_own_frame_in_each_language(own_templates: Path, language: str) -> None:
    (own_templates / "link.txt").write_text(
        '{% load i18n %}The shop\n{{ lead }}\n\n{% translate "What to do" %}: {{ cure }}\n\n\n--\nThe shop\n'
    )
    what = {"en": "What to do", "ja": "対応方法"}[language]
    assert render_text("link", FACTS) == f"The shop\nA & B <c>\n\n{what}: Wait.\n\n--\nThe shop\n"


def test_a_part_that_a_frame_includes_can_be_overridden_alone(own_templates: Path, english: None) -> None:
    (own_templates / "facts.txt").write_text("{% for name, value in facts %}* {{ name }} = {{ value }}\n{% endfor %}")
    assert "\n\n* Since = now\n\n" in render_text("link", FACTS)


def test_a_subject_is_one_line(own_templates: Path) -> None:
    (own_templates / "link_subject.txt").write_text("\n[The shop]\n{{ subject }}\n")
    assert render_subject("link", {"subject": "Ends soon: a  b"}) == "[The shop] Ends soon: a  b"


@pytest.mark.parametrize("broken", ["{% if %}", "{% no_such_tag %}", "{{ lead|no_such_filter }}", '{% include "no" %}'])
def test_a_slip_in_a_sites_template_silences_no_mail(own_templates: Path, english: None, broken: str) -> None:
    """What went wrong may quote a value, which may be a URL: the log has the template's name alone."""
    (own_templates / "link.txt").write_text(broken)
    with capture_logs() as logs:
        assert render_text("link", FACTS).startswith("A & B <c>\n\nSince: now\n")
    ((log,),) = [logs]
    assert log["template"] == "mail/link.txt"
    assert "A & B" not in str(log)


def test_the_products_own_templates_have_no_other_to_fall_back_to() -> None:
    with pytest.raises(TemplateDoesNotExist):
        render_text("no-such-frame", FACTS)

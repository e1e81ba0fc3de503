from django.utils import translation

from links.domain.promise.terms import TERMS
from links.texts.terms import HELP, LABELS, SEARCHED


def test_every_term_has_a_name_in_both_languages() -> None:
    assert LABELS.keys() == {term.name for term in TERMS}
    assert HELP.keys() <= LABELS.keys()
    for language in ("en", "ja"):
        with translation.override(language):
            assert all(str(said) for said in (*LABELS.values(), *HELP.values(), SEARCHED))
    with translation.override("ja"):
        assert not [name for name, label in LABELS.items() if str(label).isascii()]

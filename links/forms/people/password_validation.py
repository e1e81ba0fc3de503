"""What `AUTH_PASSWORD_VALIDATORS` names besides Django's own: staff's passwords that are long, and guessed all the
same."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.conf import site
from links.domain.people.passwords import Weakness, find_weakness, list_site_words
from links.services.password_hashing import list_common

_TEXTS: Mapping[Weakness, Promise] = {
    Weakness.SITE_WORDS: _(
        "Words of this site’s name and address are guessed first: without them, this password has fewer than "
        "%(least)s characters."
    ),
    Weakness.COMMON: _(
        "This is a password that many people take, repeated or with digits or signs at its ends: it is guessed first."
    ),
    Weakness.REPEATED: _(
        "What this password repeats counts once: without the repetitions, it has fewer than %(least)s characters."
    ),
}


class GuessablePasswordValidator:
    def __init__(self, min_length: int) -> None:
        self.min_length = min_length

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002  as Django asks
        words = list_site_words(site.BRAND_NAME, urlsplit(site.BASE_URL).hostname or "")
        weakness = find_weakness(password, words, list_common(), self.min_length)
        if weakness is not None:
            raise ValidationError(_TEXTS[weakness] % {"least": self.min_length}, code=weakness.value)

    def get_help_text(self) -> str:
        return gettext(
            "Words of this site’s name and address, repetitions, and digits after a common password count for nothing."
        )

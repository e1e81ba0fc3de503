"""Fields that say something about a change, and are none themselves."""

from django import forms


class _Aside(forms.Field):
    """Says something about the change that the other fields make; no change of its own."""

    def has_changed(self, initial: object, data: object) -> bool:  # noqa: ARG002  whatever they are
        return False


class Fingerprint(_Aside, forms.CharField):
    """Tells whether something is as the page knew it."""


class Consent(_Aside, forms.BooleanField):
    """To what another field would do."""

"""What has to be entered exactly is left as it is typed, on a phone as well."""

import pytest
from django import forms

from links.forms.buckets import BucketForm
from links.forms.keys import KeyDetailsForm, KeyForm, SecretForm
from links.forms.links import LinkForm
from links.forms.rotation import RotationForm
from links.forms.sharing import SharePermissionForm

EXACT: list[tuple[type[forms.BaseForm], tuple[str, ...]]] = [
    (KeyForm, ("label", "access_key_id", "secret", "session_token", "region", "endpoint")),
    (KeyDetailsForm, ("label",)),
    (SecretForm, ("secret", "region", "endpoint")),
    (RotationForm, ("access_key_id", "secret")),
    (BucketForm, ("name", "region", "endpoint")),
    (SharePermissionForm, ("starts_with",)),
    (LinkForm, ("object_key", "reference", "slug")),
]


@pytest.mark.parametrize(("form", "name"), [(form, name) for form, names in EXACT for name in names])
def test_a_phone_does_not_begin_what_is_entered_with_a_capital(form: type[forms.BaseForm], name: str) -> None:
    attributes = form.base_fields[name].widget.attrs  # type: ignore[attr-defined]
    assert attributes.get("autocapitalize") == "none"
    assert attributes.get("spellcheck") == "false"

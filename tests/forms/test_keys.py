from datetime import datetime

import pytest

from links.forms.keys import KeyForm
from links.models import SigningKey
from tests.fixtures import Setup
from tests.strict_s3 import StrictS3


def fill(s3: StrictS3, **entered: str) -> KeyForm:
    return KeyForm({"label": "New", "endpoint": s3.url, "region": "eu-central-1", **entered})


def save(form: KeyForm, now: datetime) -> SigningKey | None:
    return form.save(now) if form.is_valid() else None


def test_an_iam_users_key_is_added_and_proved(db: None, strict_s3: StrictS3, now: datetime) -> None:
    given = strict_s3.add_key(strict_s3.add_user("share"))
    key = save(fill(strict_s3, access_key_id=given.id, secret=f" {given.secret}\n"), now)
    assert key is not None
    assert key.state == "proved"


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"access_key_id": "AKIAEXAMPLE", "secret": "s", "session_token": "t"}, "session_token"),
        ({"access_key_id": "ASIAEXAMPLE", "secret": "s"}, "access_key_id"),
        ({"access_key_id": "", "secret": "s"}, "access_key_id"),
        ({"access_key_id": "AKIAEXAMPLE", "secret": ""}, "secret"),
        ({"access_key_id": "AKIAEXAMPLE", "secret": "s", "endpoint": "ftp://x"}, "endpoint"),
    ],
)
def test_a_refusal_stands_at_the_field_that_it_is_about(
    entered: dict[str, str], field: str, db: None, strict_s3: StrictS3, now: datetime
) -> None:
    form = fill(strict_s3, **entered)
    assert save(form, now) is None
    assert list(form.errors) == [field]
    assert not SigningKey.objects.exists()


def test_what_is_needed_is_not_called_optional_and_its_absence_says_what_to_do(db: None, strict_s3: StrictS3) -> None:
    form = fill(strict_s3, access_key_id="", secret="")
    assert [name for name, field in form.fields.items() if field.required] == ["access_key_id", "secret"]
    assert "Enter both the id and the secret" in form.errors["access_key_id"][0]
    assert "Enter it." in form.errors["secret"][0]


def test_roots_key_is_refused_in_words(db: None, strict_s3: StrictS3, now: datetime) -> None:
    root = strict_s3.add_root_key()
    form = fill(strict_s3, access_key_id=root.id, secret=root.secret)
    assert save(form, now) is None
    assert "root" in form.errors["access_key_id"][0]


def test_what_was_typed_as_a_secret_is_never_written_back(db: None, strict_s3: StrictS3, now: datetime) -> None:
    form = fill(strict_s3, access_key_id="", secret="typed-secret", session_token="typed-token")
    save(form, now)
    assert "typed-secret" not in form.as_div()
    assert "typed-token" not in form.as_div()


def test_a_key_that_we_have_is_refused(setup: Setup, now: datetime) -> None:
    form = fill(setup.s3, access_key_id=setup.access_key.id, secret=setup.access_key.secret)
    assert save(form, now) is None
    assert SigningKey.objects.count() == 1

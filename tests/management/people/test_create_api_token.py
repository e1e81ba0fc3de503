"""API tokens of the operator's making."""

import json

import pytest
from django.contrib.auth.models import Group, User
from django.utils import timezone

from links.models import ApiToken, AuditRecord
from links.services.people import api_tokens
from tests.management.running import Runner


@pytest.fixture
def mika(transactional_db: None) -> User:
    person = User.objects.create_user("mika", is_staff=True)
    person.groups.add(Group.objects.get(name="Link maker"))
    return person


def test_a_token_is_printed_once_and_works(mika: User, run: Runner) -> None:
    ran = run("create_api_token", "mika", "--name", "orders", "--scope", "links:read", "--scope", "links:write")
    assert ran.code == 0
    found = api_tokens.authenticate(ran.out.strip(), timezone.now())
    assert found is not None
    assert (found.owner, found.name, found.scopes) == (mika, "orders", ["links:read", "links:write"])
    assert AuditRecord.objects.get(act="api-token-created").object_number == found.pk


def test_json_tells_what_was_made(mika: User, run: Runner) -> None:
    told = json.loads(run("create_api_token", "mika", "--name", "orders", "--scope", "doctor", "--json").out)
    assert told["token"].startswith(f"hf_{told['public_id']}_")
    assert (told["owner"], told["scopes"]) == ("mika", ["doctor"])


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        (["--scope", "audit:read"], 1, "audit:read"),
        (["--scope", "everything"], 2, "links:read"),
        (["--scope", "doctor", "--days", "0"], 2, "--days"),
        (["--scope", "doctor", "--days", "367"], 1, "366 days at most"),
    ],
)
def test_what_cannot_be_made_is_said_in_one_line(
    mika: User, run: Runner, more: list[str], code: int, said: str
) -> None:
    ran = run("create_api_token", "mika", "--name", "orders", *more)
    assert (ran.code, ran.out) == (code, "")
    assert said in ran.err
    assert not ApiToken.objects.exists()


def test_a_name_that_nobody_has_is_said_so(transactional_db: None, run: Runner) -> None:
    ran = run("create_api_token", "nobody", "--name", "orders", "--scope", "doctor")
    assert ran.code == 2
    assert "There is no user 'nobody' here." in ran.err

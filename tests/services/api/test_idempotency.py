from datetime import datetime, timedelta

import pytest
from django.contrib.auth.models import Group, User

from links.domain.errors import Refused
from links.domain.people.scopes import Scope
from links.models import ApiToken, IdempotencyKey
from links.services import heartbeat
from links.services.api import idempotency
from links.services.api.idempotency import KeptAnswer
from links.services.people import api_tokens

ANSWER = KeptAnswer(201, {"Location": "/x"}, '{"url": "https://share.example/s/secret"}')


@pytest.fixture
def token(db: None, now: datetime) -> ApiToken:
    owner = User.objects.create_user("mika", is_staff=True)
    owner.groups.add(Group.objects.get(name="Link maker"))
    return api_tokens.create(api_tokens.NewToken(owner, "p", [Scope.LINKS_WRITE]), owner, now).row


def refused(token: ApiToken, request: bytes, now: datetime) -> str:
    with pytest.raises(Refused) as caught:
        idempotency.claim(token, "k", request, now)
    return caught.value.code


def test_the_first_takes_the_key_and_later_ones_get_its_answer(token: ApiToken, now: datetime) -> None:
    claimed = idempotency.claim(token, "k", b"a", now)
    assert isinstance(claimed, IdempotencyKey)
    assert refused(token, b"a", now) == "idempotency-key-busy"
    idempotency.keep_answer(claimed, ANSWER)
    assert idempotency.claim(token, "k", b"a", now + timedelta(hours=23)) == ANSWER
    assert refused(token, b"b", now) == "idempotency-key-used"


def test_the_answer_is_kept_encrypted_and_the_key_as_a_digest(token: ApiToken, now: datetime) -> None:
    claimed = idempotency.claim(token, "my own key", b"a", now)
    assert isinstance(claimed, IdempotencyKey)
    idempotency.keep_answer(claimed, ANSWER)
    (row,) = IdempotencyKey.objects.values()
    assert "secret" not in str(row)
    assert "my own key" not in str(row)


def test_what_was_begun_and_never_ended_is_told(token: ApiToken, now: datetime) -> None:
    idempotency.claim(token, "k", b"a", now)
    assert refused(token, b"a", now + idempotency.LONGEST_REQUEST) == "idempotency-key-unfinished"


def test_a_key_is_free_again_when_it_was_released_and_after_a_day(token: ApiToken, now: datetime) -> None:
    for later in (timedelta(0), idempotency.KEPT_FOR):
        claimed = idempotency.claim(token, "k", b"a", now + later)
        assert isinstance(claimed, IdempotencyKey)
        if not later:
            idempotency.release(claimed)
            idempotency.claim(token, "k", b"b", now)


def test_keys_are_forgotten_after_a_day(token: ApiToken, now: datetime) -> None:
    idempotency.claim(token, "k", b"a", now)
    heartbeat.delete_expired(now + idempotency.KEPT_FOR - timedelta(seconds=1))
    assert IdempotencyKey.objects.exists()
    heartbeat.delete_expired(now + idempotency.KEPT_FOR + timedelta(seconds=1))
    assert not IdempotencyKey.objects.exists()

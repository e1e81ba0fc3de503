"""Requests of programs that may come twice: what was answered the first time is answered again."""

from django.db import models

from links.models.fields import EncryptedField, EncryptedModel
from links.models.people.api_tokens import ApiToken


class IdempotencyKey(EncryptedModel):
    """One `Idempotency-Key` that a program sent with a token. `fingerprint` is a keyed digest of the request. `answer`
    holds status, headers and body as JSON: it may name the URL of a new link, and is encrypted; null while the request
    is still being done."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    key_hash = models.BinaryField(max_length=32)
    fingerprint = models.CharField(max_length=64)
    begun_at = models.DateTimeField(db_index=True)
    answer = EncryptedField(kind="idempotent-answer", bound_to=["key_hash"], null=True, editable=False)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["token", "key_hash"], name="idempotency_key_once")]

    def __str__(self) -> str:
        return f"of token {self.token_id}"

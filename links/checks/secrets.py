"""Checks of keys and secrets: those that encrypt, those that are stored, and the files they were read from."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from cryptography.fernet import Fernet
from django.conf import LazySettings, settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Info
from django.core.exceptions import ImproperlyConfigured

from links.domain.errors import Unavailable
from links.domain.reasons import Reason
from links.models import Bucket, EncryptedValue, ShareLink, SigningKey

SAMPLE = 20
_NEW_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
_MAKE_ONE = 'python -c "import secrets; print(secrets.token_urlsafe(48))"'
_TOKENS = ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_AMBIENT = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_OTHERS = 0o077
_METRICS_TOKEN_LENGTH = 32  # characters


def check_secret_key(settings: LazySettings) -> list[CheckMessage]:
    """Django names it in a deployment's check alone, and every page asks for it."""
    try:
        is_there = bool(settings.SECRET_KEY)
    except ImproperlyConfigured:
        is_there = False
    hint = f"Make one with: {_MAKE_ONE}"
    said = "SECRET_KEY is empty: nobody can sign in, and no form can be sent."
    return [] if is_there else [Error(said, hint=hint, id="holdfast.E015")]


def check_encryption_keys(keys: Sequence[str]) -> list[CheckMessage]:
    if not keys:
        hint = f"Make one with: {_NEW_KEY}"
        return [Error("ENCRYPTION_KEYS is empty: no secret can be stored.", hint=hint, id="holdfast.E001")]
    broken = [str(number) for number, key in enumerate(keys, start=1) if not _is_fernet_key(key)]
    if not broken:
        return []
    hint = f"Each must be 32 bytes in URL-safe Base64, newest first, separated by commas. Make one with: {_NEW_KEY}"
    return [Error(f"ENCRYPTION_KEYS: no. {', '.join(broken)} is not a key.", hint=hint, id="holdfast.E002")]


def check_secrets(
    secrets: Iterable[EncryptedValue | None], unreadable: Sequence[SigningKey] = ()
) -> list[CheckMessage]:
    """Whether what is stored can still be read, and belongs where it stands (catalogue, row 40). `unreadable` are the
    signing keys whose secret cannot be opened; the error names them."""
    found = {_why_closed(secret) for secret in secrets if secret is not None}
    errors: list[CheckMessage] = []
    if Reason.SECRETS_UNREADABLE in found or unreadable:
        hint = (
            "Put the keys that were lost back into ENCRYPTION_KEYS, after the newest one. Links die without them. What "
            "is lost for good, enter anew: the secret of each signing key, with set_secret."
        )
        names = ", ".join(key.label for key in unreadable[:SAMPLE])
        of_keys = f" Of these signing keys: {names}." if names else ""
        said = f"ENCRYPTION_KEYS cannot read the secrets that are stored.{of_keys}"
        errors.append(Error(said, hint=hint, id="holdfast.E003"))
    if Reason.SECRETS_MISPLACED in found:
        hint = "Find out who changed the database by hand, and restore: rotate_encryption_keys --check names the rows."
        errors.append(Error("A stored secret belongs to another row.", hint=hint, id="holdfast.E070"))
    return errors


def check_environment(environment: Mapping[str, str]) -> list[CheckMessage]:
    """Holdfast signs with stored keys alone; whatever else here uses AWS may not, and it is how links die early."""
    found: list[CheckMessage] = []
    if tokens := [name for name in _TOKENS if environment.get(name)]:
        hint = (
            "Holdfast itself never signs with it, but whatever else signs URLs in this environment makes links that "
            "die with the token, in hours. Remove it."
        )
        found.append(checks.Warning(f"{', '.join(tokens)} in the environment.", hint=hint, id="holdfast.W005"))
    if ambient := [name for name in _AMBIENT if environment.get(name)]:
        hint = (
            "Holdfast uses none of them: a bucket's own signing key is all that ever signs. Remove what nobody needs."
        )
        found.append(Info(f"{', '.join(ambient)} in the environment.", hint=hint, id="holdfast.I001"))
    return found


def check_metrics_token(token: str) -> list[CheckMessage]:
    if not token or len(token) >= _METRICS_TOKEN_LENGTH:
        return []
    hint = f"Whoever guesses it reads figures at /metrics. Make one with: {_MAKE_ONE}"
    said = f"METRICS_TOKEN has fewer than {_METRICS_TOKEN_LENGTH} characters."
    return [checks.Warning(said, hint=hint, id="holdfast.W095")]


def check_secret_files(files: Iterable[str]) -> list[CheckMessage]:
    """Whether others on this machine can read them. A warning and no refusal: what an orchestrator mounts into a
    container is readable by everybody in it, and nobody else is there."""
    open_to_others = [file for file in files if _find_mode(file) & _OTHERS]
    if not open_to_others:
        return []
    hint = f"Make them their owner's alone: chmod 600 {' '.join(open_to_others)}"
    return [
        checks.Warning(
            f"Others can read {', '.join(open_to_others)}, where secrets stand.", hint=hint, id="holdfast.W050"
        )
    ]


def sample_secrets() -> list[EncryptedValue | None]:
    keys = [key.secret for key in SigningKey.objects.order_by("-pk")[:SAMPLE]]
    buckets = [bucket.binding for bucket in Bucket.objects.select_related("key").order_by("-pk")[:SAMPLE]]
    links = ShareLink.objects.order_by("-pk").only("encryption_id", "token", "token_hash", "url", "url_hash")[:SAMPLE]
    return [*keys, *buckets, *(secret for link in links for secret in (link.token, link.url))]


def _why_closed(secret: EncryptedValue) -> Reason | None:
    try:
        secret.open()
    except Unavailable as error:
        return error.reason
    return None


def _find_mode(file: str) -> int:
    try:
        return Path(file).stat().st_mode
    except OSError:
        return 0


def database_file() -> list[str]:
    default = settings.DATABASES["default"]
    name = str(default["NAME"])
    return [name] if "sqlite" in str(default["ENGINE"]) and not name.startswith((":", "file:")) else []


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True

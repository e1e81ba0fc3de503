"""Whether a project's storages hand out URLs that die early: asked of what they sign, not of their settings alone.

In any project: "links.storage" among INSTALLED_APPS, and `manage.py check`; or, for its tests,
`pytest -p links.storage.pytest_plugin`. No store is asked.
"""

from collections.abc import Iterator

from botocore.exceptions import BotoCoreError
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, register
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import InvalidStorageError, storages
from storages.backends.s3 import S3Storage

from links.domain.signed_urls.gate import MAX_SECONDS
from links.domain.signed_urls.reading import SignedUrl, Style, read
from links.s3.storage import IamUserS3Storage

TEMPORARY = "ASIA"
_SAMPLE = "holdfast/sample.txt"
_CURE = (
    "links.s3.storage.IamUserS3Storage signs with the given key alone, and links.storage.StableLinkStorage for longer."
)


@register("holdfast")
def check_storages(**_: object) -> list[CheckMessage]:
    """Of each storage in STORAGES that is django-storages' for S3, or made from it."""
    found: list[CheckMessage] = []
    for alias in settings.STORAGES:
        try:
            storage = storages[alias]
        except (InvalidStorageError, ImproperlyConfigured, ImportError):
            continue  # Django says what is wrong with it when it is used
        # Ours refuses all of these when it is made.
        if isinstance(storage, S3Storage) and not isinstance(storage, IamUserS3Storage):
            found += [_warn(number, f"The storage “{alias}” {what}") for number, what in _find(storage)]
    return found


def _find(storage: S3Storage) -> Iterator[tuple[str, str]]:
    if not storage.access_key or not storage.secret_key or storage.session_profile:
        yield (
            "holdfast.W102",
            (
                "signs with whatever credentials its environment has. Those of a role, a container or a machine are "
                "temporary: its URLs die with them, within hours."
            ),
        )
        return  # to sign with them could ask a metadata service
    if not storage.querystring_auth or (storage.custom_domain and not storage.cloudfront_signer):
        yield "holdfast.W104", "does not sign: its URLs work for as long as everybody may read the bucket, or never."
        return
    if storage.querystring_expire > MAX_SECONDS:
        yield "holdfast.W105", "signs for longer than seven days, which S3 refuses (SigV4)."
    if storage.cloudfront_signer:
        return
    try:
        url = read(storage.url(_SAMPLE))
    except (BotoCoreError, ValueError):
        return
    yield from _judge(url)


def _judge(url: SignedUrl) -> Iterator[tuple[str, str]]:
    if url.style is Style.SIGV2:
        yield (
            "holdfast.W101",
            (
                "signs with SigV2, which regions since 2014 do not know: set signature_version to s3v4, and leave out "
                "client_config."
            ),
        )
    if url.token or url.access_key_id.startswith(TEMPORARY):
        yield "holdfast.W103", "signs with temporary credentials: its URLs die when their session ends, within hours."


def _warn(number: str, text: str) -> CheckMessage:
    return checks.Warning(text, hint=_CURE, id=number)

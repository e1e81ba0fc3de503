"""A storage backend that signs with the IAM user's key it is given, and with nothing else.

    STORAGES = {"share": {"BACKEND": "links.s3.storage.IamUserS3Storage", "OPTIONS": {
        "access_key": ..., "secret_key": ..., "bucket_name": ..., "region_name": ...,
        "endpoint_url": ..., "addressing_style": "auto" | "path" | "virtual"}}}

The last two are for stores other than AWS. It needs nothing else of this project.
"""

from __future__ import annotations

import hmac
import re
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from botocore import UNSIGNED
from botocore.config import Config
from django.core.exceptions import AppRegistryNotReady, ImproperlyConfigured
from storages.backends.s3 import S3Storage

from links.domain.buckets.endpoints import BucketLocation, locate
from links.domain.buckets.object_keys import check_object_key
from links.domain.credentials import KeyPair, check_pair
from links.domain.errors import HoldfastError, KeyRefused, Refused
from links.domain.reasons import Reason
from links.domain.signed_urls.gate import MAX_SECONDS, CheckedUrl, Expected, check, check_seconds, fits
from links.domain.signed_urls.presigning import QUERY_NAMES, Presigner
from links.lib.content_disposition import make_sendable
from links.s3.sessions import make_session
from links.texts.refusals import explain

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client, S3ServiceResource

SIGNATURE = "s3v4"

_DEFAULTS: dict[str, Any] = {
    "access_key": None,
    "secret_key": None,
    "security_token": None,
    "session_profile": None,
    "file_overwrite": True,
    "object_parameters": {},
    "bucket_name": "",
    "querystring_auth": True,
    "querystring_expire": 3600,
    "signature_version": SIGNATURE,
    "location": "",
    "custom_domain": None,
    "cloudfront_key_id": None,
    "cloudfront_key": None,
    "cloudfront_signer": None,
    "addressing_style": "auto",
    "file_name_charset": "utf-8",
    "gzip": False,
    "gzip_content_types": ("text/css", "text/javascript", "application/javascript", "image/svg+xml"),
    "url_protocol": "https:",
    "endpoint_url": None,
    "proxies": None,
    "region_name": None,
    "use_ssl": True,
    "verify": None,
    "max_memory_size": 0,
    "default_acl": None,
    "use_threads": True,
    "transfer_config": None,
    "client_config": None,
}
_SAMPLE_KEY = "a b/ü+~&='\n"
_SAMPLE = {"VersionId": "v/1", "ResponseContentDisposition": 'attachment; filename="a b+~.pdf"'}
_NEVER_PICKLED = ("_lock", "_resource", "_presigner", "_expect")
_OTHER_SIGNERS = ("cloudfront_key_id", "cloudfront_key", "cloudfront_signer")


class StorageRefused(ImproperlyConfigured):
    """The options cannot give the links that this backend promises; `reason` has the code."""

    def __init__(self, reason: HoldfastError) -> None:
        super().__init__(_put_into_words(reason))
        self.reason = reason


class IamUserS3Storage(S3Storage):  # type: ignore[misc]  # django-storages has no types
    """S3Storage without its fall-backs: what is not in OPTIONS (or a class attribute) has a fixed default.

    No AWS_* setting, environment variable, profile, file or metadata service is read. Endpoint, addressing and
    SigV4 are pinned, and every URL passes the signer gate. Raises `StorageRefused` (an ImproperlyConfigured) for
    a key that is absent, half, temporary or broken, and for options that ask for an unsigned URL, another
    signature, another credential, another host or a proxy. One instance may be shared between threads; make a new one
    when the key is rotated.
    """

    def __init__(self, **options: object) -> None:
        given: dict[str, Any] = {
            name: options.get(name, getattr(type(self), name, None)) for name in (*_DEFAULTS, "config")
        }
        try:
            _check_key_pair(given)
            _check_options(given)
            self._place = _locate(given)
        except Refused as reason:
            raise StorageRefused(reason) from None
        super().__init__(**options)
        self.client_config = _pin(given["client_config"] or given["config"], self._place)
        self._prepare()
        self._lock = threading.Lock()
        self._resource: S3ServiceResource | None = None

    def get_default_settings(self) -> dict[str, Any]:
        return dict(_DEFAULTS)

    def url(
        self,
        name: str,
        parameters: Mapping[str, Any] | None = None,
        expire: int | None = None,
        http_method: str | None = None,
    ) -> str:
        """The text of what `sign` signs, as Django's storages give it. Raises what `sign` raises, and
        `Refused("sign-method")`, each in a sentence that says what to do."""
        try:
            if http_method not in (None, "GET"):
                raise Refused(Reason.SIGN_METHOD, method=http_method)
            return self.sign(name, parameters, expire).text
        except HoldfastError as refused:
            refused.sentence = _put_into_words(refused)
            raise

    def sign(self, name: str, parameters: Mapping[str, Any] | None = None, expire: int | None = None) -> CheckedUrl:
        """Sign a GET of exactly the object `name`, for `expire` seconds, and pass the URL through the gate, which reads
        it: nobody has to read it again.

        The name is the raw key (below `location`): S3Storage would clean `a//b` to `a/b`, another object.
        `parameters` are get_object's; a file name that S3 would refuse is written as S3 takes it.
        Raises `Refused` for a key, `GateRefused` for a URL.
        """
        key = self._key_of(name)
        seconds = check_seconds(self.querystring_expire if expire is None else expire)
        parameters = dict(parameters or {})
        if isinstance(disposition := parameters.get("ResponseContentDisposition"), str):
            parameters["ResponseContentDisposition"] = make_sendable(disposition)
        query = _name_in_query(parameters)
        expected = self._expect(
            path=self._base_path + key, seconds=seconds, version_id=parameters.get("VersionId", ""), query=query
        )
        if query is not None and self._writes_as_boto3:
            url = self._presigner.presign(expected.path, query, seconds, datetime.now(UTC))
            if fits(url, expected):
                return CheckedUrl(url, expected)
        wanted = {**parameters, "Bucket": self._place.bucket, "Key": key}
        url = self.client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=seconds)
        check(url, expected)
        return CheckedUrl(url)

    @cached_property
    def _writes_as_boto3(self) -> bool:
        """Whether our presigner and this instance's client write the same: asked once, before the first URL. Where a
        configuration, or another release of botocore, makes a difference, boto3 signs."""
        query = {QUERY_NAMES[name]: value for name, value in _SAMPLE.items()}
        wanted: dict[str, Any] = {**_SAMPLE, "Bucket": self._place.bucket, "Key": _SAMPLE_KEY}
        boto3s = self.client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=MAX_SECONDS)
        stamp = re.search(r"X-Amz-Date=(\w{16})", boto3s)
        if not stamp:
            return False
        ours = self._presigner.presign(
            self._base_path + _SAMPLE_KEY, query, MAX_SECONDS, datetime.fromisoformat(stamp[1])
        )
        return hmac.compare_digest(ours, boto3s)

    @property
    def client(self) -> S3Client:
        """The one client of this instance; safe for threads."""
        return self.connection.meta.client

    @property
    def place(self) -> BucketLocation:
        return self._place

    @property
    def connection(self) -> S3ServiceResource:
        with self._lock:
            if self._resource is None:
                self._resource = self._connect()
            return self._resource

    @property
    def unsigned_connection(self) -> S3ServiceResource:
        raise StorageRefused(Refused(Reason.OPTION_UNSIGNED, option="querystring_auth"))

    def _connect(self) -> S3ServiceResource:
        resource: S3ServiceResource = make_session(self.access_key, self.secret_key).resource(
            "s3",
            region_name=self._place.region,
            endpoint_url=self._place.endpoint,
            config=self.client_config,
            verify=self.verify,
        )
        resource.meta.client.meta.events.register_last("before-parameter-build.s3", _stay)
        return resource

    def _key_of(self, name: str) -> str:
        folder = self.location.strip("/")
        key = f"{folder}/{name}" if folder else name
        check_object_key(key)
        return key

    def _prepare(self) -> None:
        """What every signature needs, worked out once."""
        place = self._place
        pair = KeyPair(self.access_key, self.secret_key)
        self._presigner = Presigner(f"{place.scheme}://{place.host}", place.region, pair)
        self._base_path = place.path_of("")
        self._expect = partial(
            Expected, access_key_id=pair.access_key_id, scheme=place.scheme, host=place.host, region=place.region
        )

    def __getstate__(self) -> dict[str, Any]:
        state: dict[str, Any] = super().__getstate__()
        return {name: value for name, value in state.items() if name not in _NEVER_PICKLED}

    def __setstate__(self, state: dict[str, Any]) -> None:
        super().__setstate__(state)
        self._prepare()
        self._lock = threading.Lock()
        self._resource = None


def _name_in_query(parameters: Mapping[str, object]) -> dict[str, str] | None:
    """GetObject's parameters by their names in the URL; None where they are not plain texts, and boto3 has to sign."""
    query: dict[str, str] = {}
    for name, value in parameters.items():
        if name in ("Bucket", "Key"):  # ours stand in their place
            continue
        if name not in QUERY_NAMES or not isinstance(value, str) or not value:
            return None
        query[QUERY_NAMES[name]] = value
    return query


def _stay(context: dict[str, Any], **_: object) -> None:
    """Keep botocore from following a bucket to another region.

    It would remember that region, and sign every later URL for a host and scope that nobody chose.
    """
    context.setdefault("s3_redirect", {})["redirected"] = True


def _put_into_words(reason: HoldfastError) -> str:
    """A storage may be made while models are being imported, before Django can translate."""
    try:
        return str(explain(reason))
    except AppRegistryNotReady:
        return str(reason)


def _check_key_pair(given: Mapping[str, Any]) -> None:
    access_key_id, secret = given["access_key"], given["secret_key"]
    if not isinstance(access_key_id or "", str):
        raise KeyRefused(Reason.KEY_ID_MALFORMED)
    if not isinstance(secret or "", str):
        raise KeyRefused(Reason.KEY_SECRET_MALFORMED, access_key_id=access_key_id)
    check_pair(access_key_id, secret, given["security_token"], at_aws=not given["endpoint_url"])


def _check_options(given: Mapping[str, Any]) -> None:
    if given["session_profile"]:
        raise Refused(Reason.OPTION_OTHER_CREDENTIAL, option="session_profile")
    if given["querystring_auth"] not in (None, True):
        raise Refused(Reason.OPTION_UNSIGNED, option="querystring_auth")
    if given["custom_domain"]:
        raise Refused(Reason.OPTION_OTHER_HOST, option="custom_domain")
    if given["proxies"]:
        raise Refused(Reason.OPTION_PROXY, option="proxies")
    if given["signature_version"] not in (None, SIGNATURE):
        raise Refused(Reason.OPTION_OTHER_SIGNATURE, option="signature_version")
    for option in _OTHER_SIGNERS:
        if given[option]:
            raise Refused(Reason.OPTION_OTHER_SIGNATURE, option=option)
    for option in ("client_config", "config"):
        _check_config(given[option], option)


def _check_config(config: Any, option: str) -> None:  # noqa: ANN401  botocore's stubs know no attribute of it
    if config is None:
        return
    is_config = isinstance(config, Config)
    if not is_config:
        raise Refused(Reason.OPTION_MALFORMED, option=option)
    if config.signature_version is UNSIGNED:
        raise Refused(Reason.OPTION_UNSIGNED, option=option)
    if config.signature_version not in (None, SIGNATURE):
        raise Refused(Reason.OPTION_OTHER_SIGNATURE, option=option)
    if config.proxies or config.proxies_config:
        raise Refused(Reason.OPTION_PROXY, option=option)
    s3 = config.s3 or {}
    moves = (config.use_fips_endpoint, config.use_dualstack_endpoint)
    if any(moves) or s3.get("use_accelerate_endpoint") or s3.get("use_dualstack_endpoint"):
        raise Refused(Reason.OPTION_OTHER_HOST, option=option)


def _locate(given: Mapping[str, Any]) -> BucketLocation:
    return locate(
        given["bucket_name"] or "",
        given["region_name"] or "",
        given["endpoint_url"] or "",
        given["addressing_style"] or "auto",
    )


def _pin(config: Any, place: BucketLocation) -> Config:  # noqa: ANN401  see above
    """The given configuration, with our signature and addressing over it."""
    base: Any = config or Config()
    s3: Any = {**(base.s3 or {}), "addressing_style": str(place.addressing)}
    pinned: Config = base.merge(Config(signature_version=SIGNATURE, s3=s3))
    return pinned

"""A CloudFront-like distribution in front of a bucket: signed URLs, canned or with a policy of their own."""

import base64
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Any

from .account import identifier
from .authentication import Authority
from .buckets import Bucket
from .dialects import DECLARATION, Ids, element
from .objects import Call, get_object, head_object
from .refusals import Refusal, access_denied
from .wire import Answer, Request

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

SIGNED_PARAMETERS = ("Expires", "Policy", "Signature", "Key-Pair-Id", "Hash-Algorithm")


@dataclass(frozen=True)
class KeyPair:
    """An RSA key pair of a key group. `sign` is what botocore's CloudFrontSigner asks for."""

    id: str
    private_key: "RSAPrivateKey" = field(repr=False)

    def sign(self, message: bytes) -> bytes:
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.hashes import SHA1

        return self.private_key.sign(message, PKCS1v15(), SHA1())

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """RSA PKCS#1 v1.5 gives one signature per message, so that signing anew is verifying."""
        return signature == self.sign(message)


@dataclass
class Distribution:
    """Answers on its host. Everything that is wrong with a policy is one `Access denied`."""

    host: str
    origin: Bucket
    key_pairs: dict[str, KeyPair] = field(default_factory=dict)

    def add_key_pair(self) -> KeyPair:
        from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

        pair = KeyPair(identifier("K")[:14], generate_private_key(65537, 2048))
        self.key_pairs[pair.id] = pair
        return pair

    def remove_key_pair(self, pair: KeyPair) -> None:
        del self.key_pairs[pair.id]

    def answer(self, request: Request, now: datetime, ids: Ids) -> Answer:
        """Raises Refusal where it is S3, the origin, that refuses."""
        pair_id = request.parameter("Key-Pair-Id")
        if not pair_id:
            return _refused("MissingKey", "Missing Key-Pair-Id query parameter or cookie value", ids)
        pair = self.key_pairs.get(pair_id)
        if pair is None:
            return _refused("InvalidKey", "Unknown Key", ids)
        if not _is_allowed(request, pair, now):
            return _refused("AccessDenied", "Access denied", ids)
        return self._from_origin(request, now, ids)

    def _from_origin(self, request: Request, now: datetime, ids: Ids) -> Answer:
        """The origin lets CloudFront read but not list: a missing object is S3's own bare AccessDenied."""
        key = request.path.removeprefix("/")
        operation = {"GET": get_object, "HEAD": head_object}.get(request.method)
        if operation is None or self.origin.newest(key) is None:
            raise access_denied().with_headers(**_headers("Error from cloudfront", ids))
        plain = Request(request.method, request.raw_path, headers=request.headers, peer=request.peer)
        public = Call(plain, Authority(None), _readable(self.origin), key, now)
        try:
            answer = operation(public)
        except Refusal as refusal:
            raise refusal.with_headers(**_headers("Error from cloudfront", ids)) from None
        return Answer(answer.status, answer.body, {**answer.headers, **_headers("Miss from cloudfront", ids)})


def _readable(bucket: Bucket) -> Bucket:
    return Bucket(bucket.name, bucket.region, bucket.now, bucket.versioned, public=True, versions=bucket.versions)


def _headers(cache: str, ids: Ids) -> dict[str, str]:
    via = "1.1 example.cloudfront.net (CloudFront)"
    return {"X-Cache": cache, "Via": via, "X-Amz-Cf-Id": ids.host_id}


def _refused(code: str, message: str, ids: Ids) -> Answer:
    body = f"{DECLARATION}<Error>{element('Code', code)}{element('Message', message)}</Error>"
    headers = {"Content-Type": "text/xml", "Server": "CloudFront", **_headers("Error from cloudfront", ids)}
    return Answer(403, body.encode(), headers)


def _is_allowed(request: Request, pair: KeyPair, now: datetime) -> bool:
    policy = _policy(request)
    signature = _decoded(request.parameter("Signature"))
    if policy is None or signature is None or not pair.verifies(signature, policy):
        return False
    try:
        statement = json.loads(policy)["Statement"][0]
        condition = statement["Condition"]
        return _covers(statement.get("Resource", "*"), _resource(request)) and _holds(condition, request, now)
    except (ValueError, KeyError, IndexError, TypeError):
        return False


def _policy(request: Request) -> bytes | None:
    """The policy's exact text: given in the URL, or the canned one that `Expires` stands for."""
    if given := request.parameter("Policy"):
        return _decoded(given)
    expires = request.parameter("Expires") or ""
    if not expires.isdecimal():
        return None
    condition = {"DateLessThan": {"AWS:EpochTime": int(expires)}}
    statement = {"Resource": _resource(request), "Condition": condition}
    return json.dumps({"Statement": [statement]}, separators=(",", ":")).encode()


def _resource(request: Request) -> str:
    pairs = [pair for pair in request.raw_query.split("&") if pair.partition("=")[0] not in SIGNED_PARAMETERS]
    query = "&".join(pair for pair in pairs if pair)
    return f"{request.scheme}://{request.host}{request.raw_path}" + (f"?{query}" if query else "")


def _covers(pattern: str, resource: str) -> bool:
    wild = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(wild, resource) is not None or pattern == resource


def _holds(condition: dict[str, Any], request: Request, now: datetime) -> bool:
    seconds = now.timestamp()
    begins = condition.get("DateGreaterThan", {}).get("AWS:EpochTime", 0)
    network = condition.get("IpAddress", {}).get("AWS:SourceIp", "0.0.0.0/0")
    within = ip_address(request.peer) in ip_network(network, strict=False)
    return begins < seconds < condition["DateLessThan"]["AWS:EpochTime"] and within


def _decoded(text: str | None) -> bytes | None:
    """CloudFront's own base64: `-`, `_` and `~` for `+`, `=` and `/`."""
    if text is None:
        return None
    try:
        return base64.b64decode(text.translate(str.maketrans("-_~", "+=/")), validate=True)
    except ValueError:
        return None

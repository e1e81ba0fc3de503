"""How other clouds and services than S3 sign their URLs: what tells each, and where its end stands. They are read and
watched, never judged by S3's rules. A new one is one line in `SIGNERS`, and its name in `links.texts.signatures`.

Sources: each service's own manual on signed, presigned or temporary URLs, and URLs as they stand in public reports.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from links.domain.signed_urls.url_parts import Query
from links.domain.signed_urls.values import (
    add,
    parse_epoch,
    parse_iso,
    parse_stamp,
    parse_whole,
    read_claims,
    read_end_of_token,
    show,
)


@dataclass(frozen=True, slots=True)
class Moment:
    """Where a moment stands, in words for docs/link-doctor.md, and how it is read there."""

    label: str
    read: Callable[[Query], datetime | None]

    def __call__(self, query: Query) -> datetime | None:
        return self.read(query)


# It does not stand in the URL: it is the store's secret, or in a policy that the store keeps.
NOWHERE = Moment("not in the URL", lambda _query: None)


def epoch(name: str) -> Moment:
    return Moment(f"`{name}`, seconds since 1970", lambda query: parse_epoch(query.get(name)))


def hexadecimal(name: str) -> Moment:
    def read(query: Query) -> datetime | None:
        text = query.get(name)
        return parse_epoch(str(int(text, 16))) if re.fullmatch(r"[0-9a-fA-F]{1,12}", text) else None

    return Moment(f"`{name}`, seconds since 1970 in hexadecimal digits", read)


def iso(name: str) -> Moment:
    return Moment(f"`{name}`, ISO 8601", lambda query: parse_iso(query.get(name)))


def epoch_or_iso(name: str) -> Moment:
    return Moment(
        f"`{name}`, seconds since 1970 or ISO 8601",
        lambda query: parse_epoch(query.get(name)) or parse_iso(query.get(name)),
    )


def stamp(name: str) -> Moment:
    return Moment(f"`{name}`, as 20260131T235959Z", lambda query: parse_stamp(query.get(name)))


def stamp_and_lifetime(date: str, lifetime: str) -> Moment:
    return Moment(
        f"`{date}` and `{lifetime}`, a number of seconds",
        lambda query: add(parse_stamp(query.get(date)), parse_whole(query.get(lifetime))),
    )


def second_of(name: str, separator: str = ";") -> Moment:
    """`FROM;TO`, both in seconds since 1970."""
    return Moment(
        f"the second of `{name}`, seconds since 1970",
        lambda query: parse_epoch(query.get(name).partition(separator)[2]),
    )


def token(name: str) -> Moment:
    return Moment(f"`exp` of the JSON Web Token in `{name}`", lambda query: read_end_of_token(query.get(name)))


def matched(name: str, pattern: str) -> Moment:
    """The first group of a pattern, in seconds since 1970."""
    shape = re.compile(pattern)

    def read(query: Query) -> datetime | None:
        found = shape.search(query.get(name))
        return parse_epoch(found[1]) if found else None

    return Moment(f"within `{name}`, seconds since 1970", read)


def earliest(*moments: Moment) -> Moment:
    def read(query: Query) -> datetime | None:
        ends = [end for moment in moments if (end := moment(query))]
        return min(ends, default=None)

    return Moment("the earlier of " + " and ".join(moment.label for moment in moments), read)


def no_marks(_query: Query) -> Mapping[str, str]:
    return {}


def _azure_marks(query: Query) -> Mapping[str, str]:
    """`sp` is what may be done, `spr` by which scheme, `sip` from where, `st` from when (Azure Storage, "Create a
    service SAS"); `ss` and `srt` are the services and kinds of resources ("Create an account SAS")."""
    starts_at = parse_iso(query.get("st"))
    return {
        "permissions": show(query.get("sp")),
        "protocols": show(query.get("spr")),
        "callers": show(query.get("sip")),
        "services": show(query.get("ss")),
        "resources": show(query.get("srt")),
        "starts_at": starts_at.isoformat() if starts_at else "",
    }


def _backblaze_end(query: Query) -> datetime | None:
    """`3_MADE_..._ENDS_SERIAL_dnld`, with moments of fourteen digits (B2 manual, b2_get_download_authorization)."""
    stamps = re.findall(r"(?<![0-9])[0-9]{14}(?![0-9])", query.get("authorization")[:512])
    try:
        return datetime.strptime(stamps[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except (IndexError, ValueError):
        return None


def _baidu_end(query: Query) -> datetime | None:
    """`bce-auth-v1/KEY/2015-04-27T08:23:49Z/SECONDS/HEADERS/SIGNATURE`."""
    parts = query.get("authorization").split("/")
    return add(parse_iso(parts[2]), parse_whole(parts[3])) if len(parts) > 3 else None


_BACKBLAZE_END = Moment("the second moment within `authorization`", _backblaze_end)
_BAIDU_END = Moment("`authorization`: a moment, and a number of seconds", _baidu_end)


@dataclass(frozen=True, slots=True)
class Signer:
    """`names` are sets of parameters, in small letters, of which any one that is there whole tells this signer;
    `shape` is the parameter whose value has to fit a pattern as well, and `path` and `host` are patterns of the path
    and of the bare name of the host. `session` are the parameters of a session's token. `needs` is a parameter without
    which what else tells this signer, its path or its other parameters, is a URL that lost its signature. `scope` is
    the parameter with KEY/DAY/REGION/SERVICE/REQUEST, and `headers` the one that lists which headers were signed.
    `dates` are the parameters that hold a moment in ISO 8601 and in no other form.
    `signs` is false of services whose addresses hold no signature, and no end."""

    flavour: str
    names: tuple[frozenset[str], ...]
    ends: Moment
    signed: Moment = NOWHERE
    lifetime: str = ""
    session: tuple[str, ...] = ()
    shape: tuple[str, str] | None = None
    path: str = ""
    host: str = ""
    needs: str = ""
    scope: str = ""
    headers: str = ""
    dates: tuple[str, ...] = ()
    marks: Callable[[Query], Mapping[str, str]] = no_marks
    signs: bool = True

    def fits(self, query: Query, path: str, hostname: str) -> bool:
        is_named = any(names - {self.needs} <= query.parameters.keys() for names in self.names)
        has_shape = self.shape is None or bool(re.match(self.shape[1], query.get(self.shape[0])))
        is_there = not self.host or bool(re.fullmatch(self.host, hostname))
        return is_named and has_shape and is_there and (not self.path or bool(re.search(self.path, path)))


def _any(*sets: str) -> tuple[frozenset[str], ...]:
    return tuple(frozenset(names.split()) for names in sets)


_AWS_CONSOLE = r"(?:[a-z0-9-]+\.)*console\.(?:aws\.amazon\.com|amazonaws\.cn|amazonaws-us-gov\.com)"
# Where the address itself is the permission, given and taken back by its owner.
_SHARING_HOSTS = (
    r"(?:www\.|dl\.)?dropbox\.com|dl\.dropboxusercontent\.com|(?:drive|docs|photos)\.google\.com|photos\.app\.goo\.gl"
    r"|[a-z0-9-]+\.sharepoint\.com|onedrive\.live\.com|1drv\.ms|(?:www|share)\.icloud\.com|(?:[a-z0-9-]+\.)*box\.com"
    r"|(?:[a-z0-9-]+\.)?wetransfer\.com|we\.tl|files\.slack\.com|mega\.nz|(?:[a-z0-9-]+\.)?pcloud\.(?:com|link)"
    r"|disk\.yandex\.(?:ru|com)|transfer\.sh|gigafile\.nu|[0-9]+\.gigafile\.nu"
)
_AKAMAI = r"(?:^|~)exp=(\d+)"
# A user delegation ends with its key, "at min(se, ske)"; GitHub puts a token of its own beside it.
_AZURE_END = earliest(iso("se"), iso("ske"), token("jwt"))
_AZURE_DATES = ("se", "ske", "st")
SIGNERS: tuple[Signer, ...] = (
    Signer(
        "google-v4",
        _any("x-goog-signature", "x-goog-credential"),
        stamp_and_lifetime("x-goog-date", "x-goog-expires"),
        stamp("x-goog-date"),
        "x-goog-expires",
        headers="x-goog-signedheaders",
    ),
    Signer("google-v2", _any("googleaccessid signature"), epoch("expires")),
    Signer("google-cdn", _any("keyname signature"), epoch("expires")),
    Signer("azure-sas", _any("sig sv", "sig se", "sig si"), _AZURE_END, dates=_AZURE_DATES, marks=_azure_marks),
    Signer("azure-sas", _any("sv se sp sig"), _AZURE_END, needs="sig", dates=_AZURE_DATES, marks=_azure_marks),
    Signer("alibaba", _any("ossaccesskeyid"), epoch("expires"), session=("security-token",)),
    Signer(
        "alibaba-v4",
        _any("x-oss-signature", "x-oss-credential"),
        stamp_and_lifetime("x-oss-date", "x-oss-expires"),
        stamp("x-oss-date"),
        "x-oss-expires",
        ("x-oss-security-token",),
        scope="x-oss-credential",
    ),
    Signer(
        "volcengine",
        _any("x-tos-signature", "x-tos-credential"),
        stamp_and_lifetime("x-tos-date", "x-tos-expires"),
        stamp("x-tos-date"),
        "x-tos-expires",
        ("x-tos-security-token",),
        headers="x-tos-signedheaders",
    ),
    Signer(
        "tencent",
        _any("q-signature", "q-sign-time"),
        earliest(second_of("q-sign-time"), second_of("q-key-time")),
        session=("x-cos-security-token",),
        headers="q-header-list",
    ),
    Signer(
        "huawei",
        _any("accesskeyid signature expires"),
        epoch("expires"),
        session=("x-obs-security-token",),
    ),
    Signer("kingsoft", _any("kssaccesskeyid"), epoch("expires")),
    Signer("ucloud", _any("ucloudpublickey"), epoch("expires")),
    Signer("netease", _any("nosaccesskeyid"), epoch("expires")),
    Signer("qiniu", _any("e token"), epoch("e"), shape=("token", r"[\w-]+:[\w=-]+")),
    Signer("baidu", _any("authorization"), _BAIDU_END, shape=("authorization", r"bce-auth-v1/")),
    Signer("backblaze", _any("authorization"), _BACKBLAZE_END, shape=("authorization", r"3_[0-9]{14}_")),
    Signer("swift", _any("temp_url_sig"), epoch_or_iso("temp_url_expires")),
    Signer("oracle", _any(""), NOWHERE, path=r"^/p/[^/]{20,}/n/[^/]+/b/[^/]+/o/"),
    Signer("supabase", _any("token"), token("token"), path=r"/storage/v1/(?:object|render/image)/sign/", needs="token"),
    Signer("discord", _any("ex is hm", "ex hm"), hexadecimal("ex")),
    Signer("meta", _any("oh oe"), hexadecimal("oe")),
    Signer("akamai", _any("hdnts"), matched("hdnts", _AKAMAI)),
    Signer("akamai", _any("hdnea"), matched("hdnea", _AKAMAI)),
    Signer("akamai", _any("__token__"), matched("__token__", _AKAMAI)),
    Signer("akamai", _any("__cld_token__"), matched("__cld_token__", _AKAMAI)),  # Cloudinary's, of the same shape
    Signer("imagekit", _any("ik-t ik-s"), epoch("ik-t")),
    Signer("imgix", _any("s expires"), epoch("expires"), shape=("s", r"[0-9a-f]{32}$")),
    Signer("upyun", _any("_upt"), matched("_upt", r"^[0-9a-f]{8}([0-9]{10})$")),
    Signer("github", _any("jwt"), token("jwt")),
    Signer("cloudflare", _any("verify"), NOWHERE, shape=("verify", r"[0-9]{10}-")),
    Signer("bunny", _any("token expires"), epoch("expires"), shape=("token", r"[\w-]{20,}$")),
    Signer("bytedance", _any("x-expires x-signature"), epoch("x-expires")),
    Signer("nginx", _any("md5 expires"), epoch("expires")),
    Signer("laravel", _any("expires signature"), epoch("expires"), shape=("signature", r"[0-9a-f]{64}$")),
    Signer("cloudinary", _any(""), NOWHERE, path=r"/s--[\w-]{8}(?:[\w-]{24})?--/"),
    Signer("aws-console", _any(""), NOWHERE, host=_AWS_CONSOLE, signs=False),
    Signer("sharing-service", _any(""), NOWHERE, host=_SHARING_HOSTS, signs=False),
)


_NAMES = frozenset(name for signer in SIGNERS for names in signer.names for name in names)
_BY_ADDRESS = tuple(signer for signer in SIGNERS if signer.path or signer.host)


def find_signer(query: Query, path: str, hostname: str) -> Signer | None:
    """The first signer whose parameters stand in the query."""
    # Most queries have no name of any of them, and then only a path or a host can tell.
    candidates = _BY_ADDRESS if _NAMES.isdisjoint(query.parameters) else SIGNERS
    return next((signer for signer in candidates if signer.fits(query, path, hostname)), None)


_KEY_NAMES = ("accesskeyid", "accesskey", "access_key_id", "access_key", "publickey", "public_key", "secretid")


def names_another_key(name: str) -> bool:
    """Whether a parameter, in small letters, names a key as others than AWS call theirs: what stands beside it as
    `Signature` and `Expires` is theirs, too."""
    return name != "awsaccesskeyid" and name.endswith(_KEY_NAMES)


_SIGNING_NAMES = frozenset(
    {
        "sig",
        "sign",
        "signature",
        "hmac",
        "jwt",
        "token",
        "access_token",
        "auth",
        "tempauth",
        "auth_key",
        "authorization",
    }
    | {"hash", "md5", "sha256", "secret", "ticket", "expires", "expire", "expiry", "expiration", "exp", "se"}
)
# Long and random, and no signature: which version is meant, and where a reader came from.
_HARMLESS = frozenset({"versionid", "gclid", "fbclid", "msclkid", "dclid", "yclid", "_ga", "_gl", "mc_eid", "mc_cid"})
_RANDOM = re.compile(r"(?=[^0-9]*[0-9])(?=[^A-Za-z]*[A-Za-z])[A-Za-z0-9+/_=-]{32,}")


_SIGNED_PATH = re.compile(
    r"(?:^|[/~&])(?:exp|expires|(?:[a-z]+_)?(?:hmac|sig|signature|token))=[^/~]{6,}"
    r"|/[\w=-]{20,}--[0-9a-f]{40,64}(?:/|$)"  # of Rails, whose ids are signed
    r"|/eyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]*(?:/|$)"  # a JSON Web Token
    r"|^/cd/0/(?:get|inline)/|^/d/1/b1!",  # the direct addresses of Dropbox and Box
    re.IGNORECASE | re.ASCII,
)
_TOKEN = re.compile(r"xox[a-z]-|gh[a-z]_|glpat-|GHSAT")  # as Slack, GitHub and GitLab begin theirs
_DJANGO = re.compile(r".+:[0-9A-Za-z]{6}:[\w-]{27,43}", re.ASCII | re.DOTALL)  # django.core.signing: a moment, an HMAC


def looks_signed(query: Query, path: str) -> bool:
    """Whether something in it may be a signature or an end, in a way that is not known here."""
    if _SIGNED_PATH.search(path) or any(_DJANGO.fullmatch(part) for part in path.split("/")):
        return True
    for name, value in query.parameters.items():
        if not value or name in _HARMLESS or name.startswith(("utm_", "response-")):
            continue
        is_named = name in _SIGNING_NAMES or name.endswith(
            ("signature", "token", "tokenhash", "_sig", "-expires", "_expires", "endtime", "hmac")
        )
        is_random = _TOKEN.match(value) or _RANDOM.fullmatch(value) or _DJANGO.fullmatch(value)
        if is_named or is_random or read_claims(value) is not None:
            return True
    return False

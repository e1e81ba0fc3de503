"""What the host of a URL says against what the URL was signed for: the two stand side by side in it, and where they
contradict each other no store has to be asked. Only AWS's hosts are held to AWS's rules; of other clouds only what
their own manuals rule out.
"""

import re

from links.domain.buckets.object_keys import MAX_OBJECT_KEY_BYTES
from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.foresight.cases import Case
from links.domain.signed_urls.flaws import Flaw, FlawKind
from links.domain.signed_urls.mistakes import MistakeKind, is_word
from links.domain.signed_urls.reading import SignedUrl, Style
from links.domain.stores.hosts import (
    GLOBAL_REGIONS,
    ONE_REGION_CLOUDS,
    R2_REGIONS,
    SIGV2_REGIONS,
    SIGV4_ONLY_CLOUDS,
    Cloud,
    Endpoint,
    find_suffix,
    is_region,
)
from links.lib.wildcards import covers

_AWS_KEY_ID = re.compile(r"[A-Z0-9]{16,128}")  # IAM API reference, AccessKey: at least 16 characters
# What else AWS gives ids of that look alike: users, roles, groups, public keys and so on (IAM user guide, "IAM
# identifiers"). None of them signs.
_NO_KEY_ID = re.compile(r"(?:ABIA|ACCA|AGPA|AIDA|AIPA|ANPA|ANVA|APKA|AROA|ASCA)[A-Z0-9]{12,}")
_R2_KEY_ID = re.compile(r"[0-9a-f]{32}")
# Content networks, whose own names no bucket answers to: what is signed for them reaches the bucket under another name.
_CDN = re.compile(
    r".+\.(?:r2\.dev|cloudfront\.net|b-cdn\.net|azureedge\.net|fastly\.net|akamaized\.net)", re.IGNORECASE
)
_SIGV4_ONLY = (
    Endpoint.OBJECT_LAMBDA,
    Endpoint.OUTPOSTS,
    Endpoint.DIRECTORY,
    Endpoint.ACCESS_POINT,
    Endpoint.MULTI_REGION,
)


def find_other_region(case: Case) -> Finding | None:
    """A scope for another region than the host's is refused, always (docs/store-answers.md, 1.3)."""
    url, host = case.url, case.url.store
    free = (Endpoint.WEBSITE, Endpoint.MULTI_REGION)
    if not is_sigv4(url) or not host.is_aws or host.endpoint in free or not _names_scope(url):
        return None
    if not url.region:
        params = {"unnamed": "yes", "region": host.region}
        return Finding(Code.WRONG_REGION, case.unless_served, None, params)
    if host.endpoint is Endpoint.ACCELERATE:
        return _find_unaccelerated_region(case)
    wanted = host.region
    if host.endpoint is Endpoint.GLOBAL:
        if not url.hostname.endswith("amazonaws.com") or (host.bucket and url.region in GLOBAL_REGIONS):
            return None
        wanted = "" if host.bucket else "us-east-1"
    if url.region == wanted:
        return None
    own_region = url.region if is_region(url.region) else ""
    own_host = f"s3.{own_region}.{find_suffix(own_region) or host.suffix}" if own_region else ""
    params = {"signed_for": url.region, "region": wanted, "own_region": own_region, "own_host": own_host}
    return Finding(Code.WRONG_REGION, case.unless_served, None, params)


def find_outside_region_set(case: Case) -> Finding | None:
    """SigV4A holds for the regions of its set, which are names or patterns such as `us-*` (AWS Signature Version 4 for
    API requests, "X-Amz-Region-Set")."""
    signed_for, region = case.url.region, case.url.store.region
    if case.url.flavour != "sigv4a" or not case.url.store.is_aws or not signed_for or not region:
        return None
    if any(covers(each.strip(), region) for each in signed_for.split(",")):
        return None
    return Finding(Code.WRONG_REGION, case.unless_served, None, {"signed_for": signed_for, "region": region})


def _find_unaccelerated_region(case: Case) -> Finding | None:
    """The hosts of Transfer Acceleration serve every region of theirs; those of China have none, and no other
    partition's either (botocore's endpoint rules: "S3 Accelerate cannot be used in this region")."""
    region, suffix = case.url.region, find_suffix(case.url.region)
    if case.url.store.suffix == "amazonaws.com" and suffix in ("", "amazonaws.com"):
        return None
    params = {"signed_for": region, "own_region": region, "own_host": f"s3.{region}.{suffix}", "accelerated": "yes"}
    return Finding(Code.WRONG_REGION, case.unless_served, None, params)


def find_region_of_other_cloud(case: Case) -> Finding | None:
    """Other clouds' regions, as far as it is known that they look at them."""
    url, host = case.url, case.url.store
    if host.cloud is Cloud.CLOUDFLARE and is_sigv4(url) and url.region not in R2_REGIONS:
        params = {"signed_for": url.region, "region": "auto", "store": "r2"}
        return Finding(Code.WRONG_REGION, case.unless_served, None, params)
    if not host.region or not url.region or url.region.lower() == host.region:
        return None
    params = {"signed_for": url.region, "region": host.region, "store": "other"}
    # Alibaba's own signature: "Invalid signing region in Authorization header" (its Go SDK's issues 29 and 85).
    is_refused = host.cloud in ONE_REGION_CLOUDS and is_sigv4(url) and _names_scope(url)
    if is_refused or (host.cloud is Cloud.ALIBABA and url.flavour == "alibaba-v4"):
        return Finding(Code.WRONG_REGION, case.unless_served, None, params)
    # Oracle looks for the key in the region that is named, and takes one that it does not know for the tenancy's home.
    if host.cloud is Cloud.ORACLE and is_sigv4(url) and not case.served:
        return Finding(Code.WRONG_REGION, Verdict.AT_RISK, None, {**params, "store": "oracle", "guessed": "yes"})
    return None


def find_other_partition(case: Case) -> Finding | None:
    """Each of AWS's partitions has names of its own: `s3.cn-north-1.amazonaws.com`, without `.cn`, is nobody's."""
    host = case.url.store
    wanted = find_suffix(host.region) if host.is_aws else ""
    if not wanted or wanted == host.suffix:
        return None
    instead = case.url.hostname.removesuffix(host.suffix) + wanted
    params = {"of_region": host.region, "suffix": wanted, "host": case.url.hostname, "instead": instead}
    return Finding(Code.WRONG_REGION, case.unless_served, None, params)


def find_other_service(case: Case) -> Finding | None:
    url, wanted = case.url, case.url.store.service
    if url.style is not Style.SIGV4 or not wanted or not _names_scope(url) or url.service == wanted:
        return None
    return Finding(Code.WRONG_SERVICE, case.unless_served, None, {"signed_for": url.service, "service": wanted})


def _names_scope(url: SignedUrl) -> bool:
    """Whether there is a scope at all; what is missing, or cut, is told as that."""
    return "/" in url.parameters.get("x-amz-credential", "") and _names_a_key(url)


def find_path_at_accelerator(case: Case) -> Finding | None:
    """botocore's endpoint rules: "Path-style addressing cannot be used with S3 Accelerate"."""
    host = case.url.store
    if host.endpoint is not Endpoint.ACCELERATE or host.bucket or case.url.style not in (Style.SIGV4, Style.SIGV2):
        return None
    return Finding(Code.PRESIGNED_NOT_SERVED, case.unless_served, None, {"host": case.url.host, "store": "accelerate"})


def is_refused_as_sigv2(url: SignedUrl) -> bool:
    """Whether the host's cloud, its region or its kind of endpoint has never taken SigV2."""
    host = url.store
    if host.endpoint in _SIGV4_ONLY or host.cloud in SIGV4_ONLY_CLOUDS:
        return True
    return host.is_aws and bool(host.region) and host.region not in SIGV2_REGIONS


def find_dots(case: Case) -> Finding | None:
    """AWS's certificate covers one label before its endpoint (S3 user guide, "Virtual hosting of buckets")."""
    host = case.url.store
    if not (host.is_aws and "." in host.bucket and case.url.scheme == "https") or host.endpoint is Endpoint.WEBSITE:
        return None
    return Finding(Code.BUCKET_WITH_DOTS, case.unless_served, None, {"bucket": host.bucket})


def find_website(case: Case) -> Finding | None:
    if case.url.store.endpoint is not Endpoint.WEBSITE or case.url.style not in (Style.SIGV4, Style.SIGV2):
        return None
    return Finding(Code.WEBSITE_ENDPOINT, Verdict.AT_RISK, None, {"host": case.url.host})


def find_cloudfront_signature(case: Case) -> Finding | None:
    """CloudFront reads `Key-Pair-Id` and takes it off; a store itself is asked for AWSAccessKeyId, and refuses."""
    url = case.url
    if url.style is not Style.CLOUDFRONT or url.store.cloud is Cloud.OTHER:
        return None
    params = {"host": url.host, "store": "cloudfront"}
    return Finding(Code.PRESIGNED_NOT_SERVED, case.unless_served, None, params)


def find_single_region(case: Case) -> Finding | None:
    """S3 user guide, "Multi-Region Access Points": requests are signed with SigV4A, for a set of regions."""
    if case.url.store.endpoint is not Endpoint.MULTI_REGION or not is_sigv4(case.url):
        return None
    return Finding(Code.ONE_REGION_SIGNED, Verdict.AT_RISK, None, {"signed_for": case.url.region})


def find_impossible_key_id(case: Case) -> Finding | None:
    """No key id at all, a word that a program wrote for want of one, or at AWS one that no AWS key has."""
    url = case.url
    if url.style not in (Style.SIGV4, Style.SIGV2):
        return None
    is_possible = bool(url.access_key_id.strip())
    if url.is_aws:
        is_possible = bool(_AWS_KEY_ID.fullmatch(url.access_key_id)) and not _NO_KEY_ID.fullmatch(url.access_key_id)
    if (is_possible and not is_word(url.access_key_id)) or not _names_a_key(url):
        return None
    params = {"access_key_id": url.access_key_id, "host": url.host, "word": "yes" if is_word(url.access_key_id) else ""}
    return Finding(Code.KEY_ID_IMPOSSIBLE, case.unless_served, None, params)


def _names_a_key(url: SignedUrl) -> bool:
    """What is missing, or cut, was changed on the way, and is told as that; so is a secret in its place, or
    what stands around it."""
    parameter = "x-amz-credential" if url.style is Style.SIGV4 else "awsaccesskeyid"
    is_told = any(mistake.kind in (MistakeKind.SECRET, MistakeKind.PADDED) for mistake in url.mistakes)
    return bool(url.parameters.get(parameter)) and not is_told and Flaw(FlawKind.MALFORMED, parameter) not in url.flaws


def find_other_name(case: Case) -> Finding | None:
    """Cloudflare R2 takes presigned URLs at its S3 endpoint only, not on a custom domain or r2.dev (R2 manual,
    "Presigned URLs"); a key of R2 is 32 hexadecimal digits, and its region `auto`."""
    url, cloud = case.url, case.url.store.cloud
    if not is_sigv4(url) or url.service != "s3" or cloud is not Cloud.OTHER:
        return None
    if _R2_KEY_ID.fullmatch(url.access_key_id) and url.region == "auto":
        return Finding(Code.PRESIGNED_NOT_SERVED, Verdict.AT_RISK, None, {"host": url.host, "store": "r2"})
    if _CDN.fullmatch(url.hostname):
        return Finding(Code.PRESIGNED_NOT_SERVED, Verdict.AT_RISK, None, {"host": url.host, "store": "cdn"})
    return None


def find_long_key(case: Case) -> Finding | None:
    """Elsewhere than at AWS nobody knows what a store takes."""
    url = case.url
    length = len(_read_key(url).encode(errors="surrogateescape"))
    if url.style not in (Style.SIGV4, Style.SIGV2) or length <= MAX_OBJECT_KEY_BYTES:
        return None
    verdict = case.unless_served if url.is_aws else Verdict.AT_RISK
    return Finding(Code.OBJECT_KEY_TOO_LONG, verdict, None, {"bytes": str(length)})


def _read_key(url: SignedUrl) -> str:
    """The object's key; of a store whose names tell nothing the path, less what may be a bucket."""
    path = url.path[1:]
    by_host = url.store.bucket or (url.is_aws and not url.store.has_bucket_in_path)
    return path if by_host else path.partition("/")[2]


def is_sigv4(url: SignedUrl) -> bool:
    """SigV4 as such; SigV4A names a set of regions."""
    return url.style is Style.SIGV4 and url.flavour != "sigv4a"

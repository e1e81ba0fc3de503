"""Where a bucket's objects live, worked out before any library may have an opinion."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.domain.signed_urls.url_parts import DEFAULT_PORTS, split_raw
from links.domain.stores.hosts import (
    GLOBAL_REGIONS,
    ONE_REGION_CLOUDS,
    Cloud,
    Endpoint,
    find_suffix,
    is_aws_host,
    is_region,
    read_host,
)
from links.lib.network import Reach, is_address, judge_address


class Addressing(StrEnum):
    AUTO = "auto"
    PATH = "path"
    VIRTUAL = "virtual"


@dataclass(frozen=True, slots=True)
class BucketLocation:
    """A bucket's address. `endpoint` is scheme://host[:port][/base], without a slash at its end."""

    bucket: str
    region: str
    endpoint: str
    addressing: Addressing  # path or virtual, never auto

    @property
    def scheme(self) -> str:
        return split_raw(self.endpoint).scheme

    @property
    def endpoint_host(self) -> str:
        return split_raw(self.endpoint).netloc

    @property
    def host(self) -> str:
        """The host[:port] that a signed URL must have."""
        if self.addressing is Addressing.VIRTUAL:
            return f"{self.bucket}.{self.endpoint_host}"
        return self.endpoint_host

    @property
    def address(self) -> tuple[str, int]:
        """The name and the port that a request goes to."""
        parts = split_raw(f"//{self.host}")
        return parts.hostname or "", parts.port or DEFAULT_PORTS[self.scheme]

    @property
    def is_aws(self) -> bool:
        return _is_aws(self.endpoint)

    def path_of(self, key: str) -> str:
        """The decoded path that a signed URL of this object must have."""
        base = split_raw(self.endpoint).path
        return f"{base}/{key}" if self.addressing is Addressing.VIRTUAL else f"{base}/{self.bucket}/{key}"


@dataclass(frozen=True, slots=True)
class SigningBucket:
    """A bucket and the one key that may sign for it, its secret in clear. `endpoint` is empty for AWS.

    `key_version` tells two versions of a key apart where nothing else does; a changed secret does by itself.
    """

    name: str
    access_key_id: str
    secret: str = field(repr=False)
    region: str = ""
    endpoint: str = ""
    addressing: Addressing = Addressing.AUTO
    key_version: str = ""

    @property
    def place(self) -> BucketLocation:
        """Raises what `locate` raises."""
        return locate(self.name, self.region, self.endpoint, self.addressing)


CUSTOM_REGION = "us-east-1"  # what S3-compatible stores without regions take
_REGION = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*", re.IGNORECASE)
_BUCKET = re.compile(r"[A-Za-z0-9._-]{1,255}")
_HOST_LABEL = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_HOSTNAME = re.compile(r"[a-z0-9._-]+|\[[0-9a-f:.]+\]")
_BASE_PATH = re.compile(r"(?:/[A-Za-z0-9._~-]+)*")


def locate(bucket: str, region: str = "", endpoint: str = "", addressing: str = "auto") -> BucketLocation:
    """Pin a bucket's endpoint, region and addressing.

    No endpoint means AWS, by its regional host over HTTPS; then the region is required. Automatic addressing is
    virtual-host style at AWS and path style elsewhere. A bucket whose name cannot be a host label (dots, capitals)
    is addressed by path wherever it is: AWS's certificate covers one label only.
    An endpoint whose name tells a region decides it where none is given.
    Raises `Refused`: bucket-name-malformed, region-missing, region-malformed, region-not-of-endpoint,
    endpoint-malformed, endpoint-names-bucket, addressing-unknown.
    """
    if not _BUCKET.fullmatch(bucket) or not bucket.strip("."):
        raise Refused(Reason.BUCKET_NAME_MALFORMED, bucket=bucket)
    try:
        asked = Addressing(addressing)
    except ValueError:
        raise Refused(Reason.ADDRESSING_UNKNOWN, addressing=addressing) from None
    url = normalize_endpoint(endpoint) if endpoint else ""
    if url:
        _refuse_bucket_in(url, bucket)
    region = _settle_region(region, url)
    url = url or aws_endpoint("s3", region)
    return BucketLocation(bucket, region, url, _settle_addressing(bucket, url, asked))


def aws_endpoint(service: str, region: str) -> str:
    """AWS's regional endpoint of a service. Source: AWS general reference, "Service endpoints"."""
    return f"https://{service}.{region}.{find_suffix(region) or 'amazonaws.com'}"


def normalize_endpoint(endpoint: str) -> str:
    """Scheme, host and port in one spelling. Raises `Refused`: endpoint-malformed, endpoint-forbidden (the address of
    a metadata service, to which our server must never make a request)."""
    try:
        parts = split_raw(endpoint.strip())
        port = parts.port
    except ValueError:
        raise Refused(Reason.ENDPOINT_MALFORMED) from None
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    base = parts.path.rstrip("/")
    extra = parts.query or parts.fragment or "@" in parts.netloc
    if parts.scheme not in DEFAULT_PORTS or extra or not _HOSTNAME.fullmatch(host) or not _BASE_PATH.fullmatch(base):
        raise Refused(Reason.ENDPOINT_MALFORMED)
    if is_address(host.strip("[]")) and judge_address(host.strip("[]")) is Reach.NEVER:
        raise Refused(Reason.ENDPOINT_FORBIDDEN, host=host)
    colon = f":{port}" if port and port != DEFAULT_PORTS[parts.scheme] else ""
    return f"{parts.scheme}://{host}{colon}{base}"


def _refuse_bucket_in(endpoint: str, bucket: str) -> None:
    """Where the host's own grammar tells: at AWS, and in the path that Cloudflare's pages show for a bucket of R2."""
    host, parts = read_host(host_of(endpoint)), split_raw(endpoint)
    if host.is_aws and host.bucket:
        instead = endpoint.replace(f"{host.bucket}.", "", 1)
        raise Refused(Reason.ENDPOINT_NAMES_BUCKET, instead=instead, bucket=host.bucket)
    if host.cloud is Cloud.CLOUDFLARE and parts.path.strip("/").split("/")[0] == bucket:
        raise Refused(Reason.ENDPOINT_NAMES_BUCKET, instead=f"{parts.scheme}://{parts.netloc}", bucket=bucket)


def _settle_region(region: str, endpoint: str) -> str:
    """The hosts of AWS, and of some others, take signatures for their own region alone; another store may take any."""
    host = read_host(host_of(endpoint))
    region = region or host.region
    if not region and (host.is_aws or not endpoint):
        raise Refused(Reason.REGION_MISSING)
    if region and not _REGION.fullmatch(region):
        raise Refused(Reason.REGION_MALFORMED, region=region)
    is_held = host.is_aws or host.cloud in ONE_REGION_CLOUDS
    if is_held and host.region and region.lower() != host.region:
        raise Refused(Reason.REGION_NOT_OF_ENDPOINT, region=region, expected=host.region)
    if host.is_aws and host.region and find_suffix(region) not in ("", host.suffix):
        raise Refused(Reason.REGION_NOT_OF_ENDPOINT, region=region, expected="", suffix=find_suffix(region))
    if host.endpoint is Endpoint.GLOBAL and is_region(region) and region not in GLOBAL_REGIONS:
        raise Refused(Reason.REGION_NOT_OF_ENDPOINT, region=region, expected="")
    return region or CUSTOM_REGION


def _settle_addressing(bucket: str, endpoint: str, asked: Addressing) -> Addressing:
    by_host = asked is Addressing.VIRTUAL or (asked is Addressing.AUTO and _is_aws(endpoint))
    can = _HOST_LABEL.fullmatch(bucket) and not is_address(host_of(endpoint))
    return Addressing.VIRTUAL if by_host and can else Addressing.PATH


def host_of(endpoint: str) -> str:
    """The host's bare name, without a port; "" where there is none."""
    try:
        return split_raw(endpoint).hostname or ""
    except ValueError:
        return ""


def _is_aws(endpoint: str) -> bool:
    return is_aws_host(host_of(endpoint))

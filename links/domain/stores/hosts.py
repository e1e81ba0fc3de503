"""What the name of a store's host tells: whose it is, which kind of endpoint, and the region and bucket in it.

Sources: Amazon S3 user guide ("Virtual hosting of buckets", "Dual-stack endpoints", "Transfer Acceleration", "Access
points", "Website endpoints", "AWS PrivateLink"), AWS general reference ("S3 endpoints"), and the endpoint rules that
botocore carries; for other clouds the endpoint pages of their own manuals. Of AWS only S3's own hosts count: below
`amazonaws.com` there are also customers' machines and balancers, whose names lead to private addresses.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, auto
from functools import lru_cache
from types import MappingProxyType

from links.lib.network import Reach, is_address, judge_address


class Cloud(StrEnum):
    AWS = auto()
    CLOUDFLARE = auto()
    BACKBLAZE = auto()
    WASABI = auto()
    DIGITALOCEAN = auto()
    GOOGLE = auto()
    ORACLE = auto()
    SCALEWAY = auto()
    OVH = auto()
    ALIBABA = auto()
    OTHER = auto()


class Endpoint(StrEnum):
    """The kinds of AWS's endpoints, each with rules of its own; what is not AWS's is `PLAIN`."""

    PLAIN = auto()  # of one region, or of another cloud
    GLOBAL = auto()  # s3.amazonaws.com: us-east-1, and by the bucket's name each region opened before 20 March 2019
    ACCELERATE = auto()  # any region
    ACCESS_POINT = auto()
    OBJECT_LAMBDA = auto()
    OUTPOSTS = auto()
    MULTI_REGION = auto()
    DIRECTORY = auto()
    WEBSITE = auto()
    VPC = auto()  # only machines in the network that it was made for have its name's addresses


@dataclass(frozen=True, slots=True)
class Host:
    """`region` and `bucket` are empty where the name tells none. `has_bucket_in_path` is true where the name is an
    endpoint as such, below which the path begins with the bucket."""

    cloud: Cloud = Cloud.OTHER
    endpoint: Endpoint = Endpoint.PLAIN
    region: str = ""
    bucket: str = ""
    has_bucket_in_path: bool = False
    suffix: str = ""  # of AWS's names: what a partition's hosts end with

    @property
    def is_aws(self) -> bool:
        return self.cloud is Cloud.AWS

    @property
    def service(self) -> str:
        """The service that a signature's scope must name here; empty where that is not known."""
        if self.cloud in _S3_CLOUDS:
            return "s3"
        return _SERVICES.get(self.endpoint, "s3") if self.is_aws else ""


# Clouds whose manuals want the scope KEY/DAY/REGION/s3/aws4_request.
_S3_CLOUDS = frozenset(Cloud) - {Cloud.AWS, Cloud.GOOGLE, Cloud.ALIBABA, Cloud.OTHER}
# Amazon S3 user guide: "Object Lambda access points", "S3 on Outposts", "Directory buckets".
_SERVICES: Mapping[Endpoint, str] = MappingProxyType(
    {
        Endpoint.OBJECT_LAMBDA: "s3-object-lambda",
        Endpoint.OUTPOSTS: "s3-outposts",
        Endpoint.DIRECTORY: "s3express",
        Endpoint.WEBSITE: "",
    }
)
_REGION = r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]+"
_AWS = re.compile(
    rf"""
    (?:
        (?:(?P<bucket>[a-z0-9._-]+)\.)?
        (?:
            (?P<plain>s3(?:-fips)?(?:\.dualstack)?[.-](?P<region>{_REGION}))     # s3.eu-west-1, and s3-eu-west-1 of old
          | (?P<external>s3-external-1)
          | (?P<global>s3(?:-fips)?(?:\.dualstack)?)
          | (?P<accelerate>s3-accelerate(?:\.dualstack)?)
          | (?P<directory>s3express-(?:fips-)?[a-z0-9-]+(?:\.dualstack)?\.(?P<zone>{_REGION}))
          | (?P<vpc>bucket\.vpce-[a-z0-9-]+\.s3\.(?P<network>{_REGION})\.vpce)
        )
      | (?P<opaque>[a-z0-9._-]+)\.                                  # no bucket can be told from these
        (?:
            s3-accesspoint(?:-fips)?(?:\.dualstack)?\.(?P<access_point>{_REGION})
          | s3-object-lambda(?:-fips)?(?:\.dualstack)?\.(?P<object_lambda>{_REGION})
          | s3-outposts(?:-fips)?(?:\.dualstack)?\.(?P<outposts>{_REGION})
          | (?P<multi_region>accesspoint\.s3-global)
          | s3-website[.-](?P<website>{_REGION})
          | accesspoint\.vpce-[a-z0-9-]+\.s3\.(?P<vpc_access_point>{_REGION})\.vpce
        )
    )
    \.(?P<suffix>amazonaws\.com|amazonaws\.com\.cn|amazonaws\.eu)
    """,
    re.IGNORECASE | re.VERBOSE,
)
# Group of the name -> kind of endpoint, and the group that holds its region.
_AWS_KINDS = (
    ("plain", Endpoint.PLAIN, "region"),
    ("external", Endpoint.PLAIN, ""),
    ("global", Endpoint.GLOBAL, ""),
    ("accelerate", Endpoint.ACCELERATE, ""),
    ("directory", Endpoint.DIRECTORY, "zone"),
    ("vpc", Endpoint.VPC, "network"),
    ("access_point", Endpoint.ACCESS_POINT, "access_point"),
    ("object_lambda", Endpoint.OBJECT_LAMBDA, "object_lambda"),
    ("outposts", Endpoint.OUTPOSTS, "outposts"),
    ("multi_region", Endpoint.MULTI_REGION, ""),
    ("website", Endpoint.WEBSITE, "website"),
    ("vpc_access_point", Endpoint.VPC, "vpc_access_point"),
)
_LONGEST_NAME = 253  # RFC 1035
_BUCKET = r"(?:(?P<bucket>(?!s3\.oss-)[a-z0-9._-]+)\.)?"
_OTHERS: tuple[tuple[Cloud, re.Pattern[str]], ...] = tuple(
    (cloud, re.compile(_BUCKET + shape, re.IGNORECASE))
    for cloud, shape in (
        (Cloud.CLOUDFLARE, r"(?P<account>[0-9a-f]{32})\.(?:(?:eu|fedramp)\.)?r2\.cloudflarestorage\.com"),
        (Cloud.BACKBLAZE, r"s3\.(?P<region>[a-z]{2}-[a-z]+-[0-9]{3})\.backblazeb2\.com"),
        (Cloud.WASABI, r"s3(?:\.(?P<region>[a-z]{2}-[a-z]+-[0-9]))?\.wasabisys\.com"),
        (Cloud.DIGITALOCEAN, r"(?P<region>[a-z]{3}[0-9])\.digitaloceanspaces\.com"),
        (Cloud.GOOGLE, r"storage\.googleapis\.com"),
        (
            Cloud.ORACLE,
            rf"[a-z0-9]+\.compat\.objectstorage\.(?P<region>{_REGION})\.(?:oraclecloud|oci\.customer-oci)\.com",
        ),
        (Cloud.SCALEWAY, r"s3\.(?P<region>[a-z]{2}-[a-z]{3})\.scw\.cloud"),
        (Cloud.OVH, r"s3\.(?P<region>[a-z0-9-]+)\.(?:(?:io|perf)\.)?cloud\.ovh\.(?:net|us)"),
        (Cloud.ALIBABA, r"(?:s3\.)?oss-(?P<region>(?!accelerate)[a-z0-9-]+?)(?:-internal)?\.aliyuncs\.com"),
    )
)


def read_host(hostname: str) -> Host:
    """Read the bare name of a host, without a port. Never raises; a name of nobody known is `Cloud.OTHER`."""
    return _read_host(hostname) if len(hostname) <= _LONGEST_NAME else Host()


@lru_cache(maxsize=1_024)
def _read_host(hostname: str) -> Host:
    if found := _AWS.fullmatch(hostname):
        _, endpoint, place = next(kind for kind in _AWS_KINDS if found[kind[0]])
        region = found[place] if place else "us-east-1" if found["external"] else ""
        bucket = (found["bucket"] or "").lower()
        in_path = not found["bucket"] and not found["opaque"]
        return Host(Cloud.AWS, endpoint, region.lower(), bucket, in_path, found["suffix"].lower())
    for cloud, shape in _OTHERS:
        if found := shape.fullmatch(hostname):
            parts = {name: (text or "").lower() for name, text in found.groupdict().items()}
            return Host(
                cloud, region=parts.get("region", ""), bucket=parts["bucket"], has_bucket_in_path=not parts["bucket"]
            )
    return Host()


def is_aws_host(hostname: str) -> bool:
    return read_host(hostname).is_aws


def is_region(text: str) -> bool:
    """Whether AWS could have a region of this name, known here already or not."""
    return re.fullmatch(_REGION, text) is not None


# What names inside a company, a cluster or a container network end with (RFC 6762, RFC 8375; ICANN's resolution of
# 2024 on `.internal`; Kubernetes' and Consul's manuals), and what no public name may (RFC 2606).
_INSIDE = frozenset(
    {"local", "localhost", "localdomain", "internal", "intranet", "lan", "corp", "home", "private", "test"}
    | {"intra", "priv", "svc", "consul", "docker", "cluster", "flycast", "home.arpa", "fritz.box", "ts.net"}
    | {"lvh.me", "localtest.me", "traefik.me"}  # public names of 127.0.0.1
)
# Names that anybody may use for the address in them.
_EMBEDDED = re.compile(r"(?:^|[.-])(?P<address>(?:[0-9]{1,3}[.-]){3}[0-9]{1,3})\.(?:nip|sslip)\.io")
# Public names that lead to the asking machine or into a network: LocalStack's, and the private endpoints of clouds
# (manuals of Alibaba OSS, "Regions and endpoints", IBM Cloud Object Storage, "Endpoints", and Azure, "Private Link").
_LEADS_INSIDE = re.compile(
    r"(?:.+\.)?localhost\.localstack\.cloud"
    r"|.+-internal\.aliyuncs\.com|.+\.privatelink\.(?:blob|dfs)\.core\.windows\.net"
    r"|(?:.+\.)?s3\.(?:private|direct)\.[a-z0-9.-]+\.cloud-object-storage\.appdomain\.cloud"
)


def is_internal(hostname: str) -> bool:
    """Whether only machines inside some network can reach this host: by its name, or by its address."""
    name = hostname.strip("[]").rstrip(".").lower()
    if is_address(name):
        return judge_address(name) is not Reach.PUBLIC
    if (found := _EMBEDDED.search(name[-_LONGEST_NAME:])) and found.end() == len(name[-_LONGEST_NAME:]):
        return is_internal(found["address"].replace("-", "."))
    labels = name.split(".")
    is_inside = labels[-1] in _INSIDE or ".".join(labels[-2:]) in _INSIDE
    leads_inside = _LEADS_INSIDE.fullmatch(name) is not None or read_host(name).endpoint is Endpoint.VPC
    return len(labels) == 1 or is_inside or leads_inside


_AWS_LIKE = re.compile(r"(?:.+\.)?s3[.-](?P<place>[a-z0-9_-]+)\.amazonaws\.com", re.IGNORECASE)


def find_unknown_place(hostname: str) -> str:
    """What stands where a region should in a name that looks like one of S3's and is none; "" for any other name."""
    found = _AWS_LIKE.fullmatch(hostname) if len(hostname) <= _LONGEST_NAME and not is_aws_host(hostname) else None
    return found["place"] if found else ""


# The names that a partition's regions begin with, and what its hosts end with (AWS general reference, "Partitions";
# botocore's partitions.json). Of a region that begins with none of these nothing is known.
_SUFFIXES = tuple(
    (re.compile(begins), suffix)
    for begins, suffix in (
        (r"cn-", "amazonaws.com.cn"),
        (r"eusc-", "amazonaws.eu"),
        (r"us-iso-", "c2s.ic.gov"),
        (r"us-isob-", "sc2s.sgov.gov"),
        (r"eu-isoe-", "cloud.adc-e.uk"),
        (r"us-isof-", "csp.hci.ic.gov"),
        (r"us-gov-|(?:us|eu|ap|sa|ca|me|af|il|mx)-[a-z]+-[0-9]+$", "amazonaws.com"),
    )
)


def find_suffix(region: str) -> str:
    """What the names of S3's hosts in a region end with; "" where no partition is known to have it."""
    return next((suffix for begins, suffix in _SUFFIXES if begins.match(region)), "")


# Clouds that never took SigV2: Backblaze ("Call the S3-Compatible API"), R2, which answers "SigV2 authorization is not
# supported", and Oracle (JuiceFS's guide to object stores: it "requires AWS Signature Version 4").
SIGV4_ONLY_CLOUDS = frozenset({Cloud.CLOUDFLARE, Cloud.BACKBLAZE, Cloud.ORACLE})
# R2 manual, "Bucket region": `auto`, `us-east-1` or none; any other is answered with `InvalidRegionName` and this list.
R2_REGIONS = frozenset({"auto", "", "us-east-1", "wnam", "enam", "weur", "eeur", "apac", "oc"})
# Clouds that refuse a scope for another region than their host's, in AWS's own words: "the region 'us-east-1' is wrong;
# expecting 'fr-par'" (kopia's issue 168, JuiceFS's 3129; OVH expects some in capitals, its 1168). Whatever runs Ceph
# (DigitalOcean, Hetzner, Linode, Vultr, Contabo) looks at no region, and of the others (IBM, Yandex, Tencent, Huawei,
# Backblaze, Wasabi, IDrive) it is not known that they do.
ONE_REGION_CLOUDS = frozenset({Cloud.SCALEWAY, Cloud.OVH})
# Reached by `BUCKET.s3.amazonaws.com`; "Regions launched after March 20, 2019" are not (S3 user guide, "Virtual
# hosting of buckets"). All that came before, so that a region nobody has heard of yet is none of them.
GLOBAL_REGIONS = frozenset(
    {"us-east-1", "us-east-2", "us-west-1", "us-west-2", "ca-central-1", "sa-east-1"}
    | {"eu-west-1", "eu-west-2", "eu-west-3", "eu-central-1", "eu-north-1"}
    | {"ap-south-1", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-southeast-1", "ap-southeast-2"}
)
# "Regions created after January 30, 2014 support only Signature Version 4" (AWS general reference), and China's first.
SIGV2_REGIONS = frozenset(
    {"us-east-1", "us-west-1", "us-west-2", "us-gov-west-1", "eu-west-1", "sa-east-1"}
    | {"ap-northeast-1", "ap-southeast-1", "ap-southeast-2"}
)

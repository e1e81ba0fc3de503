"""The host names of Amazon S3, and the bucket that stands in them.

Source: Amazon S3 user guide ("Virtual hosting of buckets", "Dual-stack endpoints", "Transfer Acceleration",
"Access points", "AWS PrivateLink") and the endpoint rules that botocore carries. Only S3's own hosts count: below
`amazonaws.com` there are also customers' machines and balancers, whose names lead to private addresses.
"""

import re

_REGION = r"[a-z]{2,4}(?:-[a-z]+)+-[0-9]+"
_HOST = re.compile(
    rf"""
    (?:
        (?:(?P<bucket>[a-z0-9._-]+)\.)?
        (?:
            s3(?:-fips)?(?:\.dualstack)?(?:[.-]{_REGION})?          # s3.eu-west-1, and s3-eu-west-1 of old
          | s3-external-1
          | s3-accelerate(?:\.dualstack)?
          | s3express-(?:fips-)?[a-z0-9-]+(?:\.dualstack)?\.{_REGION}
          | bucket\.vpce-[a-z0-9-]+\.s3\.{_REGION}\.vpce
        )
      | (?P<opaque>[a-z0-9._-]+)\.                                  # no bucket can be told from these
        (?:
            s3-(?:accesspoint|object-lambda)(?:-fips)?(?:\.dualstack)?\.{_REGION}
          | s3-outposts(?:-fips)?\.{_REGION}
          | accesspoint\.s3-global
          | s3-website[.-]{_REGION}
          | accesspoint\.vpce-[a-z0-9-]+\.s3\.{_REGION}\.vpce
        )
    )
    \.amazonaws\.(?:com|com\.cn|eu)
    """,
    re.IGNORECASE | re.VERBOSE,
)


def is_aws_host(hostname: str) -> bool:
    return _HOST.fullmatch(hostname) is not None


def has_bucket_in_path(hostname: str) -> bool:
    """True for S3's bare endpoints, below which the path begins with the bucket."""
    found = _HOST.fullmatch(hostname)
    return found is not None and not found["bucket"] and not found["opaque"]


def find_bucket(hostname: str) -> str:
    """The bucket in a virtual-host style name; empty where there is none, or none is told (access points)."""
    found = _HOST.fullmatch(hostname)
    return (found["bucket"] or "").lower() if found else ""

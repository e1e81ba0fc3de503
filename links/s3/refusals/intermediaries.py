"""What names itself in an answer and is no store: gateways, firewalls, proxies, content networks, web servers."""

import re
from collections.abc import Mapping

# A header and what it says -> who says it. The first that fits: what stands in front names itself in its own header.
_SIGNS: tuple[tuple[str, re.Pattern[str], str], ...] = tuple(
    (header, re.compile(shape, re.IGNORECASE), name)
    for header, shape, name in (
        ("cf-mitigated", r".", "Cloudflare"),
        ("x-iinfo", r".", "Imperva"),
        ("x-sucuri-id", r".", "Sucuri"),
        ("x-amz-apigw-id", r".", "Amazon API Gateway"),
        ("apigw-requestid", r".", "Amazon API Gateway"),
        ("x-squid-error", r".", "Squid"),
        ("x-cache", r"\bcloudfront\b", "CloudFront"),
        ("server", r"^cloudflare", "Cloudflare"),
        ("server", r"akamai", "Akamai"),
        ("server", r"^awselb", "AWS Elastic Load Balancing"),
        ("server", r"envoy", "Envoy"),
        (
            "server",
            r"^(?:squid|zscaler|netskope|fortigate|fortiweb|bigip|big-ip|haproxy|varnish|traefik|caddy|kong)",
            "",
        ),
        ("server", r"mcafee|blue ?coat|proxysg|barracuda|sonicwall|sophos", ""),
        ("server", r"^(?:nginx|openresty|apache|microsoft-iis|litespeed)", ""),
        ("via", r"\bvarnish\b", "Varnish"),
        ("via", r".", ""),
    )
)
# What their pages say of themselves.
_WORDS = re.compile(
    r"\b(cloudflare|zscaler|netskope|fortiguard|fortinet|squid|akamai|imperva|incapsula|sucuri|barracuda|sonicwall|"
    r"blue coat|mcafee web gateway|umbrella|openresty|nginx|envoy|cloudfront)\b",
    re.IGNORECASE,
)
_PRODUCT = re.compile(r"[A-Za-z0-9._ -]{1,40}")


def name_intermediary(headers: Mapping[str, str], message: str) -> str:
    """By the headers (lower-cased names), then by the words of the answer; empty where nothing names itself."""
    if found := _WORDS.search(message[:1_000]):
        return found[1]
    for header, shape, name in _SIGNS:
        if shape.search(headers.get(header, "")):
            return name or _read_product(headers[header])
    return ""


def _read_product(text: str) -> str:
    """`1.1 proxy.example (squid/5.7)` and `nginx/1.25` without their versions."""
    product = _PRODUCT.match(re.sub(r"^[0-9.]+\s+", "", text).partition("/")[0].strip())
    return product[0].strip() if product else ""

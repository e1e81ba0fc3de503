"""Hosts behind which nobody's store is: as an operator's enemy would spell them in an endpoint or a URL."""

from ipaddress import IPv4Address

# fmt: off
_NEVER_V4 = [
    "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.0.23", "169.254.42.42", "169.254.1.1",
    "168.63.129.16", "100.100.100.200", "192.0.0.192", "192.80.8.124", "0.0.0.0", "0.0.0.1", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "169.254.0.1", "169.254.169.253", "169.254.169.123",
    "169.254.255.255", "0.255.255.255", "192.0.0.1", "192.0.0.8", "192.0.0.170", "192.0.0.255", "224.0.0.251",
    "232.0.0.1", "233.252.0.1", "247.255.255.255", "254.1.2.3",
]
_PRIVATE_V4 = [
    "127.0.0.1", "127.0.0.2", "127.1.2.3", "127.255.255.254", "10.0.0.1", "10.255.255.255", "172.16.0.1",
    "172.31.255.255", "192.168.0.1", "192.168.255.255", "100.64.0.1", "100.127.255.255", "198.18.0.1",
    "198.19.255.255", "192.0.2.1", "198.51.100.1", "203.0.113.1", "192.88.99.1", "172.17.0.1", "172.20.10.1",
    "100.96.0.1", "100.127.0.53", "192.0.2.255", "198.51.100.255", "203.0.113.255", "192.88.99.255", "192.31.196.1",
    "192.52.193.1", "192.175.48.6",
]
_NEVER_V6 = [
    "::", "fd00:ec2::254", "fd00:ec2::23", "fd00:ec2::253", "fd20:ce::254", "fd00:42::42", "fd00:c1::a9fe:a9fe",
    "fd00:a9fe:a9fe::1", "fe80::1", "fe80::a9fe:a9fe", "ff02::1", "ff0e::1", "100::1", "febf::1",
    "ff01::1", "ff05::1:3", "ff3e::8000:1",
    "fd00:ec2:0:1::1", "2001:db8:64::a9fe:a9fe", "2a00:1:2:3::a9fe:a9fe",
]
_PRIVATE_V6 = [
    "::1", "fc00::1", "fd12:3456:789a::1", "fec0::1", "feff::1", "2001:db8::1", "3fff::1", "2001:2::1",
    "2001:10::1", "2001:20::1", "5f00::1", "1::1", "2001::1", "2001:1::1", "2001:3::1", "2001:30::1", "fdff::1",
    "fec0::a", "100:0:0:1::1", "4000::1", "8000::1", "2620:4f:8000::1", "2001:4:112::1",
]
# fmt: on


def _spell(address: str) -> list[str]:
    """Every way in which `getaddrinfo` and URL readers take an IPv4 address."""
    number = int(IPv4Address(address))
    one, two, three, four = address.split(".")
    return [
        address,
        f"{address}.",
        str(number),
        hex(number),
        f"0{number:o}",
        ".".join(hex(int(part)) for part in (one, two, three, four)),
        f"{hex(int(one))}.{two}.{int(three) * 256 + int(four)}",
        f"{one}.{int(two) * 65536 + int(three) * 256 + int(four)}",
        address.translate({ord("0") + digit: 0xFF10 + digit for digit in range(10)}),
        address.replace(".", "\N{IDEOGRAPHIC FULL STOP}"),
    ]


def _wrap(address: str) -> list[str]:
    """Every IPv6 address that leads to an IPv4 one, by a mapping, a translator or a tunnel."""
    number = int(IPv4Address(address))
    high, low = f"{number >> 16:x}", f"{number & 0xFFFF:x}"
    flipped = number ^ 0xFFFFFFFF
    return [
        f"[::ffff:{address}]",
        f"[::ffff:{high}:{low}]",
        f"[0:0:0:0:0:ffff:{high}:{low}]",
        f"[::{high}:{low}]",
        f"[::ffff:0:{high}:{low}]",
        f"[64:ff9b::{address}]",
        f"[64:ff9b:1::{high}:{low}]",
        f"[64:ff9b:1:{high}:{(number >> 8) & 0xFF:x}:{number & 0xFF:x}00::]",
        f"[2002:{high}:{low}::1]",
        f"[2001:0:{high}:{low}::1]",
        f"[2001:0:808:808::{flipped >> 16:x}:{flipped & 0xFFFF:x}]",
        f"[fd12::5efe:{high}:{low}]",
        f"[fd12::200:5efe:{high}:{low}]",
    ]


_SPELLED = ("169.254.169.254", "168.63.129.16", "127.0.0.1", "10.1.2.3", "192.168.0.1", "100.100.100.200", "0.0.0.0")
_WRITTEN = [spelling for address in _SPELLED for spelling in _spell(address)]
_WRAPPED = [spelling for address in _SPELLED for spelling in _wrap(address)]
_ZONES = ["[fe80::1%25lo]", "[fe80::1%lo]", "[::1%25lo]", "[fd12::1%251]", "[fe80::a9fe:a9fe%25eth0]", "[ff02::1%251]"]
_AUTHORITIES = [
    "user@127.0.0.1",
    "user:pw@127.0.0.1",
    "store.example.com@127.0.0.1",
    "127.0.0.1@169.254.169.254",
    "store.example.com#@127.0.0.1",
    "store.example.com\\@127.0.0.1",
    "store.example.com%2540127.0.0.1",
    "127.0.0.1%00.example.com",
    "127.0.0.1 .example.com",
    "127.0.0.1\t",
    "①②⑦.⓪.⓪.①",
    "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
    "127.0.0.1:80",
    "127.0.0.1:0",
    "127.0.0.1:65536",
    "127.0.0.1:+80",
    "127.0.0.1:80:80",
    "127.0.0.1:\N{FULLWIDTH DIGIT EIGHT}0",
    "127.0.0.1:80@169.254.169.254:80",
    "store.example.com:80@127.0.0.1:80",
    "store.example.com:80#@127.0.0.1:80",
    "store.example.com:80?@127.0.0.1:80",
    "store.example.com\\@127.0.0.1",
    "store.example.com%2f@127.0.0.1",
    "store.example.com%23@127.0.0.1",
    "store.example.com @127.0.0.1",
    "store.example.com\r\nHost: 127.0.0.1",
    "[::1]:22",
    "[::ffff:127.0.0.1]:6379",
    "[::1].example.com",
    "[127.0.0.1]",
    "[[::1]]",
    "::1",
    "0",
    "127.1",
    "0177.1",
    "0x7f.1",
    "127.0.0.1\N{FULLWIDTH FULL STOP}",
    "127\N{HALFWIDTH IDEOGRAPHIC FULL STOP}0.0.1",
    "127.0.0.\N{ZERO WIDTH SPACE}1",
    "127.0.0.1\N{SOFT HYPHEN}",
    "\N{MATHEMATICAL DOUBLE-STRUCK DIGIT ONE}27.0.0.1",
    "127.0.0.1.",
    "127.0.0.1..",
    "%31%32%37.0.0.1",
    "unix:/var/run/docker.sock",
]
_NAMES = {
    "localhost": "127.0.0.1",
    "LOCALHOST": "127.0.0.1",
    "localhost.": "127.0.0.1",
    "localhost.localdomain": "127.0.0.1",
    "ip6-localhost": "::1",
    "metadata": "169.254.169.254",
    "metadata.google.internal": "169.254.169.254",
    "Metadata.Google.Internal.": "169.254.169.254",
    "instance-data.ec2.internal": "169.254.169.254",
    "metadata.tencentyun.com": "169.254.0.23",
    "metadata.platformequinix.com": "192.80.8.124",
    "wireserver.azure.example": "168.63.129.16",
    "store.example.com": "127.0.0.1",
    "private.store.example": "10.0.0.1",
    "loop.store.example": "127.0.0.1",
    "loop6.store.example": "::1",
    "mapped.store.example": "::ffff:127.0.0.1",
    "nat64.store.example": "64:ff9b::a9fe:a9fe",
    "ula.store.example": "fd12::1",
    "meta6.store.example": "fd00:ec2::254",
    "linklocal.store.example": "fe80::1",
    "multicast.store.example": "239.1.1.1",
    "unspecified.store.example": "0.0.0.0",
    "cgnat.store.example": "100.64.0.1",
    "xn--bcher-kva.example": "10.0.0.2",
    "bücher.example": "10.0.0.2",
    "169.254.169.254.nip.example": "169.254.169.254",
    "metadata.oraclecloud.example": "192.0.0.192",
    "metadata.alibaba.example": "100.100.100.200",
    "metadata.scaleway.example": "fd00:42::42",
    "metadata.linode.example": "fd00:a9fe:a9fe::1",
    "task-metadata.ecs.example": "169.254.170.2",
    "pod-identity.eks.example": "fd00:ec2::23",
    "kubernetes.default.svc.cluster.local": "10.96.0.1",
    "host.docker.internal": "192.168.65.254",
    "gateway.docker.internal": "172.17.0.1",
    "6to4.store.example": "2002:a9fe:a9fe::1",
    "teredo.store.example": "2001:0:808:808::5601:5601",
    "nat64local.store.example": "64:ff9b:1::a9fe:a9fe",
    "isatap.store.example": "fd12::5efe:7f00:1",
    "compatible.store.example": "::7f00:1",
    "sitelocal.store.example": "fec0::1",
    "benchmark.store.example": "198.18.0.1",
    "documentation.store.example": "192.0.2.1",
    "zone.store.example": "fe80::1%1",
    "as112.store.example": "192.175.48.6",
    "broadcast.store.example": "255.255.255.255",
    "xn--lcalhost-0za.example": "127.0.0.1",
    "faß.example": "127.0.0.1",
    "fass.example": "127.0.0.1",
    "_service.store.example": "127.0.0.1",
}

NAMES = {name.lower().rstrip("."): [address] for name, address in _NAMES.items()}
"""What the names of the table resolve to."""

NAMES["mixed.store.example"] = ["8.8.8.8", "127.0.0.1"]
NAMES["mixed6.store.example"] = ["2606:4700::1111", "::1"]
NAMES["last.store.example"] = [*(f"8.8.8.{number}" for number in range(1, 30)), "169.254.169.254"]
NAMES["families.store.example"] = ["8.8.8.8", "::ffff:10.0.0.1"]

HOSTS = list(
    dict.fromkeys(
        [
            *_NEVER_V4,
            *_PRIVATE_V4,
            *(f"[{address}]" for address in (*_NEVER_V6, *_PRIVATE_V6)),
            *_WRITTEN,
            *_WRAPPED,
            *_ZONES,
            *_AUTHORITIES,
            *_NAMES,
            "mixed.store.example",
            "mixed6.store.example",
            "last.store.example",
            "families.store.example",
        ]
    )
)
NEVER = [*_NEVER_V4, *(f"[{address}]" for address in _NEVER_V6), *_spell("169.254.169.254"), *_wrap("169.254.169.254")]
"""Those which no setting opens."""

PUBLIC = ["8.8.8.8", "1.1.1.1", "52.216.0.1", "2606:4700::1111", "2600:1fa0:8000::1", "64:ff9b::808:808"]
"""Where anybody's store may be."""

REBINDING = "rebinding.store.example"

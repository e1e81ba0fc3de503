"""Which network addresses our server may make a request to on somebody's behalf.

Judge resolved addresses, never text: `2130706433` and `0x7f.1` are 127.0.0.1 to a resolver. `is_global` alone is
no filter: multicast, 168.63.129.16 and IPv4 wrapped into IPv6 pass it.
"""

import ipaddress
from collections.abc import Iterable
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address

Address = IPv4Address | IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Reach(IntEnum):
    """How an address may be used; an address made of several is as bad as the worst."""

    PUBLIC = 0
    PRIVATE = 1  # only for hosts that were allowed by name
    NEVER = 2  # metadata services, link-local, multicast and what is nobody's


def is_address(name: str) -> bool:
    """Whether this is an address in its usual spelling, without brackets, and no name."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _networks(*networks: str) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(network) for network in networks)


_METADATA = _networks(
    "169.254.0.0/16",  # link-local, with the metadata services of AWS, Google, Azure, Tencent and most others
    "100.100.100.200/32",  # Alibaba Cloud
    "168.63.129.16/32",  # Azure's platform services
    "192.0.0.192/32",  # Oracle Cloud
    "192.80.8.124/32",  # Equinix Metal
    "fd00:42::42/128",  # Scaleway
    "fd00:a9fe:a9fe::1/128",  # Akamai (Linode)
    "fd00:c1::a9fe:a9fe/128",  # Oracle Cloud
    "fd00:ec2::/32",  # AWS, with its name and time services
    "fd20:ce::254/128",  # Google Cloud
)
_NEVER = _METADATA + _networks(
    "0.0.0.0/8",
    "192.0.0.0/24",  # IETF protocol assignments
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "100::/64",  # discarded
    "fe80::/10",
    "ff00::/8",
)
# Python's own table differs from release to release: what counts is named here (IANA's special-purpose registries).
_PRIVATE = _networks(
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "172.16.0.0/12",
    "192.0.2.0/24",
    "192.31.196.0/24",  # AS112: answers for what no public name server may be asked
    "192.52.193.0/24",  # relays of multicast
    "192.88.99.0/24",  # relays of 6to4
    "192.168.0.0/16",
    "192.175.48.0/24",  # AS112
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "2001::/23",
    "2001:db8::/32",
    "2620:4f:8000::/48",  # AS112
    "3fff::/20",
)
_HANDED_OUT = ipaddress.IPv6Network("2000::/3")  # all that IANA has handed out
_PLAIN_WRAPS = tuple(ipaddress.IPv6Network(network) for network in ("::/96", "::ffff:0:0/96", "64:ff9b::/96"))
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")  # RFC 8215: the IPv4 part stands where the site wants it
_SIX_TO_FOUR = ipaddress.IPv6Network("2002::/16")
_TEREDO = ipaddress.IPv6Network("2001::/32")
_ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")
_NAT64_OFFSETS = ((6, 7, 9, 10), (7, 9, 10, 11), (9, 10, 11, 12), (12, 13, 14, 15))  # RFC 6052, section 2.2


def judge_address(text: str) -> Reach:
    """How far an address reaches; what is no address at all, or is one of a zone ("%eth0"), is `NEVER`."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return Reach.NEVER
    if isinstance(address, IPv4Address) or address == IPv6Address("::1"):
        return _judge_alone(address)
    if address.scope_id:
        return Reach.NEVER
    if any(address in network for network in _PLAIN_WRAPS):
        return _judge_alone(IPv4Address(address.packed[12:]))
    wrapped = _unwrap(address)
    outer = Reach.PRIVATE if wrapped else _judge_alone(address)
    # A site's own translator may have any prefix (RFC 6052): that an address ends in a metadata service's is enough.
    if _is_in(IPv4Address(address.packed[12:]), _METADATA):
        return Reach.NEVER
    return max([outer, *(_judge_alone(inner) for inner in wrapped)])


def _judge_alone(address: Address) -> Reach:
    if _is_in(address, _NEVER):
        return Reach.NEVER
    handed_out = isinstance(address, IPv4Address) or address in _HANDED_OUT
    return Reach.PUBLIC if handed_out and address.is_global and not _is_in(address, _PRIVATE) else Reach.PRIVATE


def _is_in(address: Address, networks: Iterable[Network]) -> bool:
    return any(address in network for network in networks)


def _unwrap(address: IPv6Address) -> list[IPv4Address]:
    """Every IPv4 address that a tunnel or translator might send this one to."""
    packed = address.packed
    if address in _LOCAL_NAT64:
        return [IPv4Address(bytes(packed[at] for at in offsets)) for offsets in _NAT64_OFFSETS]
    if address in _SIX_TO_FOUR:
        return [IPv4Address(packed[2:6])]
    if address in _TEREDO:
        return [IPv4Address(packed[4:8]), IPv4Address(bytes(byte ^ 0xFF for byte in packed[12:]))]
    if packed[8:12] in _ISATAP:
        return [IPv4Address(packed[12:])]
    return []


def shorten(address: str) -> str:
    """The network of a visitor, which names no household: /24 of IPv4, /48 of IPv6; "" for what is no address."""
    try:
        found = ipaddress.ip_address(address.strip().partition("%")[0])
    except ValueError:
        return ""
    found = (found.ipv4_mapped if isinstance(found, IPv6Address) else None) or found
    return str(ipaddress.ip_network((found, 24 if isinstance(found, IPv4Address) else 48), strict=False))

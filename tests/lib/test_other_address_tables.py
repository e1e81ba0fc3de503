"""Somebody else's table of addresses as an oracle: what Microsoft's AntiSSRF keeps a server from, we do."""

from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import pytest
from AntiSSRF import IPAddressRanges

from links.lib.network import Reach, judge_address

NAMED = {
    name: ranges for name, ranges in vars(IPAddressRanges).items() if isinstance(ranges, tuple) and name != "__bases__"
}
# By NAT64 a server without IPv4 reaches every store that has IPv4 alone: the address inside is judged, as any other.
JUDGED_BY_WHAT_IS_INSIDE = "64:ff9b::/96"


def sample(network: IPv4Network | IPv6Network) -> list[str]:
    """Its first and last addresses, and some that are spread in between."""
    first, size = int(network.network_address), network.num_addresses
    places = {0, 1, size - 2, size - 1, *(size * part // 97 for part in range(97))}
    kind = type(network.network_address)
    return [str(kind(first + place)) for place in sorted(places) if 0 <= place < size]


@pytest.mark.parametrize(
    "network", sorted({network for ranges in NAMED.values() for network in ranges} - {JUDGED_BY_WHAT_IS_INSIDE})
)
def test_what_they_forbid_we_forbid(network: str) -> None:
    assert [address for address in sample(ip_network(network)) if judge_address(address) is Reach.PUBLIC] == []


def test_of_what_a_translator_leads_to_the_address_inside_is_judged() -> None:
    assert JUDGED_BY_WHAT_IS_INSIDE in IPAddressRanges.recommended_latest
    inside = [network for network in IPAddressRanges.recommended_latest if ":" not in network]
    wrapped = [f"64:ff9b::{address}" for network in inside for address in sample(ip_network(network))]
    assert [address for address in wrapped if judge_address(address) is Reach.PUBLIC] == []
    assert judge_address("64:ff9b::8.8.8.8") is Reach.PUBLIC


@pytest.mark.parametrize("group", ["imds", "link_local", "multicast", "reserved", "unspecified", "wireserver"])
def test_no_setting_opens_what_is_nobodys_store(group: str) -> None:
    addresses = [address for network in NAMED[group] for address in sample(ip_network(network))]
    assert [address for address in addresses if judge_address(address) is not Reach.NEVER] == []


def test_the_table_is_there() -> None:
    assert len(IPAddressRanges.recommended_latest) >= 30
    assert all(ip_address(sample(ip_network(network))[0]) for network in IPAddressRanges.recommended_latest)

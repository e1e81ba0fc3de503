import pytest

from links.lib.network import Reach, judge_address, shorten


@pytest.mark.parametrize(
    ("address", "reach"),
    [
        ("8.8.8.8", Reach.PUBLIC),
        ("2606:4700::1111", Reach.PUBLIC),
        ("::ffff:8.8.8.8", Reach.PUBLIC),
        ("64:ff9b::8.8.8.8", Reach.PUBLIC),
        ("127.0.0.1", Reach.PRIVATE),
        ("::1", Reach.PRIVATE),
        ("::ffff:127.0.0.1", Reach.PRIVATE),
        ("::127.0.0.1", Reach.PRIVATE),
        ("10.0.0.1", Reach.PRIVATE),
        ("172.31.255.255", Reach.PRIVATE),
        ("192.168.1.1", Reach.PRIVATE),
        ("100.64.0.1", Reach.PRIVATE),
        ("64:ff9b::10.0.0.1", Reach.PRIVATE),
        ("fd12:3456::1", Reach.PRIVATE),
        ("fec0::1", Reach.PRIVATE),
        ("198.18.0.1", Reach.PRIVATE),
        ("192.88.99.1", Reach.PRIVATE),
        ("203.0.113.9", Reach.PRIVATE),
        ("2001:2::1", Reach.PRIVATE),
        ("2001:db8::1", Reach.PRIVATE),
        ("3fff::1", Reach.PRIVATE),
        ("5f00::1", Reach.PRIVATE),
        ("2002:808:808::1", Reach.PRIVATE),
        ("169.254.169.254", Reach.NEVER),
        ("169.254.170.2", Reach.NEVER),
        ("::ffff:169.254.169.254", Reach.NEVER),
        ("::a9fe:a9fe", Reach.NEVER),
        ("64:ff9b::a9fe:a9fe", Reach.NEVER),
        ("64:ff9b:1::a9fe:a9fe", Reach.NEVER),
        ("64:ff9b:1:a9fe:a9:fe00::", Reach.NEVER),
        ("2002:a9fe:a9fe::1", Reach.NEVER),
        ("2001:0:a9fe:a9fe::1", Reach.NEVER),
        ("2001:0:808:808::5601:5601", Reach.NEVER),
        ("2606:4700::5efe:a9fe:a9fe", Reach.NEVER),
        ("fd00:ec2::254", Reach.NEVER),
        ("fd20:ce::254", Reach.NEVER),
        ("fe80::1", Reach.NEVER),
        ("fe80::1%eth0", Reach.NEVER),
        ("168.63.129.16", Reach.NEVER),
        ("100.100.100.200", Reach.NEVER),
        ("192.0.0.192", Reach.NEVER),
        ("192.0.0.8", Reach.NEVER),
        ("192.80.8.124", Reach.NEVER),
        ("fd00:c1::a9fe:a9fe", Reach.NEVER),
        ("fd00:a9fe:a9fe::1", Reach.NEVER),
        ("fd00:42::42", Reach.NEVER),
        ("2001:db8:1:2::a9fe:a9fe", Reach.NEVER),
        ("2606:4700::6464:64c8", Reach.NEVER),
        ("::ffff:0:169.254.169.254", Reach.NEVER),
        ("fec0::1%eth0", Reach.NEVER),
        ("::1%lo", Reach.NEVER),
        ("100::1", Reach.NEVER),
        ("224.0.0.1", Reach.NEVER),
        ("255.255.255.255", Reach.NEVER),
        ("ff02::1", Reach.NEVER),
        ("0.0.0.0", Reach.NEVER),
        ("::", Reach.NEVER),
        ("2130706433", Reach.NEVER),
        ("localhost", Reach.NEVER),
    ],
)
def test_an_address_is_judged_by_where_it_leads(address: str, reach: Reach) -> None:
    assert judge_address(address) is reach


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        (" 203.0.113.77 ", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1234:5678::9", "2001:db8:1234::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("", ""),
        ("unknown", ""),
        ("203.0.113.77:5000", ""),
        ("2130706433", ""),
    ],
)
def test_a_visitors_address_is_shortened_to_its_network(address: str, network: str) -> None:
    assert shorten(address) == network

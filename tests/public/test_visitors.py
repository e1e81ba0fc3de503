from django.test import RequestFactory

from links.public.visitors import find_address, name_browser


def test_the_address_is_the_one_that_the_connection_or_our_proxies_told(rf: RequestFactory) -> None:
    assert find_address(rf.get("/", headers={"X-Forwarded-For": "6.6.6.6"}, REMOTE_ADDR="192.0.2.9")) == "192.0.2.9"


def test_a_browser_is_known_by_its_family_alone() -> None:
    assert name_browser("curl/8.5.0") == "curl"
    assert name_browser("") == ""

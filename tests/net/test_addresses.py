import pytest

from links.domain.errors import Refused
from links.net.addresses import is_named, require_allowed
from tests.site_settings import SiteSettings


def refuse(host: str, *addresses: str, port: int = 443) -> str:
    """The code of the refusal; empty where there is none."""
    try:
        require_allowed(host, port, addresses)
    except Refused as refused:
        return refused.code
    return ""


def test_one_good_address_does_not_excuse_a_bad_one() -> None:
    assert refuse("store.example", "8.8.8.8") == ""
    assert refuse("store.example", "8.8.8.8", "10.0.0.1") == "endpoint-private"
    assert refuse("store.example", "8.8.8.8", "169.254.169.254") == "endpoint-forbidden"
    assert refuse("store.example") == "endpoint-forbidden"


def test_private_addresses_are_for_hosts_that_the_setting_names(site_settings: SiteSettings) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = ["minio.internal:9000"]
    assert refuse("minio.internal", "10.0.0.1", port=9000) == ""
    assert refuse("minio.internal", "10.0.0.1", port=22) == "endpoint-private"
    assert refuse("other.internal", "10.0.0.1", port=9000) == "endpoint-private"
    assert refuse("minio.internal", "169.254.169.254", port=9000) == "endpoint-forbidden"


@pytest.mark.parametrize(
    ("host", "port", "told"),
    [
        ("Minio.Internal.", 9000, "minio.internal:9000"),
        ("[fd12::0:1]", 9000, "[fd12::1]:9000"),
        ("fd12::1", 80, "[fd12::1]:80"),
    ],
)
def test_a_refusal_says_what_would_have_to_be_named(
    host: str, port: int, told: str, site_settings: SiteSettings
) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = []
    with pytest.raises(Refused) as caught:
        require_allowed(host, port, ["10.0.0.1"])
    assert caught.value.params == {"host": told}
    site_settings.PROBE_ALLOWED_HOSTS = [told]
    require_allowed(host, port, ["10.0.0.1"])


@pytest.mark.parametrize(
    ("name", "host", "port", "named"),
    [
        ("minio.internal", "minio.internal", 9000, True),
        ("minio.internal", "MINIO.internal.", 9000, True),
        ("MINIO.internal.", "minio.internal", 9000, True),
        ("minio.internal:9000", "minio.internal", 9000, True),
        ("minio.internal:9000", "minio.internal", 9001, False),
        ("minio.internal", "files.minio.internal", 9000, False),
        (".minio.internal", "files.minio.internal", 9000, True),
        (".minio.internal:9000", "a.files.minio.internal", 9000, True),
        (".minio.internal:9000", "files.minio.internal", 9001, False),
        (".minio.internal", "minio.internal", 9000, False),
        (".minio.internal", "evilminio.internal", 9000, False),
        ("127.0.0.1", "2130706433", 80, False),
        ("127.0.0.1", "localhost", 80, False),
        ("::1", "[::1]", 80, True),
        ("[::1]", "::1", 80, True),
        ("[::1]:80", "[0:0::1]", 80, True),
        ("[::1]:80", "[::1]", 81, False),
        ("bücher.example", "xn--bcher-kva.example", 443, True),
        ("*", "minio.internal", 80, False),
        ("", "minio.internal", 80, False),
        (".", "minio.internal", 80, False),
    ],
)
def test_a_host_is_named_exactly(name: str, host: str, port: int, named: bool) -> None:
    assert is_named(host, port, [name]) is named

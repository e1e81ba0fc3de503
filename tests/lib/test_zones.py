import pytest

from links.lib.zones import find_zone, list_zones


def test_a_zone_is_found_by_its_name() -> None:
    assert str(find_zone("Asia/Tokyo")) == "Asia/Tokyo"


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "Europe", "a\0b", "x" * 5000])
def test_what_is_no_zone_is_none(name: str) -> None:
    assert find_zone(name) is None


def test_people_choose_from_cities_each_of_which_is_a_zone() -> None:
    zones = list_zones()
    assert zones[0] == "UTC"
    assert {"Asia/Tokyo", "Europe/Berlin", "America/New_York"} <= set(zones)
    assert not [name for name in zones if name.startswith(("posix/", "right/", "Etc/")) or find_zone(name) is None]

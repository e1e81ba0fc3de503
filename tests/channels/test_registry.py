"""What the settings ask for."""

from links.channels import configured


def test_all_mails_are_one_channel_and_each_url_is_one() -> None:
    found = configured(["a@example.com", "b@example.com"], ["json://host/a", "json://host/b"])
    assert [channel.identity.partition(":")[0] for channel in found] == ["mail", "json", "json"]


def test_nothing_set_is_no_channel() -> None:
    assert configured([], []) == []


def test_a_url_that_is_given_twice_is_told_once() -> None:
    assert len(configured([], ["json://host/a", "json://host/a"])) == 1

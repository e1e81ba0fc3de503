"""What was ticked in the list."""

import pytest
from django.test import Client

from links.admin.link_actions import selection
from links.models import ShareLink
from tests.admin.link_pages import LIST, choose
from tests.fixtures import Setup


def test_a_press_takes_a_thousand_and_says_that_others_are_left(
    admin_client: Client, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "MAX_SELECTED", 2)
    links = [setup.create_link().link for _ in range(3)]
    asked = choose(admin_client, "revoke_selected", *links)
    assert "these are the first 1,000" in asked.content.decode()
    assert len(asked.context["selected"].numbers.split(",")) == 2


@pytest.mark.parametrize("selected", ["", "x", "1;2", "-1", "9" * 40])
def test_a_mangled_choice_changes_nothing(admin_client: Client, setup: Setup, selected: str) -> None:
    setup.create_link()
    shown = admin_client.post(f"{LIST}revoke/", {"selected": selected})
    assert shown.status_code == 200
    assert "No link was chosen." in shown.content.decode()
    assert not ShareLink.objects.exclude(revoked_at=None).exists()


@pytest.mark.parametrize("page", ["end", "owner", "revoke", "duplicate"])
def test_what_changes_many_is_posted(admin_client: Client, page: str) -> None:
    assert admin_client.get(f"{LIST}{page}/")["Location"] == LIST

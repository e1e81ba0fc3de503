"""Which passwords a link may have."""

import pytest

from links.domain.errors import Refused
from links.domain.sharing import EVERYTHING
from links.services.link_terms import Terms
from links.services.links import changes
from links.services.password_hashing import check_new_password
from tests.fixtures import World


@pytest.mark.parametrize("password", ["12345678", "password1", "QWERTYUI", "iloveyou1", "password 1"])
def test_the_passwords_that_are_taken_most_are_refused(password: str) -> None:
    with pytest.raises(Refused, match="password-too-common"):
        check_new_password(password)


@pytest.mark.parametrize("password", ["12345678", "annual report", "report.pdf"])
def test_one_rule_holds_where_a_link_is_made_and_where_it_is_changed(world: World, password: str) -> None:
    with pytest.raises(Refused, match=r"password-(too-common|own-words)"):
        world.create_link(terms=Terms(title="Annual report", password=password))
    link = world.create_link().link
    with pytest.raises(Refused, match=r"password-(too-common|own-words)"):
        changes.change_terms(link, Terms(title="Annual report", password=password), EVERYTHING, world.clock())
    link.refresh_from_db()
    assert link.password == ""

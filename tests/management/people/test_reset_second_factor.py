"""The way out for whoever lost their second factor."""

from datetime import UTC, datetime

from django.contrib.auth.models import User
from django.test import Client

from links.models import AuditRecord
from links.services.people import second_factors
from tests.management.running import Runner
from tests.services.people.authenticator import set_up_app
from tests.site_settings import SiteSettings

NOW = datetime(2026, 11, 28, 12, 0, 10, tzinfo=UTC)


def test_a_lost_factor_is_taken_away_and_stands_in_the_audit_trail(
    db: None, run: Runner, site_settings: SiteSettings
) -> None:
    site_settings.SECOND_FACTOR_ROLES = ["everyone"]
    person = User.objects.create_user("mika", is_staff=True)
    set_up_app(person, NOW)
    codes = second_factors.make_recovery_codes(person, NOW)
    client = Client()
    client.force_login(person)
    ran = run("reset_second_factor", "mika")
    assert ran.code == 0
    assert "signs in by the password alone" in ran.out
    assert "sets up a new one" not in ran.out
    assert "set up a new one at the next sign-in" in ran.out
    assert not second_factors.has_factor(person)
    assert second_factors.use_code(person, codes[0], NOW) is None
    assert client.get("/admin/").status_code == 302
    assert AuditRecord.objects.get(act="second-factor-removed").object_number == person.pk


def test_json_tells_whether_there_was_one(db: None, run: Runner) -> None:
    User.objects.create_user("mika")
    ran = run("reset_second_factor", "mika", "--json")
    assert '"had_factor": false' in ran.out


def test_a_name_that_nobody_has_is_said_so(db: None, run: Runner) -> None:
    ran = run("reset_second_factor", "nobody")
    assert ran.code == 2
    assert "There is no user 'nobody' here." in ran.err

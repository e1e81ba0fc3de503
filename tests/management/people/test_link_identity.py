import pytest
from django.contrib.auth.models import User

from links.models import Identity
from tests.management.running import Runner
from tests.site_settings import SiteSettings

pytestmark = pytest.mark.django_db
ISSUER = "https://id.example.com"


def test_an_account_is_linked_to_a_subject(run: Runner, site_settings: SiteSettings) -> None:
    site_settings.OIDC_ISSUER = ISSUER
    mika = User.objects.create_user("mika")
    ran = run("link_identity", "mika", "f3a-1", "--json")
    assert ran.json == {"username": "mika", "issuer": ISSUER, "subject": "f3a-1"}
    assert Identity.objects.get().user == mika


@pytest.mark.parametrize(
    ("issuer", "username", "subject"),
    [("", "mika", "1"), (ISSUER, "nobody", "1"), (ISSUER, "mika", " "), (ISSUER, "mika", "1" * 256)],
)
def test_what_cannot_be_linked_is_an_argument_that_cannot_be_used(
    issuer: str, username: str, subject: str, run: Runner, site_settings: SiteSettings
) -> None:
    site_settings.OIDC_ISSUER = issuer
    User.objects.create_user("mika")
    ran = run("link_identity", username, subject)
    assert ran.code == 2
    assert not Identity.objects.exists()

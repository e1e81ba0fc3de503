from django.contrib.auth.models import User

from links.models import StaffPreferences
from links.services.people import preferences


def test_each_member_of_staff_has_one_row_and_keeps_a_zone_that_was_known(db: None) -> None:
    mika = User.objects.create_user("mika")
    for language, zone in (("en", ""), ("ja", "Asia/Tokyo"), ("en", "")):
        preferences.remember(mika, language, zone)
    reader = StaffPreferences.objects.get()
    assert (reader.user, reader.language, reader.zone) == (mika, "en", "Asia/Tokyo")

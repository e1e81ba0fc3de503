"""The promise, told before anything is saved."""

import re

from django.test import Client

from links.models import ShareLink
from tests.admin.link_pages import ADD, fill
from tests.fixtures import Setup


def test_the_promise_is_told_before_anything_is_saved(admin_client: Client, setup: Setup) -> None:
    page = admin_client.post(ADD, fill(setup, preview="1")).content.decode()
    assert 'class="until"' in page
    assert "It is signed again at each click." in page
    assert not ShareLink.objects.exists()


def test_the_panel_alone_answers_a_script(admin_client: Client, setup: Setup) -> None:
    page = admin_client.post(ADD, fill(setup, preview="1"), headers={"HX-Request": "true"}).content.decode()
    assert 'class="until"' in page
    assert "<html" not in page


def test_a_presigned_link_past_seven_days_is_refused_and_a_stable_one_offered(
    admin_client: Client, setup: Setup
) -> None:
    page = admin_client.post(ADD, fill(setup, delivery="presigned", save="")).content.decode()
    assert 'name="offer" value="stable"' in page
    assert not ShareLink.objects.exists()


def test_taking_the_offer_previews_a_stable_link(admin_client: Client, setup: Setup) -> None:
    page = admin_client.post(ADD, fill(setup, delivery="presigned", offer="stable")).content.decode()
    assert 'class="until"' in page
    assert 'name="offer"' not in page


def test_a_refusal_makes_nothing_and_keeps_what_was_entered(admin_client: Client, setup: Setup) -> None:
    page = admin_client.post(ADD, fill(setup, object_key="not/there", note="For Ogata")).content.decode()
    assert 'value="not/there"' in page
    assert "For Ogata" in page
    assert not ShareLink.objects.exists()


def test_a_refusal_is_said_once_to_the_eye_and_does_not_speak_of_saving_what_was_only_checked(
    admin_client: Client, setup: Setup
) -> None:
    page = admin_client.post(ADD, fill(setup, object_key="not/there", preview="1")).content.decode()
    assert "not saved" not in page
    hidden = re.findall(r'<div class="visually-hidden">.*?</div>', page, re.DOTALL)
    assert page.count("There is no object") - "".join(hidden).count("There is no object") == 1

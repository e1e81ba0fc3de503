"""The history of validations, as each member of staff may know of it."""

from collections.abc import Callable
from datetime import datetime

from django.contrib.auth.models import User
from django.test import Client

from links.models import Validation
from tests.fixtures import OBJECT, Setup

LIST = "/admin/links/validation/"
SignIn = Callable[..., Client]


def test_a_maker_of_links_reads_of_their_own_only(setup: Setup, sign_in: SignIn, now: datetime) -> None:
    client = sign_in("view_validation", "view_sharelink")
    own, others = setup.create_link().link, setup.create_link().link
    own.owner = User.objects.get(username="mika")
    own.save()
    mine, theirs = (Validation.objects.create(link=link, at=now, verdict="healthy") for link in (own, others))
    assert list(client.get(LIST).context["cl"].result_list) == [mine]
    for validation in (mine, theirs):
        assert client.get(f"{LIST}{validation.pk}/change/")["Location"] == LIST


def test_who_sees_every_link_reads_every_validation(setup: Setup, sign_in: SignIn, now: datetime) -> None:
    Validation.objects.create(
        link=setup.create_link().link, at=now, verdict="broken", findings=[{"code": "key-unknown"}]
    )
    page = sign_in("view_validation", "see_every_sharelink").get(LIST).content.decode()
    assert OBJECT in page
    assert "Broken" in page


def test_a_validation_is_only_read(setup: Setup, admin_client: Client, now: datetime) -> None:
    kept = Validation.objects.create(link=setup.create_link().link, at=now, verdict="healthy")
    for page in ("change", "delete"):
        assert admin_client.post(f"{LIST}{kept.pk}/{page}/", {"verdict": "broken", "post": "yes"}).status_code == 403
    assert admin_client.get(f"{LIST}add/").status_code == 403
    assert Validation.objects.get().verdict == "healthy"

"""A refusal leads whoever may do what it asks for to the page where it is done, wherever it is read."""

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from links.domain.judging.cures import REFUSAL_ACTS
from links.domain.reasons import Reason
from links.texts.refusals.responsible import RESPONSIBLE, Responsible
from tests.fixtures import OBJECT, Setup, let_share


def refuse_key(setup: Setup, state: str = "refused", code: str = "key-of-root") -> None:
    setup.key.state, setup.key.state_code = state, code
    setup.key.save()


def places(setup: Setup) -> dict[str, str]:
    key, bucket = setup.key.pk, setup.bucket.pk
    return {
        "key": f'href="/admin/links/signingkey/{key}/change/"',
        "rotate": f'href="/admin/links/signingkey/{key}/rotate/"',
        "bucket": f'href="/admin/links/bucket/{bucket}/change/"',
        "add": 'href="/admin/links/bucket/add/"',
    }


def enter(setup: Setup, **entered: str) -> dict[str, object]:
    return {"bucket": setup.bucket.pk, "object_key": OBJECT, "lifetime": "30 days", "delivery": "stable", **entered}


def test_whatever_a_key_keeper_can_do_has_a_page_to_do_it_on() -> None:
    assert {reason for reason, responsible in RESPONSIBLE.items() if responsible is Responsible.KEY_KEEPER} <= set(
        REFUSAL_ACTS
    )


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize("preview", [False, True])
@pytest.mark.parametrize(
    ("state", "code", "place"), [("refused", "key-of-root", "rotate"), ("pending", "caller-unanswered", "key")]
)
def test_the_form_of_a_link_leads_to_the_key_that_cannot_sign(
    setup: Setup, admin_client: Client, htmx: bool, preview: bool, state: str, code: str, place: str
) -> None:
    refuse_key(setup, state, code)
    entered = enter(setup, preview="1") if preview else enter(setup)
    headers = {"HX-Request": "true"} if htmx else {}
    shown = admin_client.post("/admin/links/sharelink/add/", entered, headers=headers).content.decode()
    assert shown.count(places(setup)[place]) == 1


def test_who_may_not_open_the_key_is_not_led_to_it(setup: Setup, client: Client) -> None:
    refuse_key(setup)
    user = User.objects.create_user("maker", is_staff=True)
    user.groups.add(Group.objects.get(name="Link maker"))
    let_share(user)
    client.force_login(user)
    shown = client.post("/admin/links/sharelink/add/", enter(setup)).content.decode()
    assert "A key keeper can do this" in shown
    assert not [place for place in places(setup).values() if place in shown]


def test_the_browser_of_files_leads_to_the_key(setup: Setup, admin_client: Client) -> None:
    refuse_key(setup)
    shown = admin_client.get(f"/admin/links/sharelink/browse/?bucket={setup.bucket.pk}").content.decode()
    assert places(setup)["rotate"] in shown


@pytest.mark.parametrize("asked", [{"lifetime": "90 days"}, {"lifetime": "90 days", "preview": "1"}])
def test_a_change_of_the_expiry_date_leads_to_the_key(
    setup: Setup, admin_client: Client, asked: dict[str, str]
) -> None:
    link = setup.create_link().link
    refuse_key(setup)
    shown = admin_client.post(f"/admin/links/sharelink/{link.pk}/end/", asked).content.decode()
    assert shown.count(places(setup)["rotate"]) == 1


def test_a_row_of_many_leads_there_too(setup: Setup, admin_client: Client) -> None:
    link = setup.create_link().link
    refuse_key(setup)
    many = {"selected": str(link.pk), "lifetime": "90 days"}
    shown = admin_client.post("/admin/links/sharelink/end/", many).content.decode()
    assert places(setup)["rotate"] in shown


def test_a_page_does_not_lead_to_itself(setup: Setup, admin_client: Client) -> None:
    page = f"/admin/links/bucket/{setup.bucket.pk}/change/"
    entered = {"key": setup.key.pk, "region": "us-east-1", "endpoint": "https://s3.eu-west-1.amazonaws.com"}
    shown = admin_client.post(page, {**entered, "addressing": "auto"}).content.decode()
    assert "errornote" in shown
    assert f'class="button" href="{page}"' not in shown


def test_a_url_whose_bucket_is_not_here_leads_to_adding_it(setup: Setup, admin_client: Client) -> None:
    link = setup.create_link().link
    link.delivery, link.bucket = "foreign", None
    link.save()
    shown = admin_client.post(f"/admin/links/sharelink/{link.pk}/rescue/").content.decode()
    assert places(setup)["add"] in shown
    entered = enter(setup, object_key="s3://some-other-bucket/report.pdf")
    shown = admin_client.post("/admin/links/sharelink/add/", entered).content.decode()
    assert places(setup)["add"] in shown


def test_each_reason_is_known() -> None:
    assert all(isinstance(reason, Reason) for reason in REFUSAL_ACTS)

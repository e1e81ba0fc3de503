from links.domain.judging.facts import Delivery
from tests.api.programs import make_program
from tests.fixtures import Setup


def test_keys_are_told_with_how_they_stand_and_without_their_secrets(setup: Setup) -> None:
    program = make_program("Auditor", "ken")
    items = program.get("/keys").body["items"]
    assert [(each["label"], each["state"], each["access_key_id"]) for each in items] == [
        ("Share", "proved", setup.access_key.id)
    ]
    assert program.get(f"/keys/{setup.key.pk}").body == items[0]
    assert setup.access_key.secret not in str(items)
    assert program.get(f"/keys/{setup.key.pk}/rotation").status == 403
    assert program.get("/keys/999999").status == 404


def test_what_a_rotation_would_do_is_told_to_whoever_may_rotate(setup: Setup) -> None:
    presigned = setup.create_link("1 day", Delivery.PRESIGNED).link
    setup.create_link()
    told = make_program("Key keeper", "kei").get(f"/keys/{setup.key.pk}/rotation").body
    assert (told["buckets"], told["stable_count"], told["presigned_count"]) == (["files"], 1, 1)
    assert told["last_ends_at"].startswith(f"{presigned.signature_ends_at:%Y-%m-%dT%H:%M:%S}")
    assert told["consequences"]


def test_staff_who_make_links_see_no_keys(setup: Setup) -> None:
    assert make_program().get("/keys").status == 403

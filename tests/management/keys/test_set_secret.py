from links.models import SigningKey
from tests.fixtures import World
from tests.management.running import Runner

LABEL = "key of files"


def test_the_secret_is_read_from_standard_input_and_tried(run: Runner, world: World) -> None:
    SigningKey.objects.get().secret = "wrong"
    ran = run("set_secret", LABEL, "--json", stdin=f"{world.access.secret}\n")
    assert ran.code == 0, ran.err
    assert ran.json == {"label": LABEL, "access_key_id": world.access.id, "state": "proved", "unreadable": {}}


def test_a_wrong_secret_is_refused_and_never_printed(run: Runner, world: World) -> None:
    ran = run("set_secret", LABEL, stdin="not-the-right-one")
    assert ran.code == 1
    assert "The secret does not belong to" in ran.err
    assert "not-the-right-one" not in ran.out + ran.err


def test_a_label_that_is_not_there_is_an_argument_that_cannot_be_used(run: Runner, world: World) -> None:
    assert run("set_secret", "nobody", stdin="x").code == 2

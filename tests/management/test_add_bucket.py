import re
from urllib.parse import urlsplit

import pytest

from links.domain.buckets.s3_objects import Step, StepResult
from links.models import Bucket
from tests.fake_receivers import closed_port
from tests.fixtures import World
from tests.management.running import Runner


def test_a_bucket_takes_region_and_endpoint_from_its_key(run: Runner, world: World) -> None:
    world.s3.add_bucket("more-files").put("a.pdf", b"a")
    ran = run("add_bucket", "more-files", "--key", world.key.label, "--json")
    assert ran.code == 0
    assert ran.json["name"] == "more-files"
    assert ran.json["endpoint"] == world.s3.url
    assert ran.json["addressing"] == "auto"
    assert Bucket.objects.get(name="more-files").key == world.key


def test_a_bucket_that_works_is_said_to(run: Runner, world: World) -> None:
    world.s3.add_bucket("more-files").put("a.pdf", b"a")
    ran = run("add_bucket", "more-files", "--key", world.key.label)
    assert ran.code == 0
    assert "It was tried out and works." in ran.out


def test_a_bucket_that_is_not_at_the_store_is_kept_and_the_exit_code_says_so(run: Runner, world: World) -> None:
    ran = run("add_bucket", "not-there", "--key", world.key.label)
    assert ran.code == 1
    assert "Warning: it does not work yet" in ran.out
    assert "The bucket is kept all the same" in ran.out
    assert Bucket.objects.filter(name="not-there").exists()
    ran = run("add_bucket", "nor-there", "--key", world.key.label, "--json")
    assert ran.code == 1
    assert ran.json["works"]["list"] is False
    assert ran.json["warnings"]


def test_a_dead_endpoint_is_named_and_no_other_service_is_blamed(run: Runner, world: World) -> None:
    with closed_port() as port:
        host = f"127.0.0.1:{port}"
        ran = run("add_bucket", "more-files", "--key", world.key.label, "--endpoint", f"http://{host}", "--internal")
    assert ran.code == 1
    assert f"{host} was asked for the list of “more-files”, and gave no answer." in ran.out
    assert f"The store cannot be reached at {host}. Check the bucket's endpoint" in ran.out
    assert not re.search(r"STS|AWS|\blinks?\b|no longer", ran.out)


def test_a_bucket_in_another_region_is_told_so_without_a_word_of_links(run: Runner, world: World) -> None:
    world.s3.add_bucket("more-files", region="eu-west-1").put("a.pdf", b"a")
    ran = run("add_bucket", "more-files", "--key", world.key.label, "--region", "us-west-2", "--internal")
    assert ran.code == 1
    assert "The bucket is in the region eu-west-1, but another one is entered here." in ran.out
    assert not re.search(r"\blinks?\b|no longer", ran.out)


def test_a_file_that_no_object_can_be_is_refused_before_the_bucket_is_added(run: Runner, world: World) -> None:
    assert run("add_bucket", "more-files", "--key", world.key.label, "--object", "a/../b").code == 1
    assert not Bucket.objects.filter(name="more-files").exists()


def test_what_is_given_counts_more_than_the_keys(run: Runner, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("links.services.buckets.binding.test_bucket", lambda *_, **__: [StepResult(Step.READ, ok=True)])
    arguments = ("--region", "eu-west-1", "--endpoint", "https://s3.example.com", "--addressing", "path")
    ran = run("add_bucket", "more-files", "--key", world.key.label, *arguments, "--json")
    told = {name: ran.json[name] for name in ("region", "endpoint", "addressing")}
    assert told == {"region": "eu-west-1", "endpoint": "https://s3.example.com", "addressing": "path"}


def test_a_bucket_that_is_known_is_refused(run: Runner, world: World) -> None:
    ran = run("add_bucket", "files", "--key", world.key.label)
    assert (ran.code, ran.out) == (1, "")
    assert "files" in ran.err


def test_a_key_that_does_not_exist_is_an_unusable_argument(run: Runner, world: World) -> None:
    ran = run("add_bucket", "more-files", "--key", "nobody's")
    assert ran.code == 2
    assert world.key.label in ran.err


def test_an_addressing_that_does_not_exist_is_an_unusable_argument(run: Runner, world: World) -> None:
    assert run("add_bucket", "more-files", "--key", world.key.label, "--addressing", "sideways").code == 2


def test_a_name_that_no_bucket_can_have_is_an_unusable_argument(run: Runner, world: World) -> None:
    assert run("add_bucket", "a/b", "--key", world.key.label).code == 2


class TestWhereTheStoreDenies:
    def test_what_is_denied_whole_is_not_said_to_work(self, run: Runner, world: World) -> None:
        world.s3.add_bucket("more-files").put("a.pdf", b"a")
        world.user.deny("s3:*")
        ran = run("add_bucket", "more-files", "--key", world.key.label)
        assert ran.code == 1
        assert "works." not in ran.out
        assert "It is not known whether files of “more-files” can be downloaded" in ran.out
        assert f"{urlsplit(world.s3.url).netloc} was asked for the list of “more-files”, and answered 403" in ran.out
        assert "no longer" not in ran.out

    def test_a_file_that_may_not_be_read_is_said_to_be_refused(self, run: Runner, world: World) -> None:
        world.s3.add_bucket("more-files").put("a.pdf", b"a")
        world.user.deny("s3:GetObject")
        ran = run("add_bucket", "more-files", "--key", world.key.label)
        assert ran.code == 1
        assert "one byte of a file in “more-files” (a.pdf), and answered 403 AccessDenied" in ran.out
        assert "s3:GetObject" in ran.out
        assert "no longer" not in ran.out

    def test_in_an_empty_bucket_that_may_be_listed_a_refusal_tells(self, run: Runner, world: World) -> None:
        world.s3.add_bucket("more-files")
        world.user.deny("s3:GetObject")
        assert run("add_bucket", "more-files", "--key", world.key.label, "--json").json["works"]["read"] is False

    def test_where_only_the_list_is_denied_a_named_file_shows_that_it_works(self, run: Runner, world: World) -> None:
        world.s3.add_bucket("more-files").put("a.pdf", b"a")
        world.user.deny("s3:ListBucket")
        ran = run("add_bucket", "more-files", "--key", world.key.label, "--object", "a.pdf")
        assert ran.code == 0
        assert "It was tried out and works." in ran.out


def test_a_store_that_only_insiders_reach_is_cautioned_about_once_unless_it_is_meant(run: Runner, world: World) -> None:
    world.s3.add_bucket("more-files").put("a.pdf", b"a")
    world.s3.add_bucket("inner-files").put("a.pdf", b"a")
    ran = run("add_bucket", "more-files", "--key", world.key.label, "--json")
    assert ran.code == 0
    assert "127.0.0.1 can only be reached from within its own network" in ran.json["cautions"][0]
    assert run("add_bucket", "inner-files", "--key", world.key.label, "--internal", "--json").json["cautions"] == []

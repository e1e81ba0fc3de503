from datetime import timedelta

import pytest
from django.utils import timezone

from links.models import ShareLink
from links.services.links import changes
from tests.fixtures import World
from tests.management.running import Runner


def test_nothing_due_is_an_empty_list(run: Runner) -> None:
    ran = run("validate_links", "--json")
    assert (ran.code, ran.json) == (0, [])


def test_due_links_are_validated_and_then_no_longer_due(run: Runner, world: World) -> None:
    link = world.create_link().link
    ran = run("validate_links", "--json")
    assert (ran.code, ran.json) == (0, [{"id": link.pk, "verdict": "healthy", "findings": []}])
    assert run("validate_links", "--json").json == []


def test_batches_follow_one_another_until_nothing_is_due(
    run: Runner, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    links = [world.create_link().link.pk for _ in range(5)]
    defaults = {"batch": 2}
    monkeypatch.setattr("links.services.validation.batches.validate_due_links.__kwdefaults__", defaults)
    ran = run("validate_links", "--json")
    assert sorted(told["id"] for told in ran.json) == links


def test_a_finding_is_exit_code_1_with_sentence_and_cure(run: Runner, world: World) -> None:
    link = world.create_link().link
    world.store.delete("report.pdf")
    ran = run("validate_links", str(link.pk), "--json")
    assert ran.code == 1
    (told,) = ran.json
    assert (told["id"], told["verdict"]) == (link.pk, "broken")
    assert [set(finding) for finding in told["findings"]] == [{"code", "certain", "sentence", "cure", "fails_at"}]
    assert told["findings"][0]["code"] == "object-missing"


def test_people_read_state_sentence_and_cure(run: Runner, world: World) -> None:
    link = world.create_link().link
    world.s3.delete_key(world.access.id)
    ran = run("validate_links", "--all")
    assert ran.code == 1
    assert f"Link {link.pk}: broken" in ran.out
    assert "key-unknown: " in ran.out
    assert "What to do: " in ran.out


def test_a_store_that_is_silent_is_unknown_and_exit_code_1(run: Runner, world: World) -> None:
    link = world.create_link().link
    world.s3.stop()
    ran = run("validate_links", str(link.pk), "--json")
    assert (ran.code, ran.json[0]["verdict"]) == (1, "unknown")


def test_a_promise_that_was_kept_to_its_end_is_exit_code_0(run: Runner, world: World) -> None:
    link = world.create_link().link
    ShareLink.objects.filter(pk=link.pk).update(promised_until=timezone.now() - timedelta(seconds=1))
    ran = run("validate_links", str(link.pk), "--json")
    assert (ran.code, ran.json[0]["verdict"]) == (0, "ended")


def test_all_means_every_link_that_was_not_revoked_due_or_not(run: Runner, world: World) -> None:
    kept, revoked = world.create_link().link, world.create_link().link
    changes.revoke(revoked, world.clock())
    run("validate_links")
    ran = run("validate_links", "--all", "--json")
    assert [told["id"] for told in ran.json] == [kept.pk]


def test_only_the_links_that_were_named_are_validated_in_that_order(run: Runner, world: World) -> None:
    first, _, third = (world.create_link().link for _ in range(3))
    ran = run("validate_links", str(third.pk), str(first.pk), str(third.pk), "--json")
    assert [told["id"] for told in ran.json] == [third.pk, first.pk]


@pytest.mark.parametrize("unknown", ["987654321", "99999999999999999999", "-1", "x"])
def test_an_id_that_does_not_exist_is_an_unusable_argument(run: Runner, world: World, unknown: str) -> None:
    link = world.create_link().link
    ran = run("validate_links", str(link.pk), unknown)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    link.refresh_from_db()
    assert link.validated_at is None


def test_a_link_that_was_revoked_or_rescued_is_left_out_and_the_others_are_validated(run: Runner, world: World) -> None:
    kept, revoked, rescued = (world.create_link().link for _ in range(3))
    changes.revoke(revoked, world.clock())
    ShareLink.objects.filter(pk=rescued.pk).update(rescued_by=kept)
    for link, why in ((revoked, "revoked"), (rescued, "rescued")):
        ran = run("validate_links", str(kept.pk), str(link.pk))
        assert ran.code == 1
        assert ran.out.startswith(f"Link {kept.pk}: healthy\n")
        assert f"Link {link.pk}: left out, it was {why} and is validated no more" in ran.out
        told = run("validate_links", str(link.pk), "--json").json
        assert told == [{"id": link.pk, "verdict": None, "findings": [], "left_out": why}]
    assert [told["id"] for told in run("validate_links", "--all", "--json").json] == [kept.pk]


def test_ids_and_all_exclude_each_other(run: Runner) -> None:
    assert run("validate_links", "1", "--all").code == 2


def test_a_link_that_a_worker_holds_is_unknown_never_healthy(
    run: Runner, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("links.management.commands.validate_links._PAUSES", (0,))
    link = world.create_link().link
    ShareLink.objects.claim(world.clock(), limit=1, lease=timedelta(minutes=5))
    ran = run("validate_links", str(link.pk), "--json")
    assert (ran.code, ran.json) == (1, [{"id": link.pk, "verdict": "unknown", "findings": []}])
    assert "a worker is validating it" in run("validate_links", str(link.pk)).out

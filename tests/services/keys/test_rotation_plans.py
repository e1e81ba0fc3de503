"""What rotating a key would do, told before it is done."""

from datetime import timedelta

from pytest_django import DjangoAssertNumQueries

from links.domain.rotations import ENDINGS_SHOWN
from links.models import ShareLink
from links.services.keys.rotation import plan_rotation
from links.services.links import changes
from tests.fixtures import World
from tests.services.keys.rotating import read_state
from tests.strict_s3 import AccessKey


def test_the_plan_tells_what_goes_on_and_what_ends_when(world: World) -> None:
    world.create_link()
    late, soon = world.presign(lifetime="7 days"), world.presign(lifetime="2 days")
    foreign = world.watch(world.s3.presigner(world.access, world.store).v4("report.pdf", expires=4 * 86400), days=30)
    plan = plan_rotation(world.key, world.clock())
    assert plan.buckets == ("files",)
    assert (plan.stable_count, plan.presigned_count, plan.foreign_count) == (1, 2, 1)
    assert [ending.link for ending in plan.endings] == [soon.link.pk, foreign.link.pk, late.link.pk]
    assert [ending.ends_at for ending in plan.endings] == [
        soon.link.signature_ends_at,
        foreign.link.signature_ends_at,
        late.link.signature_ends_at,
    ]
    assert plan.last_ends_at == late.link.signature_ends_at


def test_the_plan_leaves_out_what_nobody_relies_on_any_more(world: World) -> None:
    revoked, over, ended = world.presign(), world.presign(), world.presign()
    changes.revoke(revoked.link, world.clock())
    ShareLink.objects.filter(pk=over.link.pk).update(promised_until=world.clock())
    ShareLink.objects.filter(pk=ended.link.pk).update(signature_ends_at=world.clock())
    gone = world.create_link()
    changes.revoke(gone.link, world.clock())
    plan = plan_rotation(world.key, world.clock())
    assert (plan.stable_count, plan.dying_count, plan.endings, plan.last_ends_at) == (0, 0, (), None)


def test_the_plan_leaves_out_what_another_key_signed(world: World, second: AccessKey) -> None:
    world.watch(world.s3.presigner(second, world.store).v4("report.pdf", expires=86400))
    assert plan_rotation(world.key, world.clock()).dying_count == 0


def test_a_url_that_states_no_end_is_taken_to_be_needed_while_it_is_promised(world: World) -> None:
    link = world.presign().link
    ShareLink.objects.filter(pk=link.pk).update(signature_ends_at=None)
    assert plan_rotation(world.key, world.clock()).last_ends_at == link.promised_until


def test_the_plan_of_a_thousand_links_lists_the_next_to_end_and_counts_the_rest(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    link, now = world.presign().link, world.clock()
    ShareLink.objects.bulk_create(
        ShareLink(
            delivery="presigned",
            bucket=world.bucket,
            object_key="report.pdf",
            access_key_id=world.access.id,
            signature_ends_at=now + timedelta(seconds=number),
            asked_until=now + timedelta(days=7),
            promised_until=now + timedelta(days=7),
            created_at=now,
        )
        for number in range(1, 1000)
    )
    with django_assert_num_queries(4):
        plan = plan_rotation(world.key, now)
    assert len(plan.endings) == ENDINGS_SHOWN
    assert plan.endings[0].ends_at == now + timedelta(seconds=1)
    assert plan.dying_count == 1000
    assert plan.unshown_count == 1000 - ENDINGS_SHOWN
    assert plan.last_ends_at == link.signature_ends_at


def test_planning_changes_nothing(world: World) -> None:
    world.create_link(), world.presign()
    before, asked = read_state(), len(world.s3.requests)
    plan_rotation(world.key, world.clock())
    assert (read_state(), len(world.s3.requests)) == (before, asked)

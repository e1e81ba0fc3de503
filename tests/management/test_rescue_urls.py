"""Signed URLs in a table of somebody else's project, replaced by stable links."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.db import connection, models
from django.test import Client

from links.models import ShareLink
from links.services.links import object_links
from links.services.pasted import stored_urls
from tests.fixtures import CONTENT, World, fetch, sign
from tests.management.running import Runner

COLUMN = ("shop.Invoice.file_url", "--lifetime", "1y")


class Invoice(models.Model):
    file_url = models.URLField(max_length=2000)
    code = models.CharField(max_length=20)

    objects: models.Manager["Invoice"] = models.Manager()

    class Meta:
        app_label = "shop"
        apps = Apps()

    def __str__(self) -> str:
        return self.code


@pytest.fixture(autouse=True)
def table(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    def get_model(label: str, name: str) -> type[models.Model]:
        return Invoice if (label, name) == ("shop", "Invoice") else apps.get_model(label, name)

    monkeypatch.setattr("links.management.commands.rescue_urls.apps", SimpleNamespace(get_model=get_model))
    with connection.schema_editor() as editor:
        editor.create_model(Invoice)
    yield
    with connection.schema_editor() as editor:
        editor.delete_model(Invoice)


def write(*urls: str) -> list[int]:
    return [Invoice.objects.create(file_url=url).pk for url in urls]


def read_urls() -> list[str]:
    return list(Invoice.objects.order_by("pk").values_list("file_url", flat=True))


def test_each_signed_url_becomes_a_link_that_works_and_nothing_else_is_touched(run: Runner, world: World) -> None:
    world.store.put("other.pdf", CONTENT)
    old = sign(world), sign(world, seconds=60), sign(world, "other.pdf"), "call them", "https://example.com/a?b=c"
    write(*old)
    ran = run("rescue_urls", *COLUMN)
    assert (ran.code, ran.out) == (0, "3 rows hold a signed URL; 3 were replaced by stable links.\n")
    new = read_urls()
    assert new[0] == new[1] != new[2]
    assert new[3:] == list(old[3:])
    assert fetch(Client().get(new[2].removeprefix("http://holdfast.test"))["Location"]) == CONTENT
    assert run("rescue_urls", *COLUMN).out.startswith("0 rows hold a signed URL")


def test_a_dry_run_changes_nothing_and_prints_no_url(run: Runner, world: World) -> None:
    keys = write(sign(world), sign(world, "gone.pdf"))
    before = read_urls()
    ran = run("rescue_urls", *COLUMN, "--dry-run", "--json")
    assert (read_urls(), ShareLink.objects.count()) == (before, 0)
    assert (ran.code, ran.json["found"], ran.json["replaced"]) == (1, 2, 1)
    assert ran.json["refused"] == [{"code": "object-missing", "count": 1, "rows": [str(keys[1])]}]
    assert "Signature" not in ran.out + ran.err


def test_what_cannot_be_replaced_is_told_by_its_row(run: Runner, world: World) -> None:
    strange = "https://others.s3.eu-central-1.amazonaws.com/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=ab"
    keys = write(strange, sign(world))
    ran = run("rescue_urls", *COLUMN)
    assert ran.code == 1
    assert f"1 keep theirs, rescue-no-bucket: rows {keys[0]}" in ran.out
    assert read_urls()[0] == strange
    assert read_urls()[1].startswith("http://holdfast.test/s/")


def test_who_was_interrupted_goes_on_where_it_ended(run: Runner, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored_urls, "BATCH", 2)
    write(*(sign(world, seconds=600 + number) for number in range(5)))
    made = list[object]()

    def make_two(*asked: object) -> object:
        if len(made) == 2:
            raise InterruptedError
        made.append(asked)
        return object_links.find_or_create(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(stored_urls, "find_or_create", make_two)
    with pytest.raises(InterruptedError):
        run("rescue_urls", *COLUMN)
    assert sum("Signature" in url for url in read_urls()) == 3
    monkeypatch.setattr(stored_urls, "find_or_create", object_links.find_or_create)
    assert "3 rows hold a signed URL; 3 were replaced" in run("rescue_urls", *COLUMN).out
    assert len(set(read_urls())) == 1


def test_a_row_that_somebody_wrote_meanwhile_is_left_alone(
    run: Runner, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(sign(world))

    def make_while_another_writes(*asked: object) -> object:
        Invoice.objects.update(file_url="written by hand")
        return object_links.find_or_create(*asked)  # type: ignore[arg-type]

    monkeypatch.setattr(stored_urls, "find_or_create", make_while_another_writes)
    assert "1 were written by somebody else meanwhile" in run("rescue_urls", *COLUMN).out
    assert read_urls() == ["written by hand"]


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("file_url", "no column 'file_url'"),
        ("shop.Nothing.file_url", "no column"),
        ("shop.Invoice.nothing", "no column"),
        ("shop.Invoice.id", "holds no text"),
        ("shop.Invoice.code", "holds 20 characters"),
    ],
)
def test_a_column_that_cannot_hold_links_is_refused(run: Runner, world: World, column: str, told: str) -> None:
    ran = run("rescue_urls", column, "--lifetime", "1y")
    assert (ran.code, ran.out) == (2, "")
    assert told in ran.err

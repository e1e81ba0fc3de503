import pytest
from django.contrib.auth.models import User

from links.domain.errors import Refused, Unreadable
from links.domain.sharing import EVERYTHING
from links.models import Bucket
from links.services.links import browse
from tests.fixtures import World
from tests.site_settings import SiteSettings


def find_pasted(text: str) -> tuple[Bucket, str]:
    """For somebody who may share everything."""
    reader, _ = User.objects.get_or_create(username="root", defaults={"is_superuser": True})
    return browse.find_pasted(text, reader)


def test_a_bucket_of_any_size_is_read_a_page_at_a_time(world: World) -> None:
    for number in range(7):
        world.store.put(f"many/{number}.txt", b"x")
    asked = len(world.s3.requests)
    first = browse.list_folder(world.bucket, "many/", size=5, scope=EVERYTHING)
    assert [item.key for item in first.objects] == [f"many/{number}.txt" for number in range(5)]
    rest = browse.list_folder(world.bucket, "many/", token=first.next_token, size=5, scope=EVERYTHING)
    assert [item.key for item in rest.objects] == ["many/5.txt", "many/6.txt"]
    assert rest.next_token == ""
    assert len(world.s3.requests) == asked + 2


def test_folders_stand_beside_files(world: World) -> None:
    world.store.put("2026/a.txt", b"x")
    page = browse.list_folder(world.bucket, "", scope=EVERYTHING)
    assert page.folders == ("2026/",)
    assert [item.key for item in page.objects] == ["report.pdf"]


@pytest.mark.parametrize("text", ["s3://files/a/b.pdf", "arn:aws:s3:::files/a/b.pdf"])
def test_a_pasted_name_finds_the_registered_bucket(text: str, world: World) -> None:
    assert find_pasted(text) == (world.bucket, "a/b.pdf")


def test_a_pasted_url_finds_the_bucket_by_its_store(world: World) -> None:
    signed = world.s3.presigner(world.access, world.store).v4("a b+c.pdf", expires=60)
    assert find_pasted(signed) == (world.bucket, "a b+c.pdf")
    assert find_pasted(f"{world.s3.url}/files/a%20b.pdf") == (world.bucket, "a b.pdf")


def test_of_two_buckets_with_one_name_the_one_on_aws_is_meant(world: World) -> None:
    Bucket.objects.create(name="files", key=world.key, region="eu-central-1", created_at=world.clock())
    assert find_pasted("s3://files/a")[0].endpoint == ""


def test_a_stranger_is_refused_in_words_that_say_what_is_missing(world: World) -> None:
    with pytest.raises(Refused, match="bucket-unregistered"):
        find_pasted("s3://other/a")
    with pytest.raises(Refused, match="address-elsewhere"):
        find_pasted("https://other.example.com/files/a")
    with pytest.raises(Unreadable):
        find_pasted("s3://")


def test_a_link_of_ours_is_no_file_but_known(world: World, site_settings: SiteSettings) -> None:
    new_link = world.create_link()
    with pytest.raises(Refused, match="address-ours") as caught:
        find_pasted(f"  {new_link.url}\n")
    assert caught.value.params == {"link": new_link.link.pk}
    with pytest.raises(Refused, match="address-nobodys"):
        find_pasted(f"{site_settings.BASE_URL}/s/nobody")

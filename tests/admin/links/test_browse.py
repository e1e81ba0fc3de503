"""Browsing a bucket for the file."""

import re

import pytest
from django.test import Client

from links.services.links import browse
from tests.admin.link_pages import LIST, SCRIPT, SignIn, read
from tests.fixtures import OBJECT, Setup
from tests.strict_s3 import refusals

BROWSE = f"{LIST}browse/"


def test_folders_and_files_lead_on_without_any_script(admin_client: Client, setup: Setup) -> None:
    top = read(admin_client, BROWSE)
    (folder,) = re.findall(r'class="folder"><a href="([^"]+)"', top)
    inside = read(admin_client, folder.replace("&amp;", "&"))
    assert "年次 report.pdf" in inside
    assert "1.2" in inside
    (file,) = re.findall(r'class="file"><a href="([^"]+)"', inside)
    making = read(admin_client, file.replace("&amp;", "&"))
    assert f'value="{OBJECT}"' in making


def test_a_long_folder_comes_a_page_at_a_time(admin_client: Client, setup: Setup) -> None:
    for number in range(120):
        setup.stored.put(f"many/{number:03}.txt", b"x")
    asked = len(setup.s3.requests)
    first = read(admin_client, BROWSE, bucket=setup.bucket.pk, prefix="many/", script=True)
    assert first.count('class="file"') == 100
    (more,) = re.findall(r'class="next-page"><a class="button" href="([^"]+)"', first)
    rest = admin_client.get(more.replace("&amp;", "&"), headers=SCRIPT).content.decode()
    assert rest.count('class="file"') == 20
    assert "<html" not in rest
    assert "next-page" not in rest
    assert len(setup.s3.requests) == asked + 2


def test_names_are_sought_by_any_part_of_them(admin_client: Client, setup: Setup) -> None:
    for name in ("many/apple.txt", "many/apricot.txt", "many/banana.txt"):
        setup.stored.put(name, b"x")
    found = read(admin_client, BROWSE, bucket=setup.bucket.pk, prefix="many/", q="AP", script=True)
    assert found.count('class="file"') == 2
    assert "2 of 3 files" in found
    middle = read(admin_client, BROWSE, bucket=setup.bucket.pk, prefix="many/", q="nana", script=True)
    assert re.findall(r'data-key="([^"]+)"', middle) == ["many/banana.txt"]
    none = read(admin_client, BROWSE, bucket=setup.bucket.pk, prefix="many/", q="nowhere", script=True)
    assert "Nothing in this folder contains that." in none


def test_files_are_counted_and_sorted_over_the_whole_folder(admin_client: Client, setup: Setup) -> None:
    for number in range(130):
        setup.stored.put(f"many/{number:03}.txt", b"x" * (number % 7 + 1))
    first = read(admin_client, BROWSE, bucket=setup.bucket.pk, prefix="many/", script=True)
    assert "The first 100 files; there are more." in first
    largest = read(admin_client, BROWSE, bucket=setup.bucket.pk, prefix="many/", sort="largest", script=True)
    assert "130 of 130 files" in largest
    assert re.findall(r'data-key="([^"]+)"', largest)[:2] == ["many/006.txt", "many/013.txt"]
    (more,) = re.findall(r'class="next-page"><a class="button" href="([^"]+)"', largest)
    rest = admin_client.get(more.replace("&amp;", "&"), headers=SCRIPT).content.decode()
    assert rest.count('class="file"') == 30
    assert "<html" not in rest
    assert "1 file<" in read(admin_client, BROWSE, bucket=setup.bucket.pk, prefix="reports/", script=True)


def test_a_folder_with_more_files_than_are_looked_through_says_so(
    admin_client: Client, setup: Setup, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browse, "MAX_LISTED", 20)
    monkeypatch.setattr(browse, "_LISTING", 10)
    for number in range(30):
        setup.stored.put(f"many/{number:03}.txt", b"x")
    found = read(admin_client, BROWSE, bucket=setup.bucket.pk, prefix="many/", q="02", script=True)
    assert re.findall(r'data-key="([^"]+)"', found) == [
        "many/002.txt",
        *[f"many/02{n}.txt" for n in range(10)],
    ]
    assert "This folder has more files than the first 20, which were looked through." in found


def test_a_key_that_may_not_list_is_told_what_it_lacks(admin_client: Client, setup: Setup) -> None:
    setup.stored.operation_answers["ListObjectsV2"] = refusals.access_denied()
    page = read(admin_client, BROWSE, bucket=setup.bucket.pk, script=True)
    assert "You can still type the file" in page


@pytest.mark.parametrize("bucket", ["0", "x", "999999999999999999"])
def test_a_bucket_that_is_not_there_is_chosen_anew(bucket: str, admin_client: Client, setup: Setup) -> None:
    assert "Buckets" in read(admin_client, BROWSE, bucket=bucket)


def test_who_may_not_make_links_browses_nothing(sign_in: SignIn, setup: Setup) -> None:
    assert sign_in("view_sharelink").get(BROWSE).status_code == 403

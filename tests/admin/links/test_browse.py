"""Browsing a bucket for the file."""

import re

import pytest
from django.test import Client

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


def test_names_are_sought_by_their_beginning_at_the_store(admin_client: Client, setup: Setup) -> None:
    for name in ("many/apple.txt", "many/apricot.txt", "many/banana.txt"):
        setup.stored.put(name, b"x")
    found = read(admin_client, BROWSE, bucket=setup.bucket.pk, prefix="many/", q="ap", script=True)
    assert found.count('class="file"') == 2
    none = read(admin_client, BROWSE, bucket=setup.bucket.pk, prefix="many/", q="x", script=True)
    assert "Nothing here begins so" in none


def test_a_key_that_may_not_list_is_told_what_it_lacks(admin_client: Client, setup: Setup) -> None:
    setup.stored.operation_answers["ListObjectsV2"] = refusals.access_denied()
    page = read(admin_client, BROWSE, bucket=setup.bucket.pk, script=True)
    assert "You can still type the file" in page


@pytest.mark.parametrize("bucket", ["0", "x", "999999999999999999"])
def test_a_bucket_that_is_not_there_is_chosen_anew(bucket: str, admin_client: Client, setup: Setup) -> None:
    assert "Buckets" in read(admin_client, BROWSE, bucket=bucket)


def test_who_may_not_make_links_browses_nothing(sign_in: SignIn, setup: Setup) -> None:
    assert sign_in("view_sharelink").get(BROWSE).status_code == 403

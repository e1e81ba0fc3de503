"""The search above the list of links."""

from urllib.parse import quote

import pytest
from django.test import Client

from links.domain.judging.facts import Delivery
from links.models import ShareLink
from tests.admin.link_pages import LIST, page_of
from tests.fixtures import OBJECT, Setup


def test_a_link_is_found_by_its_url_without_the_url_standing_in_an_address(admin_client: Client, setup: Setup) -> None:
    new_link = setup.create_link()
    answer = admin_client.post(f"{LIST}find/", {"q": f" {new_link.url} "})
    assert answer["Location"] == page_of(new_link.link)


def test_a_presigned_url_leads_to_its_own_link(admin_client: Client, setup: Setup) -> None:
    new_link = setup.create_link("1 day", Delivery.PRESIGNED)
    setup.create_link("2 days", Delivery.PRESIGNED)
    assert admin_client.post(f"{LIST}find/", {"q": new_link.url})["Location"] == page_of(new_link.link)


def test_a_presigned_url_that_is_not_ours_leads_to_the_links_of_its_object(admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    url = setup.s3.presigner(setup.access_key, setup.stored).v4(OBJECT, expires=60)
    answer = admin_client.post(f"{LIST}find/", {"q": url}, follow=True)
    assert [link.pk for link in answer.context["cl"].result_list] == [link.pk]
    assert "X-Amz" not in answer.request["QUERY_STRING"]


def test_an_unknown_url_is_not_carried_on(admin_client: Client, setup: Setup) -> None:
    answer = admin_client.post(f"{LIST}find/", {"q": "https://elsewhere.test/s/" + "A" * 43})
    assert "A" * 43 not in answer["Location"]


@pytest.mark.parametrize("text", ["https://elsewhere.test/s/" + "A" * 43, "/s/" + "A" * 43, "ftp://me:secret@x/a?b"])
def test_an_unknown_url_lists_nothing_and_its_host_stays_in_the_box(
    text: str, admin_client: Client, setup: Setup
) -> None:
    setup.create_link()
    answer = admin_client.post(f"{LIST}find/", {"q": text}, follow=True)
    page = answer.content.decode()
    assert list(answer.context["cl"].result_list) == []
    assert answer.context["cl"].query
    assert "No link here has this URL." in page
    assert "Nothing was found." in page
    assert "A" * 43 not in page
    assert "secret" not in page


@pytest.mark.parametrize(
    "pasted",
    [
        "s3://files/{}",
        "arn:aws:s3:::files/{}",
        "https://eu-central-1.console.aws.amazon.com/s3/object/files?region=eu-central-1&prefix={}",
        "{endpoint}/files/{quoted}",
    ],
)
def test_a_pasted_address_of_an_object_lists_the_links_that_lead_to_it(
    pasted: str, admin_client: Client, setup: Setup
) -> None:
    link, other = setup.create_link().link, setup.create_link().link
    ShareLink.objects.filter(pk=other.pk).update(object_key=f"{OBJECT}.bak")
    for key, found in ((OBJECT, [link]), (OBJECT[:-1], [])):
        text = pasted.format(key, quoted=quote(key), endpoint=setup.s3.url)
        answer = admin_client.post(f"{LIST}find/", {"q": text}, follow=True)
        assert list(answer.context["cl"].result_list) == found
        assert answer.context["cl"].query == f"s3://files/{key}"
        assert "No link here has this URL." not in answer.content.decode()


def test_a_pasted_folder_lists_the_links_below_it(admin_client: Client, setup: Setup) -> None:
    below, beside = setup.create_link().link, setup.create_link().link
    ShareLink.objects.filter(pk=below.pk).update(object_key="2026/a.pdf")
    for folder, found in (("2026/", [below]), ("", [beside, below])):
        answer = admin_client.post(f"{LIST}find/", {"q": f"s3://files/{folder}"}, follow=True)
        assert list(answer.context["cl"].result_list) == found


@pytest.mark.parametrize("text", ["#{}", "{}"])
def test_a_link_is_found_by_its_number(text: str, admin_client: Client, setup: Setup) -> None:
    link = setup.create_link().link
    entered = text.format(link.pk)
    full_width = "".join(chr(ord(sign) + 0xFEE0) for sign in entered)  # as a Japanese keyboard writes them
    for each in (entered, full_width):
        answer = admin_client.post(f"{LIST}find/", {"q": each}, follow=True)
        assert link in answer.context["cl"].result_list


@pytest.mark.parametrize(
    "text",
    ["9" * 30, "a\x00b", "%", "²", "s3://a/b\x00c", "https://console.aws.amazon.com/s3/object/a?prefix=%00", "://"],
)
def test_no_search_breaks_the_list(text: str, admin_client: Client, db: None) -> None:
    assert admin_client.post(f"{LIST}find/", {"q": text}, follow=True).status_code == 200

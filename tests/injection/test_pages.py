"""A page's skeleton is the same whatever strangers wrote: no tag, no attribute, no address of a script is theirs."""

import re
from html.parser import HTMLParser

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse

from links.lib.safe_text.visible import SHOWN
from links.models import ShareLink
from tests.fixtures import Setup
from tests.injection import poisoning
from tests.injection.payloads import PAYLOADS

HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
ADDRESSES = ("href", "src", "action", "formaction", "hx-get", "hx-post", "data", "poster")
SAFE = re.compile(r"(?:https?://|mailto:|otpauth://totp/|data:image/|[/?#.]|[\w-]*$)")


class Skeleton(HTMLParser):
    """The tags of a page, each with the name of each attribute, and what is wrong with what it says."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags, self.wrong, self._within = set[tuple[str, str]](), list[str](), ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._within = tag
        self.tags |= {(tag, ""), *((tag, name) for name, _value in attrs)}
        for name, value in attrs:
            if name in ADDRESSES and not SAFE.match(value or ""):
                self.wrong.append(f"{tag} {name}={value}")
            if name == "style" or name.startswith("on"):
                self.wrong.append(f"{tag} {name}")

    def handle_data(self, data: str) -> None:
        if self._within != "textarea" and (found := HIDDEN.search(data)):
            self.wrong.append(f"{self._within}: {found[0]!r}")

    def handle_endtag(self, _tag: str) -> None:
        self._within = ""


def list_pages() -> list[str]:
    """The names of the admin's pages that need no more than a row's number."""
    found = list[str]()

    def walk(resolver: URLResolver, namespace: str) -> None:
        for entry in resolver.url_patterns:
            if isinstance(entry, URLResolver):
                walk(entry, entry.namespace or namespace)
            elif isinstance(entry, URLPattern) and entry.name and namespace == "admin":
                found.append(f"admin:{entry.name}")

    walk(get_resolver(), "")
    return sorted(set(found) - {"admin:logout", "admin:jsi18n", "admin:login"})


def read(client: Client, link: ShareLink) -> dict[str, Skeleton]:
    pages = dict[str, Skeleton]()
    for name in list_pages():
        for given in ([], [row_of(name, link)]):
            try:
                address = reverse(name, args=given)
            except NoReverseMatch:
                continue
            answer = client.get(address)
            assert answer.status_code < 500, address
            if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
                pages[f"{name} {len(given)}"] = Skeleton(answer.content.decode())
    return pages


def row_of(name: str, link: ShareLink) -> int:
    """Of the last rows, which belong to this link."""
    from django.apps import apps

    for model in apps.get_models():
        label = f"admin:{model._meta.app_label}_{model._meta.model_name}_"
        if name.startswith(label) and model is not ShareLink:
            last = model._default_manager.order_by("-pk").first()
            return last.pk if last else 1
    return link.pk


def test_every_model_with_free_text_is_poisoned() -> None:
    assert poisoning.check_models() == []
    assert len(PAYLOADS) >= 60


def test_what_is_not_escaped_would_be_seen() -> None:
    for name, found in {"script": ("script", ""), "image": ("img", "onerror"), "SVG": ("svg", "onload")}.items():
        assert found in Skeleton(f"<p>{PAYLOADS[name]}</p>").tags
    for wrong in ('<a href="javascript:x">', "<p onclick=x>", "<p>\u202e</p>", "<p style=x>"):
        assert Skeleton(wrong).wrong


@pytest.mark.slow
def test_no_page_of_staff_is_changed_by_what_strangers_wrote(admin_client: Client, setup: Setup) -> None:
    texts = poisoning.join_payloads(150)
    admin = User.objects.get(username="admin")
    poisoning.add_rows(setup.create_link().link, admin, len(texts))
    link = ShareLink.objects.order_by("-pk")[0]
    calm = read(admin_client, link)
    assert len(calm) > 50
    poisoning.poison(texts, spare=[admin])
    poisoned = read(admin_client, link)
    assert poisoned.keys() == calm.keys()
    known = set.union(*(page.tags for page in calm.values()))
    for name, page in poisoned.items():
        assert (name, page.wrong) == (name, [])
        assert (name, page.tags - known) == (name, set())
    listed = admin_client.get("/admin/links/sharelink/").content.decode()
    assert "&lt;script&gt;holdfastRan()&lt;/script&gt;" in listed
    assert SHOWN in listed

"""Rows of each kind, one's own and a colleague's, and what is entered on each page: the world in which the table of
rights is tried."""

import re
from collections.abc import Sized
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qsl

from django.contrib.auth.models import Group, User
from django.core import signing
from django.db.models import Model
from django.test import Client
from django.utils import timezone

from links.domain.events.kinds import EventKind
from links.domain.findings import Code, Finding, Verdict
from links.domain.judging.facts import Delivery
from links.domain.signed_urls.tokens import derive_address
from links.models import (
    AuditRecord,
    Customer,
    Incident,
    IncidentNotice,
    LinkMail,
    ShareLink,
    SharePermission,
    SignIn,
    TimeRequest,
    Validation,
    Visit,
    WebhookMessage,
)
from links.services.buckets import binding
from links.services.people import service_accounts
from links.services.visits.grants import make_grant
from links.services.webhooks import events, webhooks
from tests.fixtures import OBJECT, Setup, let_share, save_key, token_of
from tests.rights.table import Right

ROLES = {"maker": "Link maker", "manager": "Manager", "keeper": "Key keeper", "auditor": "Auditor"}
OWN, OTHERS, NO_ONES = "own", "other", "-"
# Pages that want a row of their own, with which something can be done.
_OWN_ROWS = {
    "admin/links/sharelink/<path:object_id>/rescue/": "presigned",
    "admin/links/sharelink/<path:object_id>/follow/": "replaced",
    "api/v1/links/<int:link_id>/rescue": "presigned",
    "admin/links/sharelink/?action=follow_latest_of_selected": "replaced",
    "admin/links/signingkey/<path:object_id>/delete/": "idle key",
    "admin/links/auditrecord/access/<str:kind>/<str:object_id>/": "sharelink",
    "admin/links/bucket/<path:object_id>/delete/": "idle bucket",
    "admin/links/customer/<path:object_id>/delete/": "idle customer",
    "admin/links/webhook/<path:object_id>/on/": "webhook that is off",
    "admin/auth/user/<path:object_id>/delete/": "idle user",
}
# The rows whose numbers stand in addresses of the API, by the words that it has for them.
_OF_THE_API = {
    "link": "sharelink",
    "customer": "customer",
    "time_request": "timerequest",
    "bucket": "bucket",
    "key": "signingkey",
    "incident": "incident",
}
_PASSWORD = "a good password of 2026"


@dataclass(frozen=True)
class World:
    """`rows` holds, of each model, the row that is one's own and the other; `person` is who asks."""

    name: str
    setup: Setup
    person: User
    rows: dict[str, dict[str, Model]]
    tokens: dict[str, str]  # that stand in addresses of a link and of a grant
    new_secret: tuple[str, str]

    def sign_in(self, *, enforce_csrf_checks: bool = False) -> Client:
        client = Client(raise_request_exception=False, enforce_csrf_checks=enforce_csrf_checks)
        if self.name != "anonymous":
            client.force_login(self.person)
        return client

    def ask(self, right: Right) -> tuple[str, dict[str, object]]:
        """The address, and what is entered there."""
        address, query = self._fill(right.route, right.whose), right.query
        if right.method == "GET":
            numbers = {model: self.row(model, right.whose).pk for model in self.rows}
            return f"{address}?{query.format_map(numbers)}" if query else address, {}
        if not query:
            return address, enter(self, right.route, right.whose)
        model = _OWN_ROWS.get(f"{right.route}?{query}") or _name_model(right.route)
        return address, {**dict(parse_qsl(query)), "_selected_action": self.row(model, right.whose).pk}

    @property
    def stores(self) -> Sized:
        """The requests that stores got."""
        return self.setup.s3.requests

    def row(self, model: str, whose: str) -> Model:
        kinds = self.rows[model]
        return kinds.get(whose) or kinds.get(NO_ONES) or kinds[OWN]

    def _fill(self, route: str, whose: str) -> str:
        """The address of a route of the resolver, with the numbers of rows in it."""
        parts = {
            "content_type_id": "1",
            "app_label": "links",
            "url": "nowhere",
            "what": "time",
            "reader": "owner",
            "kind": "link",
            "slug": "yearly-report" if whose == OWN else "no-report",
            "permission_id": str(self.row("sharepermission", whose).pk),
        }
        model = _OWN_ROWS.get(route) or _name_model(route)
        parts |= {f"{name}_id": str(self.row(rows, whose).pk) for name, rows in _OF_THE_API.items()}
        parts["link_id"] = str(self.row(_OWN_ROWS.get(route, "sharelink"), whose).pk)
        row = self.row(model, whose) if model in self.rows else self.person
        parts["id"] = parts["object_id"] = str(row.pk)
        parts["token"] = self.tokens.get(route[:1], "")
        filled = re.sub(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>.*?\)(?=[/$])", lambda part: parts[part[1] or part[2]], route)
        return "/" + re.sub(r"[\^$]", "", filled)


def _name_model(route: str) -> str:
    """ "sharelink" of "admin/links/sharelink/add/"."""
    if route.startswith("admin/service-accounts/"):
        return "serviceaccount"
    return route.split("/")[2] if route.startswith("admin/") and route.count("/") > 2 else ""


def build_world(setup: Setup, name: str, now: datetime) -> World:
    """`name` is a column of the table: who asks."""
    User.objects.create_superuser("root")  # there is always somebody who may do all
    person = User.objects.create_user(
        "mika", "mika@example.com", is_staff=name not in ("anonymous", "customer"), is_superuser=name == "superuser"
    )
    ken = User.objects.create_user("ken", "ken@example.com", is_staff=True)
    if name in ROLES:
        person.groups.add(Group.objects.get(name=ROLES[name]))
    ken.groups.add(Group.objects.get(name="Link maker"))
    setup.s3.add_bucket("vault", region="eu-central-1").put(OBJECT, b"x")
    setup.s3.add_bucket("idle", region="eu-central-1").put(OBJECT, b"x")
    vault, idle = (binding.add_bucket(each, setup.key, now=now) for each in ("vault", "idle"))
    if name in ("maker", "superuser"):
        let_share(person, bucket=setup.bucket)
    let_share(ken)
    second = setup.s3.add_key(setup.access_key.caller)
    whose: dict[str, dict[str, Model]] = {
        "user": {OWN: person, OTHERS: ken, "superuser": User.objects.get(username="root")}
    }
    whose |= {"idle user": {NO_ONES: User.objects.create_user("leaver", is_staff=True)}}
    for owner, kind in ((person, OWN), (ken, OTHERS)):
        for model, row in _build_rows(setup, owner, now).items():
            whose.setdefault(model, {})[kind] = row
    webhook, off = (
        webhooks.add(each, f"{setup.s3.url}/{each}", [EventKind.LINK_REVOKED], None, now).webhook
        for each in ("on", "off")
    )
    events.forget_wanted()
    events.tell_revoked([whose["sharelink"][OWN].pk], now)
    webhooks.turn_off(off, now)
    link = whose["sharelink"][OWN]
    assert isinstance(link, ShareLink)
    ShareLink.objects.filter(pk=link.pk).update(slug="yearly-report", is_public=True)
    whose |= {
        "bucket": {OWN: setup.bucket, OTHERS: vault},
        "idle bucket": {NO_ONES: idle},
        "signingkey": {NO_ONES: setup.key},
        "idle key": {NO_ONES: save_key(setup.s3, setup.s3.add_key(setup.access_key.caller), "Idle", now)},
        "group": {NO_ONES: Group.objects.create(name="Reviewers")},
        "sharepermission": {NO_ONES: SharePermission.objects.filter(user=ken, bucket=setup.bucket).get()},
        "signin": {
            NO_ONES: SignIn.objects.create(
                at=now, user=ken, account=b"a", network=b"n", kind="sign-in", outcome="accepted"
            )
        },
        "auditrecord": {NO_ONES: AuditRecord.objects.latest("pk")},
        "serviceaccount": {
            NO_ONES: service_accounts.create(
                "robot", "Orders", [Group.objects.get(name="Link maker")], User.objects.get(username="root"), now
            )
        },
        "webhook": {NO_ONES: webhook},
        "webhook that is off": {NO_ONES: off},
        "webhookmessage": {NO_ONES: WebhookMessage.objects.get(webhook=webhook)},
        "idle customer": {NO_ONES: Customer.objects.create(name="Nobody's", created_at=now)},
    }
    tokens = {"s": token_of(setup.create_link().url), "g": derive_address(make_grant(link, now))}
    return World(name, setup, person, whose, tokens, (second.id, second.secret))


def _build_rows(setup: Setup, owner: User, now: datetime) -> dict[str, Model]:
    name = owner.username
    customer = Customer.objects.create(
        name=f"Customer of {name}", mail=f"{name}@customer.example", created_at=now, added_by=owner
    )
    link, replaced = setup.create_link(note=f"note of {name}").link, setup.create_link().link
    presigned = setup.create_link("1 day", Delivery.PRESIGNED).link
    replaced.findings = [Finding(Code.OBJECT_REPLACED, Verdict.BROKEN).to_json()]
    for each in (link, replaced, presigned):
        each.owner, each.customer = owner, customer
        each.save()
    asked = TimeRequest.objects.create(link=link, at=now)
    incident = Incident.objects.create(
        code="url-expired",
        subject=f"link:{presigned.pk}",
        verdict="broken",
        opened_at=now,
        changed_at=now,
        link_count=1,
    )
    incident.incident_links.create(link=presigned, since=now)
    return {
        "sharelink": link,
        "replaced": replaced,
        "presigned": presigned,
        "customer": customer,
        "timerequest": asked,
        "incident": incident,
        "incidentnotice": IncidentNotice.objects.create(
            incident=incident, kind="opened", channel="mail", created_at=now
        ),
        "visit": Visit.objects.create(link=link, at=now, outcome="served"),
        "ended": _end(setup.create_link().link, now),
        "validation": Validation.objects.create(link=link, at=now, verdict="healthy"),
        "linkmail": LinkMail.objects.create(
            link=link, kind="ends", to=f"{name}@example.com", language="en", created_at=now
        ),
    }


def _end(link: ShareLink, now: datetime) -> ShareLink:
    """Of which its customer asks for more time."""
    link.promised_until = now - timedelta(hours=1)
    link.save()
    return link


def enter(world: World, route: str, whose: str) -> dict[str, object]:
    """What somebody who may do it would enter on a page, so that a refusal is of the right and not of the form."""
    setup, ken = world.setup, world.rows["user"][OTHERS]
    until = f"{timezone.now() + timedelta(days=3):%Y-%m-%dT%H:%M}"
    links = {"selected": str(world.row("sharelink", whose).pk)}
    url = setup.s3.presigner(setup.access_key, setup.stored).v4(OBJECT, expires=604_800)
    key = {"secret": setup.access_key.secret, "endpoint": setup.s3.url, "region": "eu-central-1"}
    bucket = {"key": setup.key.pk, "region": "eu-central-1", "addressing": "path", "endpoint": setup.key.endpoint}
    person = {"username": "newcomer", "password1": _PASSWORD, "password2": _PASSWORD, "usable_password": "true"}
    customer = {"name": "Ogata", "kind": "person", "mail": "", "language": "en", "zone": ""}
    webhook = {"name": "Orders", "address": f"{world.setup.s3.url}/hook", "kinds": "link.made"}
    one, many = "admin/links/sharelink/<path:object_id>/", "admin/links/sharelink/"
    return {
        "admin/links/doctor/": {"url": url},
        "admin/service-accounts/add/": {
            "username": "shop-orders",
            "purpose": "Orders",
            "roles": str(Group.objects.get(name="Link maker").pk),
        },
        "admin/service-accounts/<path:object_id>/token/": {"name": "Orders", "scopes": "links:read", "days": "90"},
        "admin/account/tokens/new/": {
            "name": "Orders",
            "scopes": "keys:read" if world.name == "keeper" else "links:read",
            "days": "90",
        },
        "admin/login/": {"username": "nobody", "password": "nothing"},
        "admin/password_change/": {"old_password": "x", "new_password1": _PASSWORD, "new_password2": _PASSWORD},
        f"{many}add/": {
            "bucket": world.row("bucket", whose).pk,
            "object_key": OBJECT,
            "lifetime": "1 day",
            "delivery": "stable",
        },
        f"{many}watch/": {"url": url, "promised_until": until},
        f"{many}watch/many/": {"lines": url, "promised_until": until},
        f"{many}find/": {"q": "report"},
        f"{many}end/": {**links, "lifetime": "60 days"},
        f"{many}duplicate/": {**links, "lifetime": ""},
        f"{many}owner/": {**links, "colleague": ken.pk if whose == OWN else world.person.pk},
        f"{many}rescue/": {"selected": str(world.row("presigned", whose).pk), "confirm": "1"},
        f"{many}revoke/": {**links, "confirm": "1"},
        f"{one}revoke/": {"confirm": "1"},
        f"{one}rescue/": {"confirm": "1"},
        f"{one}end/": {"lifetime": "1 day"},
        f"{one}edit/": {"title": "Taken"},
        f"{one}owner/": {"colleague": ken.pk if whose == OWN else world.person.pk},
        "admin/links/incident/<path:object_id>/rescue/": {"confirm": "1"},
        "admin/links/timerequest/<path:object_id>/grant/": {"lifetime": "7 days"},
        "admin/links/sharepermission/<path:object_id>/delete/": {"post": "yes"},
        "admin/links/customer/add/": customer,
        "admin/links/customer/<path:object_id>/edit/": customer,
        "admin/links/customer/<path:object_id>/delete/": {"post": "yes"},
        "admin/links/bucket/add/": {**bucket, "name": "more", "untried": "on"},
        "admin/links/bucket/<path:object_id>/change/": {**bucket, "untried": "on"},
        "admin/links/bucket/<path:object_id>/test/": {"object_key": ""},
        "admin/links/bucket/<path:object_id>/delete/": {"post": "yes"},
        "admin/links/bucket/<path:object_id>/sharing/give/": {"receiver": f"person:{ken.pk}", "starts_with": "new/"},
        "admin/links/signingkey/add/": {
            **key,
            "label": "Taken",
            "access_key_id": world.new_secret[0],
            "secret": world.new_secret[1],
        },
        "admin/links/signingkey/<path:object_id>/change/": {"label": "Taken"},
        "admin/links/signingkey/<path:object_id>/secret/": key,
        "admin/links/signingkey/<path:object_id>/rotate/": {
            "access_key_id": world.new_secret[0],
            "secret": world.new_secret[1],
        },
        "admin/links/signingkey/<path:object_id>/delete/": {"post": "yes"},
        "admin/links/webhook/add/": webhook,
        "admin/links/webhook/<path:object_id>/change/": {**webhook, "address": ""},
        "admin/links/webhook/<path:object_id>/replay/": {"since": "2026-01-01T00:00"},
        "admin/auth/user/add/": person,
        "admin/auth/user/<id>/password/": {**person, "set-password": ""},
        "admin/auth/user/<path:object_id>/change/": {
            **dict.fromkeys(("is_active", "is_staff", "is_superuser"), "on"),
            "username": "renamed",
        },
        "admin/auth/user/<path:object_id>/delete/": {"post": "yes"},
        "admin/auth/group/add/": {"name": "Made"},
        "admin/auth/group/<path:object_id>/change/": {"name": "Renamed"},
        "admin/auth/group/<path:object_id>/delete/": {"post": "yes"},
        "i18n/setlang/": {"language": "ja"},
        "ask": {"which": signing.dumps(world.row("ended", whose).pk, salt="links.public.ask")},
    }.get(route, {})

"""Whatever host somebody names, and by whichever way, no connection is made to where none may be."""

import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest
from botocore.exceptions import BotoCoreError

from links.domain.buckets.endpoints import SigningBucket
from links.domain.buckets.s3_objects import Step
from links.domain.credentials import KeyPair
from links.domain.errors import HoldfastError
from links.domain.pasted.urls import read_pasted
from links.domain.reasons import Reason
from links.domain.sharing import EVERYTHING
from links.domain.stores.answers import OUR_REFUSALS, Trouble
from links.domain.viewers import OPERATOR
from links.lib.network import Reach, judge_address
from links.models import Bucket, SigningKey
from links.net import openid
from links.net.dialler import dial
from links.queries.bucket_registry import make_policy
from links.s3 import bucket_config, identity, objects, probe
from links.s3.curl import make_socket_opener
from links.s3.http_session import DialledSession
from links.s3.sessions import make_session
from links.services.buckets import binding
from links.services.keys import proofs
from links.services.links import browse
from links.services.pasted import doctor, watch
from tests.dialling.entrances import ENTRANCES, QUERY, SETTINGS, enter
from tests.dialling.hostile_addresses import HOSTS, NAMES, NEVER
from tests.dialling.resolving import resolve
from tests.fixtures import World
from tests.site_settings import SiteSettings
from tests.strict_s3 import StrictS3


@dataclass
class Wire:
    """Every address that a socket was connected to, or that curl was given a socket for."""

    connected: list[str] = field(default_factory=list)
    resolved: list[str] = field(default_factory=list)

    @property
    def forbidden(self) -> list[str]:
        return [address for address in self.connected if judge_address(address) is not Reach.PUBLIC]


_listening: list[Wire] = []


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event == "socket.connect" and _listening and isinstance(arguments[1], tuple):
        _listening[-1].connected.append(str(arguments[1][0]))


sys.addaudithook(_hear)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch, site_settings: SiteSettings) -> Iterator[Wire]:
    wire = Wire()
    opener = make_socket_opener

    def listen_in(allowed: frozenset[str]) -> object:
        wire.connected += allowed  # curl makes its connections itself, to these alone
        return opener(allowed)

    def note(host: str, *more: object, **most: object) -> object:
        wire.resolved.append(host)
        return resolve(host, *more, **most)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", note)
    monkeypatch.setattr(probe, "make_socket_opener", listen_in)
    site_settings.PROBE_ALLOWED_HOSTS = []
    _listening.append(wire)
    yield wire
    _listening.remove(wire)


@pytest.fixture
def world(db: None, strict_s3: StrictS3) -> World:
    return World.build(strict_s3)


@pytest.fixture
def bound(world: World) -> Bucket:
    """A bucket whose row alone is to lead astray."""
    return world.bucket


def test_there_are_hosts_enough() -> None:
    assert len(HOSTS) >= 300


def _is_refused(host: str) -> bool:
    with suppress(OSError):
        try:
            dial(host.strip("[]"), 80, seconds=1).close()
        except HoldfastError:
            return True
        return False
    return False


def test_the_dialler_itself_connects_to_none_of_them(wire: Wire) -> None:
    refused = [host for host in HOSTS if _is_refused(host)]
    assert wire.connected == []
    assert len(refused) > 180  # the others are no hosts at all, and resolve to nothing


def test_no_setting_opens_a_metadata_service(wire: Wire, site_settings: SiteSettings) -> None:
    site_settings.PROBE_ALLOWED_HOSTS = [*NEVER, "store.example"]
    for host in NEVER:
        _is_refused(host)
    assert wire.connected == []


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_through_no_entrance_one_of_them_is_connected_to(entrance: str, db: None, wire: Wire) -> None:
    place = list(ENTRANCES).index(entrance)
    for host in HOSTS[place :: 2 * len(ENTRANCES)]:
        enter(ENTRANCES[entrance], host)
    assert wire.connected == []


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_operators_settings_lead_to_no_metadata_service(setting: str, wire: Wire) -> None:
    openid._known.clear()
    for host in NEVER:
        enter(SETTINGS[setting], host)
    assert wire.connected == []


@pytest.mark.parametrize("setting", SETTINGS)
def test_the_operators_settings_may_be_private(setting: str, wire: Wire) -> None:
    openid._known.clear()
    enter(SETTINGS[setting], "127.0.0.1")
    assert set(wire.connected) == {"127.0.0.1"}


def test_the_doctor_asks_none_of_them_though_a_row_names_them(bound: Bucket, world: World, wire: Wire) -> None:
    refused = 0
    for host in HOSTS:
        Bucket.objects.filter(pk=bound.pk).update(endpoint=f"http://{host}")
        with suppress(HoldfastError):
            answer = doctor.check_url(
                read_pasted(f"http://{host}/files/a?{QUERY}"), OPERATOR, ask=True, now=world.clock()
            ).answer
            assert answer is not None
            assert answer.status is None
            refused += answer.trouble in OUR_REFUSALS
    assert wire.connected == []
    assert refused > 150


def test_the_doctor_tells_a_private_address_from_a_host_that_nobody_named(bound: Bucket, wire: Wire) -> None:
    Bucket.objects.filter(pk=bound.pk).update(endpoint="http://private.store.example")
    answers = [
        probe.probe(f"http://{host}/files/a?{QUERY}", policy=make_policy())
        for host in ("private.store.example", "other.store.example")
    ]
    assert [answer.trouble for answer in answers] == [Trouble.PRIVATE_ADDRESS, Trouble.FORBIDDEN]


def test_none_of_them_is_watched_though_a_row_names_them(bound: Bucket, world: World, wire: Wire) -> None:
    for host in HOSTS:
        Bucket.objects.filter(pk=bound.pk).update(endpoint=f"http://{host}")
        with pytest.raises(HoldfastError):
            watch.watch_url(
                read_pasted(f"http://{host}/files/a?{QUERY}"),
                world.clock() + timedelta(days=1),
                scope=EVERYTHING,
                owner=OPERATOR,
                now=world.clock(),
            )
    assert wire.connected == []


def test_no_bucket_is_bound_at_any_of_them(world: World, wire: Wire) -> None:
    codes = set()
    for scheme in ("http", "https"):
        for number, host in enumerate(HOSTS):
            try:
                binding.add_bucket(f"b{number}{scheme}", world.key, endpoint=f"{scheme}://{host}", now=world.clock())
            except HoldfastError as refused:
                codes.add(refused.code)
            else:
                assert _resolves_to_nothing(host), host
    assert wire.connected == []
    assert codes == {"endpoint-private", "endpoint-forbidden", "endpoint-malformed"}


def _resolves_to_nothing(host: str) -> bool:
    try:
        resolve(host.strip("[]"), 80)
    except (OSError, UnicodeError):
        return True
    return False


def test_a_bucket_reached_by_its_own_name_is_judged_by_that_name(world: World, wire: Wire) -> None:
    NAMES["store.example"] = ["8.8.8.8"]
    with pytest.raises(HoldfastError, match="endpoint-private"):
        binding.add_bucket("loop", world.key, endpoint="http://store.example", addressing="virtual", now=world.clock())
    assert wire.resolved[-1] == "loop.store.example"


SOME = [*HOSTS[::20], "metadata.google.internal", "loop.store.example", "mixed.store.example", "2130706433", "[::1]"]


@pytest.mark.parametrize("host", SOME)
def test_no_key_is_added_at_any_of_them(host: str, world: World, wire: Wire) -> None:
    with pytest.raises(HoldfastError) as caught:
        proofs.add_key("new", "AKIANEWKEY00000", "secret", endpoint=f"http://{host}", now=world.clock())
    assert wire.connected == []
    assert caught.value.reason in (Reason.ENDPOINT_FORBIDDEN, Reason.ENDPOINT_PRIVATE, Reason.ENDPOINT_MALFORMED)
    assert not SigningKey.objects.filter(label="new").exists()


@pytest.mark.parametrize("host", SOME)
def test_no_store_is_read_at_any_of_them(host: str, wire: Wire) -> None:
    pair = KeyPair("AKIAEXAMPLE", "secret")
    store = SigningBucket("files", pair.access_key_id, pair.secret, endpoint=f"http://{host}")
    for read in (
        lambda: objects.look_up(store, "a"),
        lambda: objects.list_page(store),
        lambda: bucket_config.read_configuration(store),
        lambda: identity.identify(pair, endpoint=store.endpoint),
    ):
        with pytest.raises(HoldfastError) as caught:
            read()
        assert caught.value.reason in (Reason.ENDPOINT_FORBIDDEN, Reason.ENDPOINT_PRIVATE, Reason.ENDPOINT_MALFORMED)
    with suppress(HoldfastError):
        assert not any(step.ok for step in objects.test_bucket(store) if step.step is not Step.SIGN)
    assert identity.list_keys(pair, endpoint=store.endpoint) is None
    assert wire.connected == []


def test_no_request_of_boto3_reaches_any_of_them(wire: Wire) -> None:
    session = _make_session()
    for host in HOSTS:
        for scheme in ("http", "https"):
            request = SimpleNamespace(
                method="GET", url=f"{scheme}://{host}/a", headers={}, body=None, stream_output=False, context={}
            )
            with pytest.raises((HoldfastError, BotoCoreError)):
                session.send(request)
    assert wire.connected == []


def _make_session() -> DialledSession:
    """What every client's requests go through, without the 20 ms that a client costs."""
    return DialledSession(
        make_session("AKIAEXAMPLE", "secret").client("s3", region_name="us-east-1").meta.config, verify=True
    )


def test_a_name_that_changes_its_mind_gains_nothing(
    bound: Bucket, world: World, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The resolver says public, private, metadata in turn; each connection goes where its own answer said."""
    turns = count()
    answers = [["8.8.8.8"], ["127.0.0.1"], ["169.254.169.254"], ["8.8.8.8", "10.0.0.1"], ["2606:4700::1111"]]

    def resolve(host: str, port: int, *_: object, **__: object) -> object:
        return [(2, 1, 6, "", (address, port)) for address in answers[next(turns) % len(answers)]]

    def refuse(_socket: socket.socket, address: tuple[str, int]) -> None:
        wire.connected.append(address[0])
        raise ConnectionRefusedError

    def open_nothing(allowed: frozenset[str]) -> Callable[..., int]:
        wire.connected.extend(allowed)
        return lambda *_: -1

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr("links.net.limits.LimitedSocket.connect", refuse, raising=False)
    monkeypatch.setattr(probe, "make_socket_opener", open_nothing)
    session = _make_session()
    Bucket.objects.filter(pk=bound.pk).update(endpoint="http://rebinding.example")
    for _ in range(300):
        request = SimpleNamespace(
            method="GET", url="http://rebinding.example/a", headers={}, body=None, stream_output=False, context={}
        )
        with pytest.raises((HoldfastError, BotoCoreError)):
            session.send(request)
        doctor.check_url(
            read_pasted(f"http://rebinding.example/files/a?{QUERY}"), OPERATOR, ask=True, now=world.clock()
        )
        with suppress(HoldfastError):
            browse.list_folder(bound, "", EVERYTHING)
    assert wire.forbidden == []
    assert len(wire.connected) > 200

import json
import logging
from datetime import datetime

import pytest
from django.test import Client
from redis import Redis as RedisClient
from structlog.contextvars import bound_contextvars, get_contextvars

from demo.servers import Redis
from links.lib.request_ids import read_request_id
from links.services.monitoring.request_ids import find_request_id
from links.services.queue import enqueue_now
from links.tasks import count_links
from tests.services.test_queue import broker
from tests.site_settings import SiteSettings

TOLD = "0123456789abcdef0123456789abcdef"
FROM_A_PROXY = {"Forwarded": "for=192.0.2.1;proto=http", "X-Request-ID": TOLD}


def test_every_answer_names_its_request(client: Client) -> None:
    one, other = (client.get("/healthz")["X-Request-ID"] for _ in range(2))
    assert read_request_id(one)
    assert one != other


def test_a_trusted_proxy_names_the_request(client: Client, site_settings: SiteSettings) -> None:
    site_settings.TRUSTED_PROXIES = 1
    assert client.get("/healthz", headers=FROM_A_PROXY)["X-Request-ID"] == TOLD
    unsafe = client.get("/healthz", headers={**FROM_A_PROXY, "X-Request-ID": "<script>0123456789abcdef"})
    assert read_request_id(unsafe["X-Request-ID"])


@pytest.mark.parametrize("proxies", [0, 1])
def test_nobody_else_does(client: Client, site_settings: SiteSettings, proxies: int) -> None:
    site_settings.TRUSTED_PROXIES = proxies
    assert client.get("/healthz", headers={"X-Request-ID": TOLD})["X-Request-ID"] != TOLD


def test_it_goes_with_the_task_that_is_asked_for(redis_server: Redis) -> None:
    with broker(redis_server.url), bound_contextvars(request_id=TOLD):
        assert enqueue_now("validate_links", [7])
    with RedisClient.from_url(redis_server.url) as client:
        message = json.loads(client.lrange("celery", 0, 0)[0])
    assert message["headers"]["request_id"] == TOLD


@pytest.mark.django_db
def test_what_a_task_logs_names_the_request_that_asked_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = list[str]()

    def note(_now: datetime) -> int:
        seen.append(find_request_id())
        return 0

    monkeypatch.setattr("links.tasks.link_states.count_links", note)
    count_links.apply(headers={"request_id": TOLD})
    count_links.apply()
    assert seen[0] == TOLD
    assert read_request_id(seen[1])  # of a tick: the task's own
    assert "request_id" not in get_contextvars()


def test_no_id_is_left_for_the_next_request(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client.get("/healthz")
    assert find_request_id() == ""

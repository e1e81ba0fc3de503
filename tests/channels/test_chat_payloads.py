"""What chats get of strangers' text: real services of Apprise, caught where they would send."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote_plus

import pytest
import requests

from links.channels import Message
from links.channels.apprise import AppriseChannel
from tests.injection.payloads import PAYLOADS

OWN = "http://holdfast.test/admin/links/incident/1/change/?q=_a_"
CHATS = {
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/",
    "slack, markdown": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/?format=markdown",
    "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js/",
    "discord, markdown": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js/?format=markdown",
    "telegram": "tgram://123456789:abcdefg_hijklmnop/12315544/",
    "telegram, markdown": "tgram://123456789:abcdefg_hijklmnop/12315544/?format=markdown",
    "mattermost": "mmost://localhost/3ccdd113474722377935511fc85d3dd4/",
    "google chat": "gchat://workspace/key/token/",
    "webex": "wxteams://abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGH/",
    "rocket.chat": "rocket://abc:def@localhost/#general/?mode=basic",
    "a webhook": "json://localhost/",
    "zulip": "zulip://bot-name@organization/8b799edf6f984d3a9be72862fb4e5752/general/",
    "ntfy, markdown": "ntfy://localhost/alerts/?format=markdown",
}
# As the services read it: how they write calls, links with another text, pictures, and what hides.
LIVE = re.compile(
    r"<[!@#][^>]*>|<at>|<users/|<https?:[^>]*\|[^>]*>|!?\[[^\]]*\]\(|(?<![\w.])@(?i:everyone|here|channel|all|room)"
    r"|@\*\*|\|\||```|<(?:script|img|a|svg|style)\b|<b\s|&lt;!|allow_mentions"
)
Caught = Callable[[], str]


@pytest.fixture
def caught(monkeypatch: pytest.MonkeyPatch) -> Caught:
    sent = list[str]()

    def catch(_session: object, method: str, url: str, **more: Any) -> requests.Response:
        sent.append(f"{more.get('json') or ''} {more.get('data') or ''} {more.get('params') or ''}")
        answer = requests.Response()
        answer.status_code = 200
        answer._content = b"ok" if "slack" in url else b'{"ok": true, "status": "success", "result": [], "data": {}}'
        return answer

    monkeypatch.setattr(requests.Session, "request", catch)
    return lambda: " ".join(sent)


@pytest.mark.parametrize("chat", CHATS)
def test_no_chat_calls_anybody_or_marks_up_what_strangers_wrote(chat: str, caught: Caught) -> None:
    channel = AppriseChannel(CHATS[chat])
    assert channel._service is not None
    channel._service.request_rate_per_sec = 0
    short = [text for name, text in PAYLOADS.items() if not name.startswith("long")]
    lines = "\n".join(f"- customer: {' '.join(text.split())}" for text in short)
    for part in (lines[: len(lines) // 3], lines[len(lines) // 3 : len(lines) * 2 // 3], lines[len(lines) * 2 // 3 :]):
        channel.deliver(Message("0f3c", part[:100], f"{part}\n{OWN}"))
    told = caught().encode().decode("unicode_escape", errors="ignore") + unquote_plus(caught())
    assert "customer" in told
    assert LIVE.findall(told) == []

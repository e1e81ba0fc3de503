"""Canaille, a real OpenID provider, in a process of its own: people, groups and clients in its memory.

What it cannot show: it signs nothing wrongly and never lies (`tests.providers.lying_provider` does), it has no
`email_verified`, it speaks http here, and its sessions are a browser's.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from html import unescape
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import requests

CLIENT_ID, CLIENT_SECRET = "holdfast", "a secret: of 100% this suite+only"
PASSWORD = "a long walk along the harbour"


@dataclass
class IdentityProvider:
    """Serves until it is left. `people` are names and the groups they are in."""

    redirect_uri: str
    people: dict[str, list[str]]
    url: str = ""
    _process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        told = {"redirect_uri": self.redirect_uri, "people": self.people}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.providers.identity_provider", json.dumps(told)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONWARNINGS": ""},
        )
        assert self._process.stdout
        self.url = self._process.stdout.readline().strip()
        assert self.url, "The identity provider does not start."
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process
        with self._process as process:
            process.kill()

    def change_groups(self, name: str, groups: list[str]) -> None:
        assert self._process
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps({"name": name, "groups": groups}) + "\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline().strip() == "done"


class ProviderBrowser:
    """Somebody's browser at the provider, and their hands: signs in there, and stops at the address of ours."""

    def __init__(self, provider: IdentityProvider) -> None:
        self._provider = provider
        self._session = requests.Session()
        self._session.trust_env = False

    def sign_in(self, address: str, name: str, consent: str = "accept") -> str:
        """Where the provider sends the browser in the end. It asks for consent once, unless it is told to ask."""
        answer = self._open("GET", f"{address}&prompt=consent" if consent != "accept" else address)
        for field, entered in (("login", name), ("password", PASSWORD), ("answer", consent)):
            if f'name="{field}"' in answer.text:
                answer = self._press(answer, {field: entered})
        assert answer.is_redirect, f"The provider shows a page: {answer.url} {answer.status_code}"
        return answer.headers["Location"]

    def open(self, address: str) -> requests.Response:
        return self._open("GET", address)

    def _press(self, page: requests.Response, entered: dict[str, str]) -> requests.Response:
        hidden = dict(re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', page.text))
        actions = re.findall(r'<form[^>]*action="([^"]*)"', page.text)
        action = urljoin(page.url, unescape(actions[-1])) if actions and actions[-1] else page.url
        return self._open("POST", action, hidden | entered)

    def _open(self, method: str, address: str, sent: dict[str, str] | None = None) -> requests.Response:
        """Redirects are followed as long as they stay at the provider."""
        answer = self._session.request(method, address, data=sent, allow_redirects=False, timeout=20)
        while answer.is_redirect and urljoin(address, answer.headers["Location"]).startswith(self._provider.url):
            address = urljoin(address, answer.headers["Location"])
            answer = self._session.get(address, allow_redirects=False, timeout=20)
        return answer


def serve(redirect_uri: str, people: dict[str, list[str]]) -> None:
    """Until standard input ends; each line there changes somebody's groups."""
    import threading

    from canaille import create_app  # type: ignore[import-untyped]
    from canaille.app import models  # type: ignore[import-untyped]
    from canaille.backends import Backend  # type: ignore[import-untyped]
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log(self, *_: object) -> None: ...

    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=Quiet)
    host = f"127.0.0.1:{server.server_port}"
    app = create_app(
        {
            "SECRET_KEY": "of-this-suite-only-and-long-enough",
            "SERVER_NAME": host,
            "PREFERRED_URL_SCHEME": "http",
            "SESSION_COOKIE_SECURE": False,
            "CANAILLE": {"DATABASE": "memory"},
            "CANAILLE_OIDC": {"TRUSTED_DOMAINS": []},
        },
        init_backend=True,
    )
    server.app = app  # which has to know the port

    def put_into(name: str, groups: list[str]) -> None:
        person = Backend.instance.get(models.User, user_name=name)
        for group in Backend.instance.query(models.Group):
            members = [member for member in group.members if member.id != person.id]
            if group.display_name in groups:
                members.append(person)
            group.members = members
            Backend.instance.save(group)

    with app.app_context():
        for name in people:
            person = models.User(
                user_name=name,
                formatted_name=name.title(),
                given_name=name.title(),
                family_name="of Canaille",
                display_name=name,
                emails=[f"{name}@example.com"],
                password=PASSWORD,
            )
            Backend.instance.save(person)
        for group in sorted({group for groups in people.values() for group in groups} | {"nobody-needs-it"}):
            members = [Backend.instance.get(models.User, user_name=name) for name in people if group in people[name]]
            if members:
                Backend.instance.save(models.Group(display_name=group, members=members))
        client = models.Client(
            client_id=CLIENT_ID,
            client_secret=CLIENT_SECRET,
            client_name="Holdfast",
            client_uri=redirect_uri,
            redirect_uris=[redirect_uri],
            post_logout_redirect_uris=[urljoin(redirect_uri, "/admin/login/")],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid", "profile", "email", "groups"],
            token_endpoint_auth_method="client_secret_basic",
        )
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"http://{host}\n")
    sys.stdout.flush()
    for line in sys.stdin:
        with app.app_context():
            put_into(**json.loads(line))
        sys.stdout.write("done\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve(**json.loads(sys.argv[1]))

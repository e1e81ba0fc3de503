"""An OpenID provider that says whatever a test has it say, signed by keys of its own. It imports nothing of `links`."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(2))
Answer = tuple[int, Mapping[str, Any] | bytes]


@dataclass
class LyingProvider:
    """`claims` are the ID token's, over what it should say; None takes one away. `answers` holds answers by path."""

    client_id: str
    claims: dict[str, Any] = field(default_factory=dict)
    profile: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, Callable[[], Answer]] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    algorithm: str = "RS256"
    key: Any = KEY
    nonce: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Path, and what came in the body or stood in the Authorization header."""

    def __enter__(self) -> Self:
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer({})

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self._answer({name: values[0] for name, values in parse_qs(body).items()})

            def _answer(self, sent: dict[str, str]) -> None:
                path = urlsplit(self.path).path
                provider.asked.append((path, {**sent, "Authorization": self.headers.get("Authorization", "")}))
                status, said = provider.answers.get(path, lambda: provider.answer(path))()
                raw = said if isinstance(said, bytes) else json.dumps(said).encode()
                self.send_response(status)
                if status in (301, 302, 307):
                    self.send_header("Location", raw.decode())
                self.send_header("Content-Type", "application/json")
                if raw.startswith(b"\x1f\x8b"):
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
                """Into no test's output."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str) -> Answer:
        match path:
            case "/.well-known/openid-configuration":
                return 200, self._discover()
            case "/keys":
                return 200, {"keys": [self.public_key("one", KEY)]}
            case "/token":
                return 200, {"access_token": "an-access-token", "token_type": "Bearer", "id_token": self.make_token()}
            case "/userinfo":
                return 200, {"sub": "1", **self.profile}
            case _:
                return 404, {}

    def make_token(self) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url,
            "sub": "1",
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": self.nonce,
            "preferred_username": "anna",
            **self.claims,
        }
        said = {name: claim for name, claim in claims.items() if claim is not None}
        return jwt.encode(said, self.key, self.algorithm, headers={"kid": "one", **self.header})

    @staticmethod
    def public_key(name: str, key: rsa.RSAPrivateKey) -> dict[str, Any]:
        return {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": name, "use": "sig"}

    def _discover(self) -> dict[str, Any]:
        said = {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "end_session_endpoint": f"{self.url}/end",
            **self.discovery,
        }
        return {name: value for name, value in said.items() if value is not None}

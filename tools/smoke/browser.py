"""A person at the site, over TLS."""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Mapping
from http.cookiejar import CookieJar
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPSHandler, Request, build_opener

from tools.smoke.site import Failed, Site


class Browser:
    """Trusts the site's certificate and keeps cookies."""

    def __init__(self, site: Site) -> None:
        self.site = site
        trust = ssl.create_default_context(cafile=str(site.folder / "tls" / "fullchain.pem"))
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()), HTTPSHandler(context=trust))

    def fetch(self, url: str, form: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        data = urlencode(form).encode() if form else None
        try:
            with self._opener.open(Request(url, data, {"Referer": url}), timeout=20) as answer:  # noqa: S310
                return answer.status, answer.read()
        except HTTPError as error:
            return error.code, error.read()
        except (URLError, OSError) as error:
            return 0, str(error).encode()

    def sign_in(self, name: str, password: str) -> bytes:
        page = f"{self.site.url}/admin/login/?next=/admin/"
        token = re.search(rb'name="csrfmiddlewaretoken" value="([^"]+)"', self.fetch(page)[1])
        if token is None:
            raise Failed("The sign-in page has no form.")
        form = {"csrfmiddlewaretoken": token[1].decode(), "username": name, "password": password, "next": "/admin/"}
        return self.fetch(page, form)[1]

    def health(self) -> str:
        try:
            return str(json.loads(self.fetch(f"{self.site.url}/health")[1])["status"])
        except (ValueError, KeyError):
            return ""

"""Nothing of the folder that the site runs from is served but its static files."""

from contextlib import closing

import pytest
from django.test import Client


@pytest.mark.parametrize(
    "path",
    ["/.git/config", "/.env", "/holdfast.sqlite3", "/manage.py", "/config/settings.py", "/docs/security.md",
     "/static/../config/settings.py", "/static/%2e%2e/config/settings.py", "/static/holdfast/../../manage.py",
     "/static//etc/passwd"],
)  # fmt: skip
def test_no_other_file_is_served(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/static/", "/static/holdfast/", "/static/holdfast", "/static/admin/"])
def test_no_folder_is_listed(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_static_file_is_served(client: Client, db: None) -> None:
    with closing(client.get("/static/holdfast/tokens.css")) as answer:
        assert answer.status_code == 200

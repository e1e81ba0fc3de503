"""Files that somebody sends, though no form takes one."""

import tempfile
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The files that were made for what was sent."""
    made: list[str] = []
    make = tempfile.NamedTemporaryFile

    def note(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401  as the function itself
        file = make(*args, **kwargs)
        made.append(str(file.name))
        return file

    monkeypatch.setattr("django.core.files.uploadedfile.tempfile.NamedTemporaryFile", note)
    return made


@pytest.mark.parametrize("address", ["/s/x", "/f/x", "/ask", "/admin/login/"])
def test_a_strangers_file_is_never_written_to_the_disk(db: None, written: list[str], address: str) -> None:
    for size in (10, 3_000_000):
        sent = {"password": "wrong", "file": SimpleUploadedFile("a.bin", b"a" * size)}
        answer = Client(enforce_csrf_checks=True).post(address, sent)
        assert answer.status_code == 403
        assert not answer.wsgi_request.FILES
        assert answer.wsgi_request.POST["password"] == "wrong"
    assert not written

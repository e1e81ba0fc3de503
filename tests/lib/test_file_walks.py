import io
import os
from pathlib import Path

import pytest

from links.lib import file_walks
from links.lib.file_walks import Unreadable, list_files, read_blocks


def test_files_come_by_name_and_what_version_control_keeps_does_not(tmp_path: Path) -> None:
    for name in ("b.txt", "a/c.txt", ".git/d.txt", ".github/e.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert [str(path.relative_to(tmp_path)) for path in list_files([tmp_path]) if isinstance(path, Path)] == [
        ".github/e.yml",
        "a/c.txt",
        "b.txt",
    ]


def test_no_link_is_followed_that_was_not_named(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    (tmp_path / "in" / "out").symlink_to(tmp_path / "file")
    (tmp_path / "file").touch()
    assert list(list_files([tmp_path / "in"])) == []
    assert list(list_files([tmp_path / "in" / "out"])) == [tmp_path / "in" / "out"]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert list(list_files([tmp_path, tmp_path / "pipe"])) == []


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    missing, long = tmp_path / "missing", tmp_path / ("x" * 300)
    assert [type(found) for found in list_files([missing, long])] == [Unreadable, Unreadable]


def test_deep_folders_need_no_deep_calls(tmp_path: Path) -> None:
    deep = tmp_path
    for _ in range(1_200):
        deep = deep / "d"
        deep.mkdir()
    (deep / "f").touch()
    assert list(list_files([tmp_path])) == [deep / "f"]
    (deep / "f").unlink()
    for folder in (deep, *deep.parents[:1_199]):  # which pytest would do by deep calls
        folder.rmdir()


def test_every_byte_comes_once_between_since_and_until(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_walks, "BLOCK_BYTES", 100)
    monkeypatch.setattr(file_walks, "OVERLAP_BYTES", 30)
    monkeypatch.setattr(file_walks, "LEAD_BYTES", 10)
    written = b"".join(b"%d\n" % number for number in range(1_000))
    blocks = list(read_blocks(io.BytesIO(written)))
    assert b"".join(block.data[block.since : block.until] for block in blocks) == written
    assert all(len(block.data) <= 150 for block in blocks)
    for block in blocks:
        first = block.data[block.data.index(b"\n") + 1 :].split(b"\n")[0]
        if first and block.data.count(b"\n") > 2:
            assert int(first) == block.lines_before + 1


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_is_read_as_text(encoding: str) -> None:
    blocks = list(read_blocks(io.BytesIO("https://example.com/Ä".encode(encoding))))
    assert blocks[-1].data == "https://example.com/Ä".encode()


@pytest.mark.parametrize("data", [b"", b"\0" * 500, b"a\0b", bytes(range(256))])
def test_what_is_no_utf_16_stays_as_it_is(data: bytes) -> None:
    assert list(read_blocks(io.BytesIO(data)))[-1].data == data

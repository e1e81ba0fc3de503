"""The objects in the demo's S3 server: real files, made here, put on disk as `rclone serve s3` keeps them."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

BUCKET = "holdfast-samples"

REPORT = "reports/annual report 2026.pdf"
PHOTO = "photos/harbour.png"
CATALOGUE = "資料/製品カタログ 2026.pdf"
ORDERS = "exports/orders+returns 2026.csv"
VANISHING = "exports/price-list-draft.csv"
"""Here at first; the demo deletes it to show what a link to a deleted object looks like."""
RECORDING = "recordings/board-meeting.wav"


def put(data_dir: Path) -> bool:
    """Make the bucket with its objects, unless it is there: what was deleted stays deleted. Whether it did."""
    bucket = data_dir / BUCKET
    if bucket.exists():
        return False
    draft = data_dir.with_name(f"{data_dir.name}.new")
    for key, body in _objects().items():
        path = draft / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    data_dir.mkdir(parents=True, exist_ok=True)
    draft.rename(bucket)
    return True


def put_back(data_dir: Path, key: str) -> None:
    """Make one object again, where it was deleted."""
    path = data_dir / BUCKET / key
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_objects()[key])


def _objects() -> dict[str, bytes]:
    return {
        REPORT: _pdf("Annual report 2026", "This file came through a Holdfast link."),
        PHOTO: _png(480, 320),
        CATALOGUE: _pdf("Product catalogue 2026", "Its name is Japanese, and so is the name it is saved under."),
        ORDERS: _csv("order,customer,amount", "10{0:02},Customer {0},{0}9.90", 40),
        VANISHING: _csv("article,price", "A-{0:03},{0}.50", 10),
        RECORDING: _wav(seconds=30),
    }


def _csv(heading: str, row: str, count: int) -> bytes:
    return "\r\n".join([heading, *(row.format(number) for number in range(1, count + 1)), ""]).encode()


def _pdf(title: str, sentence: str) -> bytes:
    """One A4 page with two lines of text (ASCII without brackets)."""
    page = f"BT /F1 28 Tf 72 720 Td ({title}) Tj /F1 14 Tf 0 -40 Td ({sentence}) Tj ET"
    resources = "<< /Font << /F1 5 0 R >> >>"
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources {resources} >>",
        f"<< /Length {len(page)} >>\nstream\n{page}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    file, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        offsets.append(len(file))
        file += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(bodies) + 1
    trailer = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
    return file + f"{trailer}startxref\n{len(file)}\n%%EOF\n".encode()


def _png(width: int, height: int) -> bytes:
    """A sunset over water, as a picture of plain colour bands."""
    rows = b"".join(b"\0" + _colour(y / height) * width for y in range(height))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(rows, 9)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def _colour(depth: float) -> bytes:
    if depth < 0.6:
        return bytes((255, int(120 + 150 * depth), int(60 + 100 * depth)))
    return bytes((int(40 + 60 * (1 - depth)), int(60 + 80 * (1 - depth)), 120))


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _wav(seconds: int) -> bytes:
    """Silence, of a size at which a download takes a moment."""
    rate = 44100
    body = bytes(rate * 2 * seconds)
    form = struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
    return (
        b"RIFF" + struct.pack("<I", 36 + len(body)) + b"WAVEfmt " + form + b"data" + struct.pack("<I", len(body)) + body
    )

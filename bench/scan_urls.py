"""How long `scan_urls` takes for a big log, beside one bare regular expression over the same file in the same run.

    python -m bench.scan_urls [MEGABYTES]

Prints seconds, the ratio of the two, and the most memory that the scan had. No network, no database.
"""

import os
import random
import re
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django

django.setup()

from links.services.pasted.scan_files import scan_files

_BARE = re.compile(rb"https?://[^\s\"'<>]+")
_SIGNED_EVERY = 2_000  # lines


def write_log(path: Path, megabytes: int, now: datetime) -> int:
    """Lines of a web server, most with an address of no interest. Returns how many signed URLs are in it."""
    chance, signed, number = random.Random(1), 0, 0
    with path.open("w") as log:
        while log.tell() < megabytes << 20:
            for _ in range(1_000):
                number += 1
                referrer = (
                    f"https://www.example.com/orders/{chance.randrange(10**9)}?page=2&token={chance.randrange(10**9)}"
                )
                if number % _SIGNED_EVERY == 0:
                    signed, referrer = signed + 1, _sign(number, now)
                log.write(
                    f'10.0.{number % 256}.7 - - [28/Nov/2026:08:00:00 +0000] "GET /orders/{number} HTTP/1.1" 200 '
                    f'{chance.randrange(90_000)} "{referrer}" "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101"\n'
                )
    return signed


def _sign(number: int, now: datetime) -> str:
    at = now - timedelta(days=1)
    return (
        f"https://files.s3.eu-central-1.amazonaws.com/report-{number}.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        f"&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F{at:%Y%m%d}%2Feu-central-1%2Fs3%2Faws4_request"
        f"&X-Amz-Date={at:%Y%m%dT%H%M%SZ}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature={number:064x}"
    )


def main() -> None:
    megabytes, now = int(sys.argv[1]) if len(sys.argv) > 1 else 100, datetime.now(UTC)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "access.log"
        signed = write_log(path, megabytes, now)
        began = time.perf_counter()
        with path.open("rb") as log:
            addresses = sum(len(_BARE.findall(line)) for line in log)
        bare, before = time.perf_counter() - began, _memory()
        began = time.perf_counter()
        scan = scan_files([path], sys.stdin.buffer, now)
        took = time.perf_counter() - began
    print(f"{megabytes} MB, {addresses} addresses, {signed} of them signed; found {len(scan.urls)}")
    print(f"bare regular expression {bare:.1f} s, scan {took:.1f} s: {took / bare:.1f} times as long")
    print(f"most memory {_memory():.0f} MB, of which {before:.0f} MB before the scan")


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()

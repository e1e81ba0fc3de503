"""One reader under atheris, which ends the process: `python -m security.fuzzing READER SECONDS SEED FOLDER`.

What is new is kept in FOLDER, and what makes it fail is written there as `crash-…`, `timeout-…` or `oom-…`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["links"]):
    from tests.fuzzing.readers import CORPUS, MAX_LENGTH, feed

SECONDS_EACH, MEGABYTES = 2, 512


def main(name: str, seconds: str, seed: str, folder: str) -> None:
    kept = Path(folder) / "corpus"
    kept.mkdir()
    options = {
        "max_total_time": seconds,
        "seed": seed,
        "max_len": str(MAX_LENGTH),
        "timeout": str(SECONDS_EACH),
        "rss_limit_mb": str(MEGABYTES),
        "artifact_prefix": f"{folder}/",
        "print_final_stats": "1",
    }
    arguments = [f"-{option}={value}" for option, value in options.items()]
    atheris.Setup([sys.argv[0], *arguments, str(kept), str(CORPUS / name)], lambda data: feed(name, data))
    atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])

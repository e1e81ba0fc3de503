"""What strangers write, made up by a fuzzer that sees which lines it reaches."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys

from security.play import ROOT, Measured, NotPlayed, Play
from tests.fuzzing.readers import CORPUS, READERS

TARGET = "each reader for five minutes: 0 crashes, 0 that take 2 s or 512 MB"
SECONDS = 300


def run(play: Play) -> Measured:
    """What makes a reader fail is put into the corpus, where the suite finds it until it is mended."""
    if importlib.util.find_spec("atheris") is None:
        raise NotPlayed("it needs atheris (requirements-security.txt)")
    told, broken = [], list[str]()
    for name in READERS:
        folder = play.folder / name
        folder.mkdir()
        command = [sys.executable, "-m", "security.fuzzing", name, str(play.scale(SECONDS))]
        command += [str(play.rng.randrange(1, 1_000_000)), str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, errors="replace")
        runs = re.search(r"number_of_executed_units: (\d+)", done.stderr)
        told.append(f"{name} {int(runs[1]):,}" if runs else f"{name} broke off")
        failed = sorted(path for path in folder.iterdir() if path.is_file())
        for path in failed:
            shutil.copy(path, CORPUS / name / path.name)
        last = done.stderr.strip().splitlines()[-1:] if done.returncode and not failed else []
        broken += [f"{name}: {path.name}" for path in failed] + [f"{name}: {line}" for line in last]
    return Measured(f"inputs read: {', '.join(told)}; {len(broken)} failed", tuple(broken))

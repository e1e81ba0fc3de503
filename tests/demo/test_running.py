"""A demo in the background."""

import subprocess
import sys
from pathlib import Path

from demo.running import ROOT
from tests.demo.processes import survivors

KILLED = """
import os, signal, sys
from pathlib import Path
from demo.running import READY, RunningDemo

class Sleeping(RunningDemo):
    command = [sys.executable, "-c", f"import time; print({READY!r}, flush=True); time.sleep(600)"]

with Sleeping(Path(sys.argv[1])) as demo:
    print(demo._process.pid, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_no_demo_outlives_whoever_was_killed_while_looking_at_it(tmp_path: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, tmp_path / "state"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    assert survivors({int(killed.stdout)}) == set()

"""The documents' site, built as `make site` builds it."""

import os
import shutil
import subprocess
from pathlib import Path

from tests.project.documents.markdown import DOCS, ROOT

CONFIGURATION = "zensical.toml"


def build_site(folder: Path) -> Path:
    """In a folder of its own; fails where the builder warns of anything."""
    shutil.copy(ROOT / CONFIGURATION, folder)
    shutil.copytree(DOCS, folder / "docs")
    shutil.copytree(ROOT / "tools" / "site", folder / "tools" / "site")
    command = [str(ROOT / ".venv" / "bin" / "zensical"), "build", "--strict"]
    built = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=120, check=False, env={"PATH": os.environ["PATH"]}
    )
    assert built.returncode == 0, built.stdout + built.stderr
    return folder / "site"

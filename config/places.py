"""Where the code lies, and where the site keeps what is its own.

In the repository this package is `config`, and templates, static files and translations lie beside it. In the wheel it
is `holdfast`, and they lie inside the application: names and folders are therefore looked up, never written down.
"""

import os
from pathlib import Path

import links

CODE = Path(__file__).resolve().parent.parent
_APPLICATION = Path(links.__file__).resolve().parent
IS_INSTALLED = (_APPLICATION / "templates").is_dir()
"""Whether this is the wheel's code, and no checkout."""
PRODUCT = _APPLICATION if IS_INSTALLED else CODE
"""The folder of `templates`, `static` and `locale`."""


def find_site(named: str) -> Path:
    """The folder of `.env`, SQLite's file and whatever else this site keeps.

    It is the one that `HOLDFAST_HOME` names, else the checkout, else `holdfast` where this user's programs keep their
    data (XDG Base Directory Specification).
    """
    if named:
        return Path(named).expanduser().absolute()
    if not IS_INSTALLED:
        return CODE
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if Path(data).is_absolute() else Path("~/.local/share").expanduser()) / "holdfast"

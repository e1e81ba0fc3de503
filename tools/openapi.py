"""`docs/api/openapi.json`, made from the code: every operation of the API, with what it takes and answers.

python -m tools.openapi            write it
python -m tools.openapi --check    fail where it is stale
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SECRET_KEY", "only to read the operations")
django.setup()

from django.utils import translation

from links.api.v1 import api

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api" / "openapi.json"


def main() -> int:
    fresh = write()
    if "--check" not in sys.argv:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(fresh, encoding="utf-8")
        return 0
    is_stale = not PAGE.exists() or PAGE.read_text(encoding="utf-8") != fresh
    if is_stale:
        sys.stderr.write(f"{PAGE.name} is stale: make docs\n")
    return int(is_stale)


def write() -> str:
    with translation.override("en"):
        return json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())

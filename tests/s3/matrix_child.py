"""Runs the cases of the matrix, each in a process of its own, with an environment and settings of its own.

A process that has imported Django, django-storages, boto3 and our domain, and has read neither environment nor
settings, forks once for each case. What else is ours is imported after the fork; the domain knows the standard library
only. One line of JSON comes in, one goes out.
"""

import json
import os
import sys
import traceback
from functools import cache, partial
from typing import Any

import boto3.resources.factory
import boto3.session  # noqa: F401
import django
import django.core.files.storage
import django.urls
import django.utils.log
import django.views.debug  # for its log
import django.views.generic  # for django-storages
import s3transfer.manager  # noqa: F401
import storages.backends.s3  # noqa: F401
from botocore import UNSIGNED
from botocore.config import Config
from botocore.loaders import JSONFileLoader, Loader
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

import links.domain.buckets.endpoints
import links.domain.credentials
import links.domain.signed_urls.gate  # noqa: F401


def main() -> None:
    _read_packaged_files()
    for line in sys.stdin:
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.write(writing, json.dumps(_run_safely(json.loads(line))).encode())
            os._exit(0)
        os.close(writing)
        with os.fdopen(reading) as answer:
            sys.stdout.write(answer.read() + "\n")
        os.waitpid(child, 0)
        sys.stdout.flush()


def _read_packaged_files() -> None:
    """A file of botocore's package says the same in each child: its JSON, megabytes of it, is read once. In which
    files a client looks, each child finds out for itself."""
    loading: Any = JSONFileLoader  # the stubs do not know what follows
    read = cache(partial(loading._load_file, JSONFileLoader()))
    loading._load_file = lambda _loader, path, open_file: read(path, open_file)
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    models = f"s3/{loader.determine_latest_version('s3', 'service-2')}"
    for name in (
        "endpoints",
        "partitions",
        "sdk-default-configuration",
        f"{models}/service-2",
        f"{models}/endpoint-rule-set-1",
    ):
        loader.load_data(name)


def _run_safely(case: dict[str, Any]) -> dict[str, str]:
    try:
        return _run(case)
    except Exception:  # noqa: BLE001  whatever it was, the test shows it
        return {"error": traceback.format_exc()}


def _run(case: dict[str, Any]) -> dict[str, str]:
    os.environ.clear()
    os.environ.update(case["environment"])
    storage = {"BACKEND": case["backend"], "OPTIONS": _revive(case["options"])}
    settings.configure(STORAGES={"share": storage}, **_revive(case["settings"]))
    django.setup()
    from django.core.files.storage import storages as configured

    try:
        return {"url": configured["share"].url(case["key"], **case["arguments"])}
    except ImproperlyConfigured as refused:
        reason = getattr(refused, "reason", None)
        return {"refused": getattr(reason, "code", ""), "sentence": str(refused)}


def _revive(values: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no botocore Config: {"Config": {...}} is one, with "UNSIGNED" for the marker."""
    return {name: _make_config(value) if _is_config(value) else value for name, value in values.items()}


def _is_config(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"Config"}


def _make_config(value: dict[str, Any]) -> Config:
    wanted = value["Config"]
    return Config(**{name: UNSIGNED if item == "UNSIGNED" else item for name, item in wanted.items()})


if __name__ == "__main__":
    main()

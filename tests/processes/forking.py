"""A Python that has imported the libraries, and forks for each process that a test starts.

    python -m tests.processes.forking SOCKET

It has read neither environment nor settings, and imported nothing of ours but what needs neither: each process does so
for itself, from the environment and the folder that it is given. One byte comes in for each, with five open files: what
to run, as JSON, its standard input, output and error, and who is told its number and, once it has ended, its exit code.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import socket
import struct
import sys
import time
import types
from pathlib import Path
from typing import Any

LIBRARIES = (
    *("boto3.session", "botocore.signers", "botocore.httpsession", "s3transfer.manager", "storages.backends.s3"),
    *("celery.bin.celery", "celery.contrib.django.task", "celery.fixups.django", "celery.apps.worker"),
    *("celery.app.log", "celery.app.amqp", "celery.app.control", "celery.app.events", "celery.concurrency.prefork"),
    *("celery.events.dispatcher", "celery.events.state", "celery.worker.consumer.agent", "celery.worker.autoscale"),
    *("kombu.transport.redis", "billiard.heap", "billiard.popen_fork", "billiard.synchronize", "billiard.sharedctypes"),
    *("cryptography.fernet", "cryptography.hazmat.primitives.asymmetric.ec", "pycurl", "redis", "segno", "smtplib"),
    *("csp.middleware", "environ.compat", "structlog", "ua_parser.basic", "whitenoise.middleware", "django_htmx"),
    *("django.contrib.admin.apps", "django.contrib.auth.apps", "django.contrib.auth.tokens"),
    *("django.contrib.contenttypes.apps", "django.contrib.messages.middleware", "django.contrib.sessions.backends.db"),
    *("django.contrib.sessions.middleware", "django.contrib.staticfiles.storage", "django.core.cache.backends.locmem"),
    *("django.core.management.commands.check", "django.core.management.commands.migrate"),
    *("django.db.backends.postgresql.base", "django.db.backends.sqlite3.base", "django.middleware.common"),
    *("django.middleware.locale", "django.template.defaulttags", "django.template.loader_tags"),
    *("django.views.debug", "django.views.generic", "encodings.idna"),
)
NUMBER = struct.Struct("i")
PURE = ("links.domain", "links.lib")


def main() -> None:
    control = socket.socket(fileno=int(sys.argv[1]))
    for library in LIBRARIES:
        importlib.import_module(library)
    for floor in PURE:
        found = importlib.import_module(floor)
        for module in pkgutil.walk_packages(found.__path__, f"{floor}."):
            importlib.import_module(module.name)
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those who wait
    while True:
        _, files, *_ = socket.recv_fds(control, 1, 5)
        if not files:
            return
        if not os.fork():
            control.close()
            _run_and_tell(*files)
            return
        for file in files:
            os.close(file)


def _run_and_tell(order: int, stdin: int, stdout: int, stderr: int, told: int) -> None:
    """Fork once more: one to run it, and one to wait for that."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if not child:
        os.close(told)
        _run(order, stdin, stdout, stderr)
        return
    for file in (order, stdin, stdout, stderr):
        os.close(file)
    os.write(told, NUMBER.pack(child))
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    os.write(told, NUMBER.pack(code))
    os._exit(0)


def _run(order: int, stdin: int, stdout: int, stderr: int) -> None:
    """As `python ARGUMENTS` would. What it raises, its exit code, and what it does at its end are Python's own."""
    with os.fdopen(order) as written:
        written.seek(0)
        wanted: dict[str, Any] = json.load(written)
    for number, file in enumerate((stdin, stdout, stderr)):
        os.dup2(file, number)
        os.close(file)
    if wanted["own_session"]:
        os.setsid()
    ours = ("tests", "__main__") if wanted["folder"] == str(Path.cwd()) else ("tests", "__main__", "links")
    for name in [name for name in sys.modules if name.partition(".")[0] in ours]:
        del sys.modules[name]
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    time.tzset()
    sys.stdin = os.fdopen(0, encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", errors="surrogateescape", closefd=False)
    sys.stderr = os.fdopen(2, "w", 1, encoding="utf-8", errors="backslashreplace", closefd=False)
    sys.path[1:1] = [folder for folder in os.environ.get("PYTHONPATH", "").split(os.pathsep) if folder]
    how, *arguments = wanted["arguments"]
    if how == "-c":
        sys.path[0], sys.argv = "", ["-c", *arguments[1:]]
        main = sys.modules["__main__"] = types.ModuleType("__main__")
        exec(compile(arguments[0], "<string>", "exec"), vars(main))
    elif how == "-m":
        sys.path[0], sys.argv = str(Path.cwd()), arguments
        runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)
    else:
        sys.path[0], sys.argv = str(Path(how).resolve().parent), [how, *arguments]
        runpy.run_path(how, run_name="__main__")


if __name__ == "__main__":
    main()

"""The id of the request that is being answered, and its way into the tasks that are asked for meanwhile."""

from structlog.contextvars import bind_contextvars, get_contextvars, unbind_contextvars

from links.lib.request_ids import read_request_id

KEY = "request_id"


def find_request_id() -> str:
    """Of what this thread is working on; "" where nobody asked for it."""
    return str(get_contextvars().get(KEY, ""))


def write_headers() -> dict[str, str]:
    """What a task is told beside its arguments."""
    request_id = find_request_id()
    return {KEY: request_id} if request_id else {}


def begin_task(told: str, task_id: str) -> None:
    """What this task logs tells the request that asked for it, or the task's own id where a tick did."""
    bind_contextvars(**{KEY: read_request_id(told) or read_request_id(task_id)})


def end_task() -> None:
    unbind_contextvars(KEY)

"""What an answer tells, to be compared with another's."""

from django.http import HttpResponseBase

from links.lib.request_ids import HEADER


def read_headers(answer: HttpResponseBase) -> dict[str, str]:
    """Without the request's id: each has its own."""
    return {name: value for name, value in answer.headers.items() if name != HEADER}

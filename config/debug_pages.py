"""What Django's pages for errors show where DEBUG is on: where and why, and no value that could be a secret.

A page for errors is pasted into chats and tickets. Its values (settings, the environment that the server puts beside
the headers, forms, cookies, the variables of each frame) hold link passwords, tokens and alert URLs under any name, so
that no list of names would do: what cannot be a secret is shown, and everything else by its type alone.
"""

from collections.abc import ItemsView, Mapping
from datetime import date, timedelta
from enum import Enum
from types import FrameType
from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from .log_records import describe, mask

_HARMLESS = (bool, int, float, date, timedelta, Enum, type, type(None))
_SHOWN_META = ("REQUEST_METHOD", "SERVER_NAME", "SERVER_PORT", "SERVER_PROTOCOL", "CONTENT_LENGTH", "CONTENT_TYPE")
_SHOWN_SETTINGS = frozenset({
    *("BASE_URL", "DEBUG", "INSTALLED_APPS", "LANGUAGES", "LANGUAGE_CODE", "MIDDLEWARE", "ROOT_URLCONF"),
    *("ALLOWED_HOSTS", "TIME_ZONE", "USE_TZ", "STATIC_URL", "TEMPLATES", "BASE_DIR", "WSGI_APPLICATION"),
})  # fmt: skip


class HiddenValues(SafeExceptionReporterFilter):
    def is_active(self, request: HttpRequest | None) -> bool:  # noqa: ARG002
        return True  # Django's own is so only where DEBUG is off

    def get_safe_settings(self) -> dict[str, Any]:
        names = [name for name in dir(settings) if name.isupper()]
        return {
            name: getattr(settings, name) if name in _SHOWN_SETTINGS else _hide(getattr(settings, name))
            for name in names
        }

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        meta = getattr(request, "META", {})
        return {name: value if name in _SHOWN_META else _hide(value) for name, value in meta.items()}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return _hide_all(getattr(request, "COOKIES", {}))

    def get_post_parameters(self, request: HttpRequest | None) -> QueryDict | dict[str, Any]:
        return {} if request is None else _hide_all(request.POST)

    def get_traceback_frame_variables(
        self,
        request: HttpRequest,  # noqa: ARG002
        tb_frame: FrameType,
    ) -> ItemsView[str, Any]:
        return {name: _Shown(_hide(value)) for name, value in tb_frame.f_locals.items()}.items()


class QuietReporter(ExceptionReporter):
    def get_traceback_data(self) -> dict[str, Any]:
        data = super().get_traceback_data()
        if self.request is not None:
            data["request_GET_items"] = _hide_all(self.request.GET).items()
            data["request_FILES_items"] = _hide_all(self.request.FILES).items()
            data["request_insecure_uri"] = describe(self.request.path)
            data["request"] = _Request(self.request)
        for name in ("exception_value", "exception_notes"):
            if name in data:
                data[name] = mask(str(data[name]))  # since Django 6.1 the value is the exception itself
        return data


class _Request:
    """As much of a request as the page asks for by itself."""

    def __init__(self, request: HttpRequest) -> None:
        self.META = {"REQUEST_METHOD": request.method}
        self.method = request.method
        self.path_info = describe(request.path)
        self.GET, self.COOKIES = _hide_all(request.GET), _hide_all(request.COOKIES)
        self.FILES = _hide_all(request.FILES)


class _Shown:
    """A text that stands for a value, and is written without the quotation marks of one."""

    def __init__(self, value: object) -> None:
        self._text = str(value)

    def __repr__(self) -> str:
        return self._text


def _hide(value: object) -> object:
    return value if isinstance(value, _HARMLESS) else f"({type(value).__name__}, not shown)"


def _hide_all(values: Mapping[str, object]) -> dict[str, Any]:
    return {name: _hide(value) for name, value in values.items()}

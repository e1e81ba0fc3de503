"""The body of a refusal, in whatever it is written: S3's XML, JSON, plain text, or a page for people.

No parser, thus no entity or DTD can do anything; and of a hostile body no more is looked at than can hold a sentence.
"""

import html
import json
import re
from collections.abc import Mapping

from links.domain.stores.answers import Form
from links.domain.stores.refusal_words import is_a_stores

_WEB_PAGE = re.compile(r"<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_ERROR = re.compile(r"<(?:\w+:)?Error[\s>]", re.IGNORECASE)
# The few elements that are looked at, and how long each may be.
_ELEMENTS: Mapping[str, int] = {
    "Code": 4_096,
    "Message": 4_096,
    "Details": 4_096,  # Google's
    "AuthenticationErrorDetail": 4_096,  # Azure's
    "Region": 4_096,
    "StorageClass": 4_096,
    "ActualObjectSize": 4_096,
    "ResourceType": 4_096,
    "ArgumentName": 4_096,
    "HeadersNotSigned": 4_096,
    "ServerTime": 4_096,
    "StringToSign": 16_384,
    "CanonicalRequest": 32_768,
}
_CODE_NAMES = ("code", "errorcode", "error_code", "error", "type", "__type")
_MESSAGE_NAMES = ("message", "error_description", "errormessage", "error_message", "msg", "detail", "title", "reason")
# S3's website endpoints list their code and message.
_PAGE_CODE = re.compile(r"<li>\s*Code:\s*([A-Za-z]{1,100})\s*</li>", re.IGNORECASE)
_HEADLINE = re.compile(r"<(?:title|h1|h2|h3|p|pre|li)\b[^<>]{0,200}>([^<]{1,300})", re.IGNORECASE)
_MAX_PAGE_LENGTH = 16_384
_MAX_HEADLINES = 6
_MAX_TEXT_LENGTH = 2_000


def read_refusal(body: bytes, content_type: str = "") -> tuple[Form, dict[str, str]]:
    """In what it is written, and its elements by S3's names. `Code` is there only where it is a store's word: of
    anything else that answers in JSON it is the `label`."""
    text = body.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        return Form.JSON, _read_json(text)
    is_page = _WEB_PAGE.match(text)
    if not is_page and _ERROR.search(text):
        return Form.XML, _read_xml(text)
    if is_page or ("html" in content_type.casefold() and "<" in text):
        return Form.HTML, _read_page(text)
    if text and len(text) <= _MAX_TEXT_LENGTH and not text.startswith("<") and _is_plain(text):
        return Form.TEXT, {"Message": text.strip()}
    return Form.NONE, {}


def join_message(elements: Mapping[str, str]) -> str:
    """What is said in the elements that stores have for it."""
    texts = (elements.get(name, "") for name in ("AuthenticationErrorDetail", "Message", "Details"))
    return " ".join(part for part in texts if part)


def _read_xml(text: str) -> dict[str, str]:
    found = {}
    for name, longest in _ELEMENTS.items():
        start = rf"<(?:\w{{1,20}}:)?{name}(?:\s[^<>]{{0,200}})?>"
        element = re.search(rf"{start}([^<]{{0,{longest}}})</(?:\w{{1,20}}:)?{name}\s*>", text, re.IGNORECASE)
        if element:
            found[name] = html.unescape(element[1]).strip()
    return found


def _read_json(text: str) -> dict[str, str]:
    """Anything may answer in JSON: only a code of a store's makes it the store's word."""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(said, dict):
        return {}
    texts = _find_texts(said)
    code, message = _first_text(texts, _CODE_NAMES), _first_text(texts, _MESSAGE_NAMES)
    named = {"Code": code} if is_a_stores(code) else {"label": code}
    return {**named, "Message": message}


def _find_texts(said: Mapping[str, object]) -> Mapping[str, object]:
    """What an error says, wherever it stands: `error`, the first of `errors`, and what that has for programs."""
    inner = said.get("error", said.get("Error", said.get("errors")))
    first = inner[0] if isinstance(inner, list) and inner else inner
    if isinstance(first, str) and isinstance(inner, list):
        return {"message": first}
    error = first if isinstance(first, dict) else said
    texts = {str(name).lower(): value for name, value in error.items()}
    messages, more = texts.get("messages"), texts.get("extensions")
    if isinstance(messages, list) and messages:
        texts.setdefault("message", messages[0])
    return {**{str(name).lower(): value for name, value in more.items()}, **texts} if isinstance(more, dict) else texts


def _first_text(texts: Mapping[str, object], names: tuple[str, ...]) -> str:
    found = (texts.get(name) for name in names)
    return next((text for text in found if isinstance(text, str) and text), "")


def _read_page(text: str) -> dict[str, str]:
    """Its title, headings and first paragraphs."""
    lines: list[str] = []
    code = _PAGE_CODE.search(text[:_MAX_PAGE_LENGTH])
    named = {"Code": code[1]} if code and is_a_stores(code[1]) else {}
    for found in _HEADLINE.finditer(text[:_MAX_PAGE_LENGTH]):
        line = " ".join(html.unescape(found[1]).split())
        if line and line not in lines:
            lines.append(line)
        if len(lines) == _MAX_HEADLINES:
            break
    return {**named, "Message": " – ".join(lines)} if lines else {}


def _is_plain(text: str) -> bool:
    return all(letter.isprintable() or letter in "\r\n\t" for letter in text)

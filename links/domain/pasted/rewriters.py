"""Services that put a URL of their own around the one that was meant: mail filters, trackers, search engines.

Most carry it in themselves, as a parameter, in the path, in Base64 or in ways of their own. What is signed is the URL
that was meant, whoever put something around it. Others only have a number for it, which nobody else can read.
"""

import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Iterator
from itertools import islice
from string import ascii_lowercase, ascii_uppercase, digits
from urllib.parse import parse_qs, unquote

from links.domain.pasted import extract
from links.domain.signed_urls.url_parts import split_raw
from links.domain.stores.hosts import Cloud, read_host

_REWRITERS = {
    "safelinks.protection.outlook.com": "url",
    "www.google.com": "q",
    "l.facebook.com": "u",
    "www.linkedin.com": "url",
} | dict.fromkeys(("urldefense.com", "urldefense.proofpoint.com"), "u")
_PROOFPOINT_2 = str.maketrans("-_", "%/")
_PROOFPOINT_3 = re.compile(
    r"https?://urldefense\.(?:proofpoint\.)?com/v3/__(?P<url>.+?)__;(?P<marks>[\w-]*)!", re.IGNORECASE
)
_CHECKPOINT = re.compile(r"https://protect\.checkpoint\.com/v2/(?:r\d+/)?___(?P<url>.+?)___\.", re.IGNORECASE)
_IN_A_PATH = re.compile(r"[/=](https?(?:%3A|:)%2F%2F[^/?#]+)", re.IGNORECASE)
_SIGNED = re.compile(
    r"[?&](?:x-amz-signature|x-goog-signature|x-oss-signature|q-signature|temp_url_sig|signature|sig)=", re.IGNORECASE
)
# Bing puts two letters before it.
_BASE64 = re.compile(
    r"(?:(?<![\w+-])|(?<=[?&]u=a1))aHR0c(?:[A-Za-z0-9+/_-]|%2[BF])+", re.ASCII
)  # which begins with "http"
_DISCORD = re.compile(
    r"https?://images-ext-[0-9]+\.discordapp\.net/external/[\w-]+/(?P<query>%3F[^/]*)/(?P<scheme>https?)/(?P<rest>.+)",
    re.IGNORECASE,
)
# Another's base before it. A key may be an address too, so that only a store's own name counts.
_BEHIND_A_BASE = re.compile(
    r"https?://(?P<base>[^/?#]+)/(?:[^?#]*/)?(?P<scheme>https?):/{1,2}(?P<host>[^/?#:]+)(?P<rest>[/:].*)",
    re.IGNORECASE | re.DOTALL,
)
_HEXADECIMAL = re.compile(r"/(68747470(?:[0-9a-f]{2})+)(?:$|[?#])", re.IGNORECASE)  # GitHub's for images: "http..."
_GOOGLES_OWN = re.compile(r"&(?:sa|source|ust|usg|ved)=[^&]*")
_RUNS = f"{ascii_uppercase}{ascii_lowercase}{digits}-_"
# Host -> the service's name. What they lead to is known to them alone.
_OPAQUE = {
    "mimecast.com": "Mimecast",
    "mimecastprotect.com": "Mimecast",
    "inky.com": "INKY",
    "lnkd.in": "LinkedIn",
    "t.co": "X",
    "bit.ly": "Bitly",
    "tinyurl.com": "TinyURL",
    "sendgrid.net": "SendGrid",
    "urldefense.com": "Proofpoint",
    "urldefense.proofpoint.com": "Proofpoint",
    "secure-web.cisco.com": "Cisco",
    "protection.sophos.com": "Sophos",
    "safelinks.protection.outlook.com": "Microsoft",
    "linkprotect.cudasvc.com": "Barracuda",
    "list-manage.com": "Mailchimp",
    "mandrillapp.com": "Mailchimp",
    "hubspotlinks.com": "HubSpot",
    "hornetsecurity.com": "Hornetsecurity",
}


def unwrap(text: str) -> str:
    """The URL that another one carries, or the text as it is. Only what may be signed is taken out of a URL that no
    service is known to have written."""
    if found := _PROOFPOINT_3.match(text):
        return _decode_proofpoint(found["url"], found["marks"]) or text
    if found := _CHECKPOINT.match(text):
        return found["url"]
    if found := _DISCORD.match(text):
        return f"{found['scheme']}://{found['rest']}{unquote(found['query'])}"
    if (found := _BEHIND_A_BASE.match(text)) and _SIGNED.search(found["rest"]) and _is_at_a_store(found):
        return f"{found['scheme']}://{found['host']}{found['rest']}"
    try:
        parts = split_raw(text)
    except ValueError:
        return text
    name = _look_up(_REWRITERS, (parts.hostname or "").lower())
    values = parse_qs(parts.query)
    carried = values.get(name, [""])[0] if name else ""
    if parts.path == "/v2/url":
        carried = unquote(carried.translate(_PROOFPOINT_2))
    elif name and (raw := re.search(rf"(?:^|&){name}=(https?://.+)", parts.query)):  # so that its parameters follow
        carried = _GOOGLES_OWN.sub("", raw[1])
    if not carried and not _SIGNED.search(parts.query):
        inner = (
            *(value for each in values.values() for value in each),
            *map(unquote, _IN_A_PATH.findall(parts.path)),
            *(bytes.fromhex(digits).decode(errors="replace") for digits in _HEXADECIMAL.findall(parts.path)),
            parts.fragment,
        )
        carried = next((url for url in inner if _SIGNED.search(url)), "")
    if not carried or not extract.STARTS.match(carried):
        carried = next(_decode_base64(text), "")
    return carried if extract.STARTS.match(carried) else text


def _is_at_a_store(found: re.Match[str]) -> bool:
    """Whether the address behind a base is a store's that is known, and the base is none."""
    is_known = [read_host(found[name]).cloud is not Cloud.OTHER for name in ("base", "host")]
    return is_known == [False, True]


def name_opaque(hostname: str) -> str:
    """The service that hides where its address leads; empty for any other host."""
    return _look_up(_OPAQUE, hostname.lower())


def _look_up(table: dict[str, str], host: str) -> str:
    return next((name for tail, name in table.items() if host == tail or host.endswith(f".{tail}")), "")


def _decode_base64(text: str) -> Iterator[str]:
    """Signed URLs that stand in it in Base64, in the path or a parameter."""
    for found in _BASE64.finditer(text):
        letters = unquote(found[0]).translate(str.maketrans("-_", "+/"))
        try:
            url = b64decode(letters + "=" * (-len(letters) % 4), validate=True).decode("ascii")
        except ValueError:  # of an object's own name
            continue
        if url.isprintable() and _SIGNED.search(url):
            yield url


def _decode_proofpoint(url: str, marks: str) -> str:
    """Marks that were taken out stand in order behind the URL; `*` is one of them, `**` and a letter a run. Empty where
    there are fewer of them than were taken out."""
    try:
        taken = iter(urlsafe_b64decode(marks + "=" * (-len(marks) % 4)).decode(errors="replace"))
    except ValueError:  # no Base64: the marks are lost
        return ""
    lost = False

    def put_back(found: re.Match[str]) -> str:
        nonlocal lost
        wanted = _RUNS.index(found[1]) + 2 if found[1] else 1
        put = "".join(islice(taken, wanted))
        lost = lost or len(put) < wanted
        return put

    whole = re.sub(r"\*(?:\*([\w-]))?", put_back, url, flags=re.ASCII)
    return "" if lost else whole

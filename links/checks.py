"""System checks: what can be set wrong, with ids and hints.

Ids: E0xx stops the product or makes it unsafe, W0xx takes something from it, I0xx is good to know.
"""

import ipaddress
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.fernet import Fernet
from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import Error as DatabaseError
from django.http.request import validate_host
from django.template import Engine, TemplateDoesNotExist, TemplateSyntaxError

from links.domain.colours import read_colour
from links.domain.errors import Unavailable, Unreadable
from links.domain.reasons import Reason
from links.domain.signed_urls.url_parts import split
from links.domain.stores.answers import CLOCK_WARNING
from links.lib import image_types
from links.lib.network import Reach, judge_address
from links.models import Bucket, Sealed, ShareLink, SigningKey
from links.queries import database
from links.services.validation.site_clock import compare_with_database

TAG = "holdfast"
SAMPLE = 20

_NEW_KEY = 'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
_TOKENS = ("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_AMBIENT = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_METADATA_NAMES = frozenset({"metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal"})
_BROKERS = ("redis", "rediss", "redis+socket", "sentinel")
_MOST_PROXIES = 5
_OTHERS = 0o077
# Below these, in two-letter domains, anybody registers a name; and below those, anybody gets one.
_REGISTRIES = frozenset(
    {"ac", "ad", "co", "com", "edu", "gob", "go", "gov", "gr", "ltd", "me", "ne", "net", "or", "org"}
)
_SHARED = frozenset({
    *("amazonaws.com", "appspot.com", "azurewebsites.net", "cloudfront.net", "fly.dev", "github.io", "herokuapp.com"),
    *("netlify.app", "ngrok.io", "onrender.com", "pages.dev", "run.app", "vercel.app", "web.app", "workers.dev"),
})  # fmt: skip


def judge_encryption_keys(keys: Sequence[str]) -> list[CheckMessage]:
    if not keys:
        hint = f"Make one with: {_NEW_KEY}"
        return [Error("ENCRYPTION_KEYS is empty: no secret can be stored.", hint=hint, id="holdfast.E001")]
    broken = [str(number) for number, key in enumerate(keys, start=1) if not _is_fernet_key(key)]
    if not broken:
        return []
    hint = f"Each must be 32 bytes in URL-safe Base64, newest first, separated by commas. Make one with: {_NEW_KEY}"
    return [Error(f"ENCRYPTION_KEYS: no. {', '.join(broken)} is not a key.", hint=hint, id="holdfast.E002")]


def judge_secrets(secrets: Iterable[Sealed | None]) -> list[CheckMessage]:
    """Whether what is stored can still be read, and belongs where it stands (catalogue, row 40)."""
    found = {_why_closed(secret) for secret in secrets if secret is not None}
    errors: list[CheckMessage] = []
    if Reason.SECRETS_UNREADABLE in found:
        hint = "Put the keys that were lost back into ENCRYPTION_KEYS, after the newest one. Links die without them."
        errors.append(Error("ENCRYPTION_KEYS cannot read the secrets that are stored.", hint=hint, id="holdfast.E003"))
    if Reason.SECRETS_MISPLACED in found:
        hint = "Find out who changed the database by hand, and restore: rotate_encryption_keys --check names the rows."
        errors.append(Error("A stored secret does not belong where it stands.", hint=hint, id="holdfast.E070"))
    return errors


def judge_base_url(base_url: str, allowed_hosts: Sequence[str]) -> list[CheckMessage]:
    if not base_url:
        hint = "Set it to the address at which customers reach this site, as in https://share.example.com"
        return [checks.Warning("BASE_URL is empty: no stable link can be made.", hint=hint, id="holdfast.W001")]
    if validate_host(urlsplit(base_url).hostname or "", allowed_hosts):
        return []
    hint = "Add the host of BASE_URL to ALLOWED_HOSTS, or leave ALLOWED_HOSTS empty."
    return [Error("ALLOWED_HOSTS refuses the host of BASE_URL: no link opens.", hint=hint, id="holdfast.E004")]


def judge_https(base_url: str) -> list[CheckMessage]:
    if not base_url.startswith("http://"):
        return []
    hint = "Links are secrets on their way to the customer. Give BASE_URL an https:// address."
    return [checks.Warning("BASE_URL is not https.", hint=hint, id="holdfast.W002")]


def judge_channels(mails: Sequence[str], urls: Sequence[str]) -> list[CheckMessage]:
    if not mails and not urls:
        hint = "Set ALERT_MAILS to addresses or ALERT_URLS to Apprise URLs (Slack, Teams, webhooks and many more)."
        return [checks.Warning("No alert channel: incidents are told to nobody.", hint=hint, id="holdfast.W003")]
    return [*_judge_mails(mails), *_judge_alert_urls(urls)]


def _judge_mails(mails: Sequence[str]) -> list[CheckMessage]:
    broken = [str(number) for number, mail in enumerate(mails, start=1) if not _is_mail(mail)]
    if not broken:
        return []
    hint = "Write plain addresses, separated by commas, as in ops@example.com"
    return [Error(f"ALERT_MAILS: no. {', '.join(broken)} is not a mail address.", hint=hint, id="holdfast.E005")]


def _judge_alert_urls(urls: Sequence[str]) -> list[CheckMessage]:
    """By number: such a URL is a secret as a whole."""
    if not urls:
        return []
    from links.channels import apprise  # noqa: PLC0415  a second's import, that most commands do without

    found: list[CheckMessage] = []
    if broken := [str(number) for number, url in enumerate(urls, start=1) if not apprise.is_valid(url)]:
        hint = "Compare it with the services in Apprise's documentation. A comma within a URL is written %2C."
        message = f"ALERT_URLS: Apprise does not understand no. {', '.join(broken)}."
        found.append(Error(message, hint=hint, id="holdfast.E006"))
    if never := [str(number) for number, url in enumerate(urls, start=1) if _is_metadata(apprise.find_host(url))]:
        hint = "Metadata services and link-local addresses are never connected to: nobody would be told."
        message = f"ALERT_URLS: no. {', '.join(never)} leads to a metadata service."
        found.append(Error(message, hint=hint, id="holdfast.E080"))
    return found


def judge_mail_way(mails: Sequence[str], backend: str) -> list[CheckMessage]:
    if not mails or backend.rpartition(".")[0].rpartition(".")[2] not in ("console", "dummy", "locmem"):
        return []
    hint = "Set EMAIL_URL to your mail server, as in smtp+tls://user:password@mail.example.com:587"
    return [checks.Warning("ALERT_MAILS is set, but no mail leaves this machine.", hint=hint, id="holdfast.W004")]


def judge_environment(environment: Mapping[str, str]) -> list[CheckMessage]:
    """Holdfast signs with stored keys alone; whatever else here uses AWS may not, and it is how links die early."""
    found: list[CheckMessage] = []
    if tokens := [name for name in _TOKENS if environment.get(name)]:
        hint = (
            "Holdfast itself never signs with it, but whatever else signs URLs in this environment makes links that "
            "die with the token, in hours. Remove it."
        )
        found.append(checks.Warning(f"{', '.join(tokens)} in the environment.", hint=hint, id="holdfast.W005"))
    if ambient := [name for name in _AMBIENT if environment.get(name)]:
        hint = (
            "Holdfast uses none of them: a bucket's own signing key is all that ever signs. Remove what nobody needs."
        )
        found.append(Info(f"{', '.join(ambient)} in the environment.", hint=hint, id="holdfast.I001"))
    return found


def judge_proxies(proxies: int, base_url: str, headers: str = "forwarded") -> list[CheckMessage]:
    if proxies > _MOST_PROXIES:
        hint = "It is the number of proxies before this server that you run yourself; visitors may forge the rest."
        return [checks.Warning(f"TRUSTED_PROXIES is {proxies}.", hint=hint, id="holdfast.W006")]
    if proxies and headers != "forwarded":
        hint = (
            "Visitors may send X_Forwarded_For too, which reaches us under the same name. Make sure that the proxy "
            "drops headers with underscores, as docs/proxies.md tells, or better have it set Forwarded."
        )
        return [Info(f"PROXY_HEADERS is {headers}.", hint=hint, id="holdfast.I050")]
    if proxies == 0 and base_url.startswith("https://"):
        hint = (
            "Where a proxy ends HTTPS, set it to the number of proxies, and have the proxy set Forwarded, as "
            "docs/proxies.md tells: else every page redirects to itself."
        )
        return [Info("TRUSTED_PROXIES is 0, and BASE_URL is https.", hint=hint, id="holdfast.I002")]
    return []


def judge_probe_hosts(hosts: Sequence[str]) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if never := [host for host in hosts if _is_metadata(host)]:
        hint = "Metadata services hand out credentials, and link-local addresses are nobody's: they are never asked."
        found.append(
            Error(f"PROBE_ALLOWED_HOSTS names {', '.join(never)}.", hint=hint, id="holdfast.E007"),
        )
    if shapeless := [str(number) for number, host in enumerate(hosts, start=1) if not _is_host(host)]:
        hint = "Write host, host:port, or .host for every host below it; no https:// and no path."
        found.append(
            Error(f"PROBE_ALLOWED_HOSTS: no. {', '.join(shapeless)} is not a host.", hint=hint, id="holdfast.E008")
        )
    return found


def judge_monitor(url: str) -> list[CheckMessage]:
    """The URL is a secret, and is not repeated."""
    try:
        if url:
            split(url)
    except Unreadable:
        hint = "Write the whole address, as in https://hc-ping.com/your-uuid; no redirect is followed."
        return [Error("MONITOR_URL is no http or https address.", hint=hint, id="holdfast.E014")]
    return []


def judge_broker(url: str) -> list[CheckMessage]:
    if url.partition("://")[0] in _BROKERS:
        return []
    hint = "As in redis://127.0.0.1:6379/0, or rediss:// for an encrypted connection."
    return [Error("REDIS_URL is not the address of a Redis.", hint=hint, id="holdfast.E009")]


def judge_database(engine: str) -> list[CheckMessage]:
    if "sqlite" not in engine:
        return []
    hint = "It serves one machine and some ten thousand links well. For more of either, use PostgreSQL."
    return [Info("The database is SQLite.", hint=hint, id="holdfast.I003")]


def judge_brand(logo: str, accent: str, pages: Mapping[str, str]) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if logo and not (Path(logo).is_file() and Path(logo).suffix.lower() in image_types.TYPES):
        hint = f"Give the path of a file on this machine whose name ends in {' or '.join(image_types.TYPES)}."
        found.append(Error("BRAND_LOGO names no picture.", hint=hint, id="holdfast.E010"))
    if accent and not _is_colour(accent):
        hint = "Write it as #rrggbb, as in #0e5f69."
        found.append(Error("BRAND_ACCENT is no colour.", hint=hint, id="holdfast.E011"))
    for name, address in pages.items():
        if address and urlsplit(address).scheme not in ("http", "https"):
            hint = "Write the whole address, as in https://www.example.com/imprint"
            found.append(Error(f"{name} is no address of a page.", hint=hint, id="holdfast.E012"))
    return found


def judge_templates(folder: str) -> list[CheckMessage]:
    """Whether a site's own templates are there, can be read, and take the place of one of the product's."""
    if not folder:
        return []
    if not Path(folder).is_dir():
        hint = "Give the path of a folder, with a file such as mail/incident.txt in it, or leave TEMPLATE_DIR empty."
        return [Error("TEMPLATE_DIR names no folder.", hint=hint, id="holdfast.E081")]
    names = sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())
    return [found for name in names if (found := _judge_template(name))]


def _judge_template(name: str) -> CheckMessage | None:
    engine = Engine.get_default()
    try:
        engine.get_template(name)
    except (TemplateSyntaxError, UnicodeDecodeError) as error:
        hint = "Correct the template; until then mails use the product's own."
        return Error(f"The template {name} cannot be read: {error}", hint=hint, id="holdfast.E082")
    own = Engine(dirs=engine.dirs[-1:], app_dirs=True, libraries=engine.libraries)
    try:
        own.get_template(name)
    except TemplateDoesNotExist:
        hint = "Give it the name and folder of the template that it takes the place of, as in mail/incident.txt."
        return checks.Warning(f"The template {name} takes no other's place.", hint=hint, id="holdfast.W081")
    return None


def judge_secret_files(files: Iterable[str]) -> list[CheckMessage]:
    """Whether others on this machine can read them. A warning and no refusal: what an orchestrator mounts into a
    container is readable by everybody in it, and nobody else is there."""
    open_to_others = [file for file in files if _find_mode(file) & _OTHERS]
    if not open_to_others:
        return []
    hint = f"Make them their owner's alone: chmod 600 {' '.join(open_to_others)}"
    return [
        checks.Warning(
            f"Others can read {', '.join(open_to_others)}, where secrets stand.", hint=hint, id="holdfast.W050"
        )
    ]


def judge_allowed_hosts(hosts: Sequence[str]) -> list[CheckMessage]:
    wide = [host for host in hosts if _is_too_wide(host)]
    if not wide:
        return []
    hint = "Name the hosts of this site, as in share.example.com, or leave ALLOWED_HOSTS empty for that of BASE_URL."
    message = f"ALLOWED_HOSTS takes {', '.join(wide)}: hosts of strangers, too."
    return [checks.Warning(message, hint=hint, id="holdfast.W051")]


@register(TAG)
def check_settings(**_: Any) -> list[CheckMessage]:
    return [
        *judge_encryption_keys(settings.ENCRYPTION_KEYS),
        *judge_base_url(settings.BASE_URL, settings.ALLOWED_HOSTS),
        *judge_channels(settings.ALERT_MAILS, settings.ALERT_URLS),
        *judge_environment(os.environ),
        *judge_probe_hosts(settings.PROBE_ALLOWED_HOSTS),
        *judge_monitor(settings.MONITOR_URL),
        *judge_broker(settings.REDIS_URL),
        *judge_templates(settings.TEMPLATE_DIR),
        *judge_secret_files([*settings.SECRET_FILES, *_database_file()]),
        *judge_brand(
            settings.BRAND_LOGO,
            settings.BRAND_ACCENT,
            {"IMPRINT_URL": settings.IMPRINT_URL, "PRIVACY_URL": settings.PRIVACY_URL},
        ),
    ]


@register(TAG, deploy=True)
def check_deployment(**_: Any) -> list[CheckMessage]:
    return [
        *judge_https(settings.BASE_URL),
        *judge_mail_way(settings.ALERT_MAILS, settings.MAILERS["default"]["BACKEND"]),
        *judge_proxies(settings.TRUSTED_PROXIES, settings.BASE_URL, settings.PROXY_HEADERS),
        *judge_database(str(settings.DATABASES["default"]["ENGINE"])),
        *judge_allowed_hosts(settings.ALLOWED_HOSTS),
    ]


@register(Tags.database)
def check_stored_secrets(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """At `migrate` and `check --database default`, by the newest rows."""
    if not databases or "default" not in databases or judge_encryption_keys(settings.ENCRYPTION_KEYS):
        return []
    try:
        return judge_secrets(_sample_secrets()) if database.is_there() else []
    except DatabaseError:  # not migrated yet: nothing is stored
        return []


def judge_clock(database_ahead: timedelta | None) -> list[CheckMessage]:
    if database_ahead is None or abs(database_ahead) < CLOCK_WARNING:
        return []
    side, seconds = (
        ("behind" if database_ahead > timedelta() else "ahead of"),
        round(abs(database_ahead).total_seconds()),
    )
    hint = "Set both clocks by NTP. What is signed by a clock that is wrong, stores refuse."
    return [
        checks.Warning(f"This machine's clock is {seconds} s {side} the database's.", hint=hint, id="holdfast.W060")
    ]


@register(Tags.database)
def check_clock(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """At `migrate` and `check --database default`."""
    if not databases or "default" not in databases:
        return []
    try:
        return judge_clock(compare_with_database())
    except DatabaseError:
        return []


def _sample_secrets() -> list[Sealed | None]:
    keys = [key.secret for key in SigningKey.objects.order_by("-pk")[:SAMPLE]]
    buckets = [bucket.binding for bucket in Bucket.objects.select_related("key").order_by("-pk")[:SAMPLE]]
    links = ShareLink.objects.order_by("-pk").only("seal_id", "token", "token_hash", "url", "url_hash")[:SAMPLE]
    return [*keys, *buckets, *(secret for link in links for secret in (link.token, link.url))]


def _why_closed(secret: Sealed) -> Reason | None:
    try:
        secret.open()
    except Unavailable as error:
        return error.reason
    return None


def _find_mode(file: str) -> int:
    try:
        return Path(file).stat().st_mode
    except OSError:
        return 0


def _database_file() -> list[str]:
    default = settings.DATABASES["default"]
    name = str(default["NAME"])
    return [name] if "sqlite" in str(default["ENGINE"]) and not name.startswith((":", "file:")) else []


def _is_too_wide(host: str) -> bool:
    """Whether it takes in whoever registers a name: `*`, `.com`, `.co.uk`, `.github.io`."""
    if host.strip() == "*":
        return True
    labels = host.strip().lower().strip(".").split(".")
    if not host.strip().startswith("."):
        return False
    is_registry = len(labels) == 2 and len(labels[1]) == 2 and labels[0] in _REGISTRIES
    return len(labels) < 2 or is_registry or ".".join(labels) in _SHARED


def _is_fernet_key(key: str) -> bool:
    try:
        Fernet(key)
    except ValueError:
        return False
    return True


def _is_colour(text: str) -> bool:
    try:
        read_colour(text)
    except Unreadable:
        return False
    return True


def _is_mail(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


def _is_metadata(host: str) -> bool:
    name = _bare_name(host)
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in _METADATA_NAMES
    return judge_address(name) is Reach.NEVER


def _is_host(host: str) -> bool:
    return bool(_bare_name(host)) and not set(host) & set("/@?# *")


def _bare_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host.removeprefix('.')}").hostname or "").rstrip(".")
    except ValueError:
        return ""

import secrets
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.core.management.base import CommandParser
from django.db.models import CharField, Model, TextField
from django.utils import timezone

from links.conf import site
from links.domain.promise import lifetimes
from links.management.base import HoldfastCommand, unusable
from links.management.reports import Report
from links.queries.own_urls import stable_url
from links.services.pasted.stored_urls import ReplacedUrls, replace_urls


class Command(HoldfastCommand):
    help = (
        "Replace the signed URLs that a column of your own table holds by stable links, row by row. What was "
        "interrupted is begun again and goes on. No URL is printed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("column", metavar="APP.MODEL.FIELD", help="As in shop.Invoice.url.")
        parser.add_argument("--lifetime", required=True, help="Of each link, counted from now, as in 30d or 1y.")
        parser.add_argument("--dry-run", action="store_true", help="Ask the stores, and change nothing.")

    def answer(self, options: dict[str, Any]) -> Report:
        model, name = _find_column(options["column"])
        zone, now, is_dry = timezone.get_default_timezone(), timezone.now(), options["dry_run"]
        lifetimes.parse(options["lifetime"], zone=zone)
        if not site.BASE_URL:
            raise unusable("BASE_URL is empty: no stable link can be made.")
        told = replace_urls(model, name, lifetime=options["lifetime"], zone=zone, now=now, is_dry=is_dry)
        data = {
            "column": options["column"],
            "dry_run": is_dry,
            "found": told.found,
            "replaced": told.replaced,
            "changed_meanwhile": told.changed,
            "refused": [{"code": code, "count": count, "rows": told.rows[code]} for code, count in _sort(told)],
        }
        return Report(data, _tell(told, is_dry=is_dry), 1 if told.refused else 0)


def _find_column(path: str) -> tuple[type[Model], str]:
    try:
        label, model_name, name = path.split(".")
        model = apps.get_model(label, model_name)
        held = model._meta.get_field(name)  # noqa: SLF001  Django's, and documented
    except (ValueError, LookupError, FieldDoesNotExist):
        raise unusable(f"There is no column {path!r}. Write it as in shop.Invoice.url.") from None
    if not isinstance(held, CharField | TextField):
        raise unusable(f"{path} holds no text.")
    longest = len(stable_url(secrets.token_urlsafe(32)))
    if held.max_length is not None and held.max_length < longest:
        raise unusable(f"{path} holds {held.max_length} characters, and a link has {longest}. Make it longer first.")
    return model, name


def _sort(told: ReplacedUrls) -> list[tuple[str, int]]:
    return told.refused.most_common()


def _tell(told: ReplacedUrls, *, is_dry: bool) -> list[str]:
    did = "would be replaced" if is_dry else "were replaced"
    lines = [f"{told.found} rows hold a signed URL; {told.replaced} {did} by stable links."]
    if told.changed:
        lines.append(f"{told.changed} were written by somebody else meanwhile. Run it again.")
    for code, count in _sort(told):
        rows = ", ".join(told.rows[code])
        more = ", ..." if count > len(told.rows[code]) else ""
        lines.append(f"{count} keep theirs, {code}: rows {rows}{more}")
    return lines

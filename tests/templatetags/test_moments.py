from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.template import Context, Template
from django.utils import timezone

from tests.site_settings import SiteSettings


def render(template: str, **context: object) -> str:
    return Template("{% load moments retention %}" + template).render(Context(context))


def test_a_moment_is_in_the_readers_zone_which_is_named() -> None:
    when = datetime(2090, 12, 24, 12, tzinfo=UTC)
    with timezone.override(ZoneInfo("Asia/Tokyo")):
        told = render("{{ when|moment }}", when=when)
    assert told == '<time datetime="2090-12-24T12:00:00+00:00">24 December 2090, 21:00 JST</time>'


def test_no_moment_is_nothing() -> None:
    assert render("{{ when|moment }}", when=None) == ""


def test_how_long_visits_are_kept_is_the_sites_setting(site_settings: SiteSettings) -> None:
    site_settings.VISIT_DAYS = 30
    assert render("{% visit_days %}") == "30"

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from links.public import answers, branding, downloads, monitoring, views


class Anything(StringConverter):
    """Line breaks too, which mail programs glue to an address."""

    regex = r"[\s\S]+"


class Secret(StringConverter):
    """Who has it may do what stands behind it: no log tells it."""

    is_secret = True


class SecretAndAnything(Anything):
    is_secret = True


register_converter(Anything, "anything")
register_converter(Secret, "secret")
register_converter(SecretAndAnything, "secret_and_anything")

urlpatterns = [
    path("", views.home),
    path("favicon.ico", views.favicon),
    path("health", views.health, name="health"),
    path("healthz", monitoring.healthz, name="healthz"),
    path("readyz", monitoring.readyz, name="readyz"),
    path("metrics", monitoring.metrics, name="metrics"),
    path("brand/logo", branding.show_logo, name="brand_logo"),
    path("brand/style.css", branding.show_style, name="brand_style"),
    path("ask", downloads.ask, name="ask"),
    path("asked/<slug:what>/<slug:reader>", downloads.show_asked, name="asked"),
    path("s/", answers.not_found),
    path("s/<secret_and_anything:token>", downloads.visit, name="visit"),
    path("f/<anything:slug>", downloads.visit_slug, name="visit_slug"),
    path("g/<secret:token>/", downloads.show_grant, name="grant"),
    path("g/<secret:token>/file", downloads.fetch_granted, name="grant_file"),
]

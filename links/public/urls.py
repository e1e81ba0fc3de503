from django.urls import path, register_converter
from django.urls.converters import StringConverter

from links.public import answers, branding, downloads, views


class Anything(StringConverter):
    """Line breaks too, which mail programs glue to an address."""

    regex = r"[\s\S]+"


register_converter(Anything, "anything")

urlpatterns = [
    path("", views.home),
    path("favicon.ico", views.favicon),
    path("health", views.health, name="health"),
    path("brand/logo", branding.show_logo, name="brand_logo"),
    path("brand/style.css", branding.show_style, name="brand_style"),
    path("ask", downloads.ask, name="ask"),
    path("s/", answers.not_found),
    path("s/<anything:token>", downloads.visit, name="visit"),
    path("f/<anything:slug>", downloads.visit_slug, name="visit_slug"),
    path("g/<str:token>/", downloads.show_grant, name="grant"),
    path("g/<str:token>/file", downloads.fetch_granted, name="grant_file"),
]

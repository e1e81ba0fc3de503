from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class LinksConfig(AppConfig):
    name = "links"
    verbose_name = _("Share links")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from links import checks  # noqa: F401, PLC0415  registers the system checks, which need the models


class HoldfastAdminConfig(AdminConfig):
    default_site = "links.admin.site.HoldfastSite"

    def ready(self) -> None:
        super().ready()
        # Not by importing `links.admin` alone: the site lives in there and must exist before anything registers.
        from links.admin import desks  # noqa: F401, PLC0415

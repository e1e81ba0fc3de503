from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class LinksConfig(AppConfig):
    name = "links"
    verbose_name = _("Share links")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from links import checks  # noqa: F401, PLC0415  registers the system checks, which need the models

        post_migrate.connect(_make_roles, sender=self)


class HoldfastAdminConfig(AdminConfig):
    default_site = "links.admin.site.HoldfastSite"

    def ready(self) -> None:
        super().ready()
        # Not by importing `links.admin` alone: the site lives in there and must exist before anything registers.
        from links.admin import all_pages  # noqa: F401, PLC0415


def _make_roles(sender: AppConfig, **_signal: object) -> None:
    from django.contrib.auth.management import create_permissions  # noqa: PLC0415  needs the models

    from links.services.people.roles import make_roles  # noqa: PLC0415  needs the models

    create_permissions(sender, verbosity=0)  # this signal may reach us before it reaches Django's own
    make_roles()

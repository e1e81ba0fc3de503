import django_stubs_ext
from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from links.conf import site

# What is generic in django-stubs can be written so, as in ModelAdmin[ShareLink]; before any model is imported.
django_stubs_ext.monkeypatch()


class LinksConfig(AppConfig):
    name = "links"
    verbose_name = _("Share links")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from links import checks  # noqa: F401, PLC0415  registers the system checks, which need the models
        from links.services.audit import deletions  # noqa: F401, PLC0415  receive signals of models
        from links.services.audit.acts import accounts  # noqa: F401, PLC0415  receive signals of models
        from links.services.people import demotions  # noqa: F401, PLC0415  hears of changed accounts

        site.read_all()  # a value that is wrong is told now, and not to somebody who opens a link
        post_migrate.connect(_make_roles, sender=self)


def _make_roles(sender: AppConfig, **_signal: object) -> None:
    from django.contrib.auth.management import create_permissions  # noqa: PLC0415  needs the models

    from links.services.people.roles import make_roles  # noqa: PLC0415  needs the models

    create_permissions(sender, verbosity=0)  # this signal may reach us before it reaches Django's own
    make_roles()

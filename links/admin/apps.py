"""The product's pages in place of Django's own admin."""

from django.contrib.admin.apps import AdminConfig


class HoldfastAdminConfig(AdminConfig):
    default_site = "links.admin.site.HoldfastSite"

    def ready(self) -> None:
        super().ready()
        # Not by importing `links.admin` alone: the site lives in there and must exist before anything registers.
        from links.admin import all_pages  # noqa: F401, PLC0415
        from links.admin.sign_in import session_marks  # noqa: F401, PLC0415  hears of every sign-in

from django.contrib import admin
from django.urls import include, path

from links.api import reference
from links.api.v1 import api

urlpatterns = [
    path("admin/links/api/", admin.site.admin_view(reference.show_reference), name="api_reference"),
    path("admin/links/api/openapi.json", admin.site.admin_view(reference.show_document), name="api_document"),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("links.public.urls")),
]

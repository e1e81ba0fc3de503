from django.contrib.admin import AdminSite, ModelAdmin

from shop.models import Document


class Office(AdminSite):
    """The shop's own pages, beside Holdfast's."""

    site_header = "Office"


class DocumentAdmin(ModelAdmin[Document]):
    list_display = ("title", "file")


office = Office("office")
office.register(Document, DocumentAdmin)

"""Customers: whom links are for."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from links.conf.languages import LANGUAGES
from links.models.search import SearchedModel


class CustomerKind(models.TextChoices):
    """Japanese addresses them differently."""

    COMPANY = "company", _("Company")
    PERSON = "person", _("Person")


class Customer(SearchedModel):
    """A person or a company. Their language and zone are those of the words that are sent to them."""

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=10, choices=CustomerKind.choices, default=CustomerKind.PERSON)
    mail = models.EmailField(_("mail address"), blank=True)
    language = models.CharField(_("language"), max_length=10, choices=LANGUAGES, default="en")
    zone = models.CharField(_("time zone"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("added at"), editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, editable=False, related_name="+",
        verbose_name=_("added by"),
    )  # fmt: skip

    searched = ("name", "mail")

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["name", "id"], name="customer_by_name")]

    @property
    def is_company(self) -> bool:
        return self.kind == CustomerKind.COMPANY

    def __str__(self) -> str:
        return self.name

"""Customers: who they are, and how they read."""

from datetime import datetime

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from links.domain.errors import Refused
from links.lib.zones import find_zone, list_zones
from links.models import Customer
from links.models.people.customers import CustomerKind
from links.services.people import customers
from links.texts import refusals

ZONES_LIST = "zones"  # the page's datalist


class CustomerForm(forms.ModelForm[Customer]):
    kind = forms.ChoiceField(
        label=_("Company or person"),
        choices=[("", _("As the name says")), *CustomerKind.choices],
        required=False,
        help_text=_("Japanese mails address a company as 御中 and a person as 様."),
    )

    class Meta:
        model = Customer
        fields = ["name", "kind", "mail", "language", "zone"]
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "mail": forms.EmailInput(attrs={"autocomplete": "off"}),
            "zone": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "list": ZONES_LIST}),
        }
        help_texts = {
            "name": _("The name by which your colleagues would search."),
            "mail": _("We write to this address when you grant more time."),
            "language": _("For mails to the customer and the message that you send with a link."),
            "zone": _("For example Asia/Tokyo or Europe/Berlin. If empty, the time zone of this site."),
        }

    def clean_kind(self) -> str:
        return self.cleaned_data["kind"] or customers.guess_kind(self.cleaned_data.get("name", ""))

    def clean_zone(self) -> str:
        """However it was typed: "asia/tokyo" and "Asia / Tokyo" are the same."""
        typed = str(self.cleaned_data["zone"]).replace(" ", "")
        listed = next((name for name in list_zones() if name.casefold() == typed.casefold()), typed)
        if listed and find_zone(listed) is None:
            raise ValidationError(_("This time zone is not known. Choose one from the list, for example Asia/Tokyo."))
        return listed

    known: int | None = None
    """The customer who has the name already."""
    refused: Refused | None = None

    def save_at(self, now: datetime, by: User) -> Customer | None:
        """None where it was refused, which the form then says in words."""
        if not self.instance.pk:
            self.instance.created_at, self.instance.added_by = now, by
        try:
            return customers.save(self.instance)
        except Refused as refused:
            self.known, self.refused = int(str(refused.params["customer"])), refused
            self.add_error("name", refusals.explain(refused))
            return None

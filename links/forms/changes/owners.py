"""Links handed to a colleague."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from links.forms.base import ServiceForm
from links.models import ShareLink
from links.models.people.accounts import list_accounts
from links.services.links import owners, transfers
from links.services.links.transfers import Transfer
from links.services.mail.senders import reaches_by_mail
from links.texts.people import name_account


class Colleagues(forms.ModelChoiceField[User]):
    def label_from_instance(self, obj: User) -> str:
        name = name_account(obj)
        return name if reaches_by_mail(obj) else gettext("%(colleague)s – no mail address") % {"colleague": name}


class ColleagueForm(ServiceForm):
    colleague = Colleagues(
        label=_("Colleague"),
        queryset=list_accounts().none(),
        help_text=_("Staff who may make links. The link and its messages then go to this colleague."),
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["colleague"].queryset = owners.list_colleagues()  # type: ignore[attr-defined]

    def transfer_one(self, link: ShareLink, giver: User, now: datetime) -> Transfer | None:
        return self.attempt(lambda: self._transfer_one(link, giver, now))

    def _transfer_one(self, link: ShareLink, giver: User, now: datetime) -> Transfer:
        done = transfers.transfer([link], self.cleaned_data["colleague"], giver, now)
        link.refresh_from_db()
        if refused := done.results[0].refused:
            raise refused
        return done

    def transfer(self, links: Sequence[ShareLink], giver: User, now: datetime) -> Transfer | None:
        return self.attempt(lambda: transfers.transfer(links, self.cleaned_data["colleague"], giver, now))

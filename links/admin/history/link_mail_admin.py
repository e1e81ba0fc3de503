"""Mails about links: what was written to whom, and whether it arrived."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from links.admin.base.history_lists import LinkHistoryListAdmin, OutboxAdmin
from links.domain.link_mails import LinkMailKind
from links.models import LinkMail
from links.texts import labels


@admin.register(LinkMail)
class LinkMailAdmin(LinkHistoryListAdmin[LinkMail], OutboxAdmin[LinkMail]):
    list_display = ["shown_state", "kind_name", "shown_link", "reader", "made", "delivered", "attempts", "last_error"]
    explained = _(
        "Mails about one link, to the person who made it, the colleague to whom it was transferred, or the customer: "
        "it expires soon, it was downloaded or transferred, or more time was requested or granted."
    )

    @admin.display(description=_("to"))
    def reader(self, link_mail: LinkMail) -> str:
        return link_mail.to or labels.channel_label(link_mail.channel)

    @admin.display(description=_("Kind"))
    def kind_name(self, link_mail: LinkMail) -> str:
        return labels.label(LinkMailKind(link_mail.kind)) if link_mail.kind in set(LinkMailKind) else link_mail.kind

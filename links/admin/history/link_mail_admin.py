"""Letters: what was written to whom, and whether it arrived."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from links.admin.base.history_lists import LinkHistoryListAdmin, OutboxAdmin
from links.domain.link_mails import LetterKind
from links.models import Letter
from links.texts import labels


@admin.register(Letter)
class LinkMailAdmin(LinkHistoryListAdmin[Letter], OutboxAdmin[Letter]):
    list_display = ["shown_state", "kind_name", "shown_link", "to", "made", "delivered", "attempts", "last_error"]
    explained = _(
        "What is written about one link, to its maker or its customer: it ends soon, it was downloaded, or more time "
        "was asked for or granted."
    )

    @admin.display(description=_("Kind"))
    def kind_name(self, letter: Letter) -> str:
        return labels.label(LetterKind(letter.kind)) if letter.kind in set(LetterKind) else letter.kind

"""Letters: what was written to whom, and whether it arrived."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from links.admin import badges
from links.admin.columns import show_link, show_moment
from links.admin.pages import ReadOnlyDesk
from links.domain.letters import LetterKind
from links.models import Letter
from links.words import states


@admin.register(Letter)
class LetterDesk(ReadOnlyDesk[Letter]):
    list_display = ["shown_state", "kind_name", "shown_link", "to", "made", "delivered", "attempts", "last_error"]
    list_display_links = None
    list_select_related = ["link"]
    # Rows are appended as time goes: the primary key orders them without a sort.
    ordering = ["-pk"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Letter]:
        return super().get_queryset(request).seen_by(request.user)  # type: ignore[attr-defined,no-any-return]

    @admin.display(description=_("State"))
    def shown_state(self, letter: Letter) -> badges.Badge:
        return badges.of_notice(letter)

    @admin.display(description=_("Kind"))
    def kind_name(self, letter: Letter) -> str:
        return states.label(LetterKind(letter.kind)) if letter.kind in set(LetterKind) else letter.kind

    @admin.display(description=_("Link"))
    def shown_link(self, letter: Letter) -> str:
        return show_link(letter.link)

    @admin.display(description=_("Made at"))
    def made(self, letter: Letter) -> str:
        return show_moment(letter.created_at)

    @admin.display(description=_("Delivered at"))
    def delivered(self, letter: Letter) -> str:
        return show_moment(letter.delivered_at)

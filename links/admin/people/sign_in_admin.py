"""The list of sign-ins: who tried a staff password, and where."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from links.admin.base.columns import NOTHING, show_moment
from links.admin.base.history_lists import HistoryListAdmin
from links.domain.visits.sign_in_limits import SignInKind, SignInOutcome
from links.models import SignIn
from links.texts import labels


@admin.register(SignIn)
class SignInAdmin(HistoryListAdmin[SignIn]):
    list_display = ["shown_at", "shown_outcome", "shown_kind", "shown_user", "shown_address", "tries"]
    list_select_related = ["user"]
    explained = _("Attempts to sign in as staff, and from where. Names of unknown accounts are not saved.")

    @admin.display(description=_("At"))
    def shown_at(self, row: SignIn) -> str:
        return show_moment(row.at)

    @admin.display(description=_("Outcome"))
    def shown_outcome(self, row: SignIn) -> str:
        return labels.label(SignInOutcome(row.outcome))

    @admin.display(description=_("Kind"))
    def shown_kind(self, row: SignIn) -> str:
        return labels.label(SignInKind(row.kind))

    @admin.display(description=_("Account"))
    def shown_user(self, row: SignIn) -> str:
        return row.user.get_username() if row.user else NOTHING

    @admin.display(description=_("Network"))
    def shown_address(self, row: SignIn) -> str:
        return row.address or NOTHING

"""The list of notices: what was sent about incidents, and whether it arrived."""

from django.contrib import admin
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from links.admin.base.finding_views import name_cause
from links.admin.base.history_lists import OutboxAdmin
from links.admin.base.pages import address
from links.domain.incidents import NoticeKind
from links.models import Incident, IncidentNotice
from links.texts import labels


@admin.register(IncidentNotice)
class IncidentNoticeAdmin(OutboxAdmin[IncidentNotice]):
    list_display = ["shown_state", "kind_name", "about", "shown_channel", "made", "delivered", "attempts", "last_error"]
    list_select_related = ["incident"]
    explained = _("Messages about incidents to the people who run this site, by mail and other channels.")

    @admin.display(description=_("Kind"))
    def kind_name(self, notice: IncidentNotice) -> str:
        return name_kind(notice)

    @admin.display(description=_("channel"))
    def shown_channel(self, notice: IncidentNotice) -> str:
        return labels.channel_label(notice.channel)

    @admin.display(description=_("Incident"))
    def about(self, notice: IncidentNotice) -> str:
        page = address(Incident, "change", notice.incident_id)
        return format_html('<a href="{}">{}</a>', page, name_cause(notice.incident))


def name_kind(notice: IncidentNotice) -> str:
    return labels.label(NoticeKind(notice.kind)) if notice.kind in set(NoticeKind) else notice.kind

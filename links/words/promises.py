"""What is promised, and why not more, in words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.facts import Delivery
from links.domain.promises import Promise, Reason, Why
from links.words.lines import Line, join, line, speak
from links.words.times import moment

_REASONS: dict[Why, tuple[Line, ...]] = {
    Why.SIGNED_AT_EACH_CLICK: (line(_("It is signed afresh at each click.")),),
    Why.SIGNED_ONCE: (line(_("It is signed once, for its whole lifetime.")),),
    Why.LIFECYCLE_DELETES: (
        line(_("A lifecycle rule deletes the object on %(at)s.")),
        line(_("A lifecycle rule deletes the object.")),
    ),
    Why.RESTORE_ENDS: (
        line(_("The restored copy of the archived object ends on %(at)s.")),
        line(_("The restored copy of the archived object ends.")),
    ),
    Why.ROTATION_DUE: (
        line(_("The access key that signs it is due for rotation on %(at)s.")),
        line(_("The access key that signs it is due for rotation.")),
    ),
}
_DELIVERIES = {
    Delivery.STABLE: _("Works until %(until)s."),
    Delivery.PRESIGNED: _("Works until %(until)s."),
    Delivery.FOREIGN: _("Promised until %(until)s; it was signed elsewhere and is only watched here."),
}


def reason(reason: Reason) -> str:
    """One sentence for one reason that a promise rests on, or is limited by."""
    return speak(_REASONS[reason.code], {"at": moment(reason.at) if reason.at else ""})


def summary(promise: Promise, delivery: Delivery) -> str:
    """Until when a link will work and why not longer, in two or three sentences."""
    until = {"asked": moment(promise.asked_until), "until": moment(promise.promised_until)}
    if promise.is_shortened:
        first = gettext("Asked until %(asked)s, but it will work only until %(until)s.") % until
    else:
        first = gettext(_DELIVERIES[delivery]) % until
    return join([first, *(reason(each) for each in promise.reasons)])

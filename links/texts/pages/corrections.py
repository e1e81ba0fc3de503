"""What is left to do once a key's secret was corrected."""

from collections.abc import Mapping

from django.utils.translation import gettext

from links.domain.findings import Code
from links.domain.reasons import Reason
from links.texts import refusals
from links.texts.pages.findings import title


def list_unreadable(faults: Mapping[str, Code | Reason]) -> list[str]:
    """One sentence for each bucket that the key cannot read all the same."""
    text = gettext("The bucket “%(bucket)s” cannot be read yet: %(reason)s. Open it and press “Test this bucket”.")
    return [text % {"bucket": name, "reason": _name(fault)} for name, fault in faults.items()]


def _name(fault: Code | Reason) -> str:
    return title(fault) if isinstance(fault, Code) else refusals.explain_stored(fault.code).rstrip(".。")

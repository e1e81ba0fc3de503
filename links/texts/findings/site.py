"""This site: its gate, its address, its watch and its secrets."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import Words
from links.texts.formatting import line

SITE: Mapping[Code, Words] = {
    Code.GATE_REFUSED: Words(
        _("No valid URL can be signed"),
        (line(_("No valid URL can be signed for it.[ %(refusal)s]")),),
        (
            line(
                _(
                    "Test the bucket, and correct its key, region, endpoint or addressing. Its stable links work as "
                    "soon as the test passes."
                )
            ),
        ),
    ),
    Code.BASE_URL_CHANGED: Words(
        _("Address of this site changed"),
        (
            line(
                _(
                    "Links were handed out under %(was)s, but this site is now %(now)s: the URLs that "
                    "customers have may no longer work."
                )
            ),
            line(
                _("The address of this site (BASE_URL) has changed: the URLs that customers have may no longer work."),
            ),
        ),
        (
            line(
                _(
                    "Keep the old address pointing to this site as long as links under it are promised, or "
                    "set BASE_URL back. Otherwise send the customers their links again."
                )
            ),
        ),
    ),
    Code.WATCH_STOPPED: Words(
        _("Monitoring has stopped"),
        (
            line(
                _(
                    "Work that was due at %(due_at)s has not been done: the workers have stopped, cannot "
                    "keep up, or fail repeatedly."
                )
            ),
            line(
                _(
                    "No worker has given a sign of life[ since %(ended_at)s]: no link is being validated, and no mail "
                    "is sent."
                )
            ),
        ),
        (
            line(
                _(
                    "Start the Celery worker and Celery beat again, or run_due_work --watch on a site without Celery. "
                    "Check their logs, and Redis."
                )
            ),
        ),
    ),
    Code.VALIDATION_FAILS: Words(
        _("Link cannot be validated"),
        (
            line(
                _(
                    "The validation of many links ends with an error, or with the worker itself, repeatedly: "
                    "it is not known whether they work. Customers are not affected by that."
                ),
                many="yes",
            ),
            line(
                _(
                    "Its validation ended with an error, or with the worker itself, three times, twice with "
                    "no other link: it is not known whether it works. Customers are not affected by that."
                )
            ),
        ),
        (
            line(
                _(
                    "Look for the number of the link in the workers' log: the cause is an error in Holdfast, "
                    "or too little memory for a worker. It is tried again each hour, and at once by "
                    "validate_links."
                ),
                shown_by="command",
            ),
            line(
                _(
                    "Look for the number of the link in the workers' log: the cause is an error in Holdfast, "
                    "or too little memory for a worker. It is tried again each hour, and at once by "
                    "“Validate now”."
                )
            ),
        ),
    ),
    Code.SECRETS_UNREADABLE: Words(
        _("Stored secrets cannot be read"),
        (
            line(
                _("None of ENCRYPTION_KEYS can read the stored secrets: no key can be used and no link can be signed.")
            ),
        ),
        (
            line(
                _(
                    "Put the former key back into ENCRYPTION_KEYS, after the newest one, and restart. Links work "
                    "again at once. If it is lost, enter the secret of each signing key again with set_secret."
                ),
                shown_by="command",
            ),
            line(
                _(
                    "Put the former key back into ENCRYPTION_KEYS, after the newest one, and restart. Links work "
                    "again at once. If it is lost, press “Correct the secret” on the page of each signing key."
                )
            ),
        ),
    ),
    Code.SECRETS_MISPLACED: Words(
        _("A stored secret was moved"),
        (
            line(
                _(
                    "The signing key's secret, or the bucket, was changed directly in the database: it was "
                    "encrypted for another place. Nothing is signed with it."
                )
            ),
        ),
        (
            line(
                _(
                    "Find out who changed the database. Restore the row from a backup, or enter the right "
                    "values again: the key's secret with set_secret, and key and endpoint on the bucket's "
                    "page."
                ),
                shown_by="command",
            ),
            line(
                _(
                    "Find out who changed the database. Restore the row from a backup, or enter the right "
                    "values again: press “Correct the secret” on the key's page, and enter key and endpoint "
                    "on the bucket's page."
                )
            ),
        ),
    ),
}

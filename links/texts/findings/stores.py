"""The store itself: out of reach, overloaded, or speaking of what nobody knows yet."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import Words
from links.texts.formatting import line

STORES: Mapping[Code, Words] = {
    Code.UNREACHABLE: Words(
        _("Store cannot be reached"),
        (
            line(_("The name %(host)s does not resolve. The link itself may be sound."), what="unresolved"),
            line(_("%(host)s accepts no connection. The link itself may be sound."), what="connect"),
            line(
                _("No secure connection to %(host)s can be made: its certificate or TLS is wrong."),
                what="tls",
            ),
            line(_("%(host)s broke the connection off. The link itself may be sound."), what="reset"),
            line(
                _("This server is not allowed to ask %(host)s, so nobody can tell how the link fares."),
                what="forbidden",
            ),
            line(
                _("%(host)s leads to a private address, and no setting allows this server to ask it."),
                what="private-address",
            ),
            line(
                _("%(host)s leads to a metadata service, a link-local address or one that is nobody's."),
                what="forbidden-address",
            ),
            line(
                _("%(host)s has not answered lately, so it was not asked this time. The link itself may be sound."),
                what="not-asked",
            ),
            line(
                _("%(host)s sends elsewhere, as a store does not. The link itself may be sound."),
                what="redirect",
            ),
            line(
                _(
                    "%(host)s answered, but not as a store does: most likely a proxy in between. The link itself may "
                    "be sound."
                ),
                what="stranger",
            ),
            line(_("[%(host)s|The store] cannot be reached. The link itself may be sound.")),
        ),
        (
            line(
                _("If you trust this host, add it to PROBE_ALLOWED_HOSTS, or register its bucket."),
                what="forbidden",
            ),
            line(
                _(
                    "If the store belongs to you, add its host to PROBE_ALLOWED_HOSTS; to register its bucket is not "
                    "enough."
                ),
                what="private-address",
            ),
            line(
                _("No setting allows such an address. Correct the name of the store in DNS, or the URL."),
                what="forbidden-address",
            ),
            line(_("Renew or correct the certificate of the host; customers cannot connect either."), what="tls"),
            line(
                _(
                    "Check the address, the network between this server and the store, and the store itself, then ask "
                    "again."
                ),
                asked="once",
            ),
            line(
                _(
                    "Check the address, the network between this server and the store, and the store itself. It is "
                    "tried again by itself."
                )
            ),
        ),
    ),
    Code.CERTIFICATE_ENDS: Words(
        _("Store's certificate ends soon"),
        (
            line(
                _(
                    "The [certificate of %(host)s|store's certificate] ends [on %(fails_at)s, ]before the promise "
                    "does, and has not been renewed yet."
                )
            ),
        ),
        (line(_("Ask whoever runs the store to renew its certificate before then.")),),
    ),
    Code.STORE_OVERLOADED: Words(
        _("Store is overloaded or down"),
        (
            line(_("%(host)s did not answer in time. The link itself may be sound."), what="timeout"),
            line(_("[%(host)s says that it|The store] is overloaded or down. The link itself may be sound.")),
        ),
        (
            line(
                _("Look at the store's status page, and ask again later. Nothing has to be done to the link."),
                asked="once",
            ),
            line(
                _(
                    "Look at the store's status page, and wait: it is tried again by itself, and nothing has to be "
                    "done to the links."
                )
            ),
        ),
    ),
    Code.REFUSED_OTHER: Words(
        _("Refused for another reason"),
        (
            line(
                _(
                    "The store refuses the link [with “%(store_code)s” (HTTP %(status)s),|with “%(store_code)s”,|for] "
                    "a reason that Holdfast does not know."
                )
            ),
        ),
        (
            line(
                _(
                    "Look “%(store_code)s” up in the store's documentation. Until it is fixed, send the "
                    "customer the file in another way."
                )
            ),
            line(
                _(
                    "Test the bucket, and ask whoever runs the store. Until it is fixed, send the customer "
                    "the file in another way."
                )
            ),
        ),
    ),
}

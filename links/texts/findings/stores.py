"""The store itself: out of reach, overloaded, asked for something else, or saying what cannot be or nobody knows."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import Words
from links.texts.formatting import line

STORES: Mapping[Code, Words] = {
    Code.UNREACHABLE: Words(
        _("Store cannot be reached"),
        (
            line(_("The name %(host)s does not resolve. This says nothing about the link."), what="unresolved"),
            line(_("%(host)s accepts no connection. This says nothing about the link."), what="connect"),
            line(
                _("No secure connection to %(host)s can be made: its certificate or TLS is wrong."),
                what="tls",
            ),
            line(_("%(host)s closed the connection. This says nothing about the link."), what="reset"),
            line(
                _("This server is not allowed to ask %(host)s, so it is not known whether the link works."),
                what="forbidden",
            ),
            line(
                _("%(host)s leads to a private address, and no setting allows this server to ask it."),
                what="private-address",
            ),
            line(
                _("%(host)s leads to a metadata service, a link-local address or an unassigned address."),
                what="forbidden-address",
            ),
            line(
                _("%(host)s has not answered lately, so it was not asked this time. This says nothing about the link."),
                what="not-asked",
            ),
            line(
                _(
                    "%(host)s redirects to another address, which a store does not do. "
                    "This says nothing about the link."
                ),
                what="redirect",
            ),
            line(
                _(
                    "%(by)s answered in place of the store at %(host)s: something in between, such as a "
                    "proxy, a firewall or a gateway. This says nothing about the link."
                ),
                what="proxy",
            ),
            line(
                _("%(host)s does not serve the country that this server is in. This says nothing about the link."),
                what="country",
            ),
            line(
                _("%(host)s answered, but not as a store does. This says nothing about the link."),
                what="stranger",
            ),
            line(_("[%(host)s|The store] cannot be reached. This says nothing about the link.")),
        ),
        (
            line(
                _("If you trust this host, add it to PROBE_ALLOWED_HOSTS, or register its bucket."),
                what="forbidden",
            ),
            line(
                _(
                    "If the store belongs to you, add its host to PROBE_ALLOWED_HOSTS; registering its "
                    "bucket is not enough."
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
                    "Check the address, the network between this server and the store, and the store itself. "
                    "It is tried again automatically."
                )
            ),
        ),
    ),
    Code.CERTIFICATE_ENDS: Words(
        _("Store's certificate ends soon"),
        (
            line(
                _(
                    "The [certificate of %(host)s|store's certificate] ends [on %(fails_at)s, ]before the "
                    "promised date, and has not been renewed yet."
                )
            ),
        ),
        (line(_("Ask whoever runs the store to renew its certificate before then.")),),
    ),
    Code.STORE_OVERLOADED: Words(
        _("Store is overloaded or down"),
        (
            line(_("%(host)s did not answer in time. This says nothing about the link."), what="timeout"),
            line(_("[%(host)s says that it|The store] is overloaded or down. This says nothing about the link.")),
        ),
        (
            line(
                _("Check the store's status page, and ask again later. Nothing has to be done to the link."),
                asked="once",
            ),
            line(
                _(
                    "Check the store's status page, and wait: it is tried again automatically, and nothing "
                    "has to be done to the links."
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
                    "Test the bucket, if it is registered here, and ask whoever runs the store. Until it is fixed, "
                    "send the customer the file in another way."
                )
            ),
        ),
    ),
    Code.REQUEST_CHANGED: Words(
        _("Request is changed before the store"),
        (
            line(
                _(
                    "Something in front of the store adds a signature of its own (the header Authorization) "
                    "to a link that is signed already. The store accepts only one signature, so it refuses "
                    "the request."
                ),
                difference="authorization",
            ),
            line(
                _(
                    "Something in front of the store adds headers that the link was not signed with[ (%(headers)s)], "
                    "and the store refuses it."
                ),
                difference="headers",
            ),
            line(
                _(
                    "The link is signed, but the store saw no signature. Most likely something in front of "
                    "it removes the part after the question mark, or the address is not the store's own."
                ),
                difference="signature",
            ),
            line(
                _(
                    "The store was asked for something else than this download (%(action)s): something in front of it "
                    "changes the request's method or path."
                ),
                difference="action",
            ),
            line(_("Something in front of the store changes the request, and the store refuses it.")),
        ),
        (
            line(
                _(
                    "In the proxy or gateway in front of the store, remove the header Authorization from "
                    "requests that have a signature in the URL; or sign for the store's own address. A "
                    "program that opens the link must not add credentials of its own."
                ),
                difference="authorization",
            ),
            line(
                _(
                    "Set the proxy or gateway in front of the store to pass the request on unchanged: "
                    "method, path, everything after the question mark, and no additional header. Or sign for "
                    "the store's own address."
                )
            ),
        ),
    ),
    Code.REASON_CONTRADICTED: Words(
        _("Store's reason cannot be true"),
        (
            line(
                _(
                    "The store says that it has expired, but by the URL it is valid until %(ends_at)s, and "
                    "the store's own clock said %(clock_at)s. So that is not the reason: the store "
                    "calculates differently, or a cache in front of it gave an old answer."
                ),
                claim="ended",
            ),
            line(
                _(
                    "The store says that it is not valid yet, but by the URL it was signed on %(starts_at)s, "
                    "and the store's own clock said %(clock_at)s. So no clock is the reason: this is an "
                    "error of the store."
                ),
                claim="early",
            ),
            line(
                _(
                    "The store says that clocks differ too much, but by its own clock (%(clock_at)s) the URL "
                    "was signed in time, on %(starts_at)s. It takes the signature's age for a difference: "
                    "this is an error of the store."
                ),
                claim="skew",
            ),
            line(
                _(
                    "The store says that it was signed for too long, but by the URL it was signed for "
                    "%(span)s, which S3 allows. So that is not the reason: this is an error of the store, or "
                    "something in front of it changes the request."
                ),
                claim="excess",
            ),
            line(_("What the store gives as its reason cannot be true, by the URL's own dates and the store's clock.")),
        ),
        (
            line(
                _(
                    "Make a stable link to the same file and send it to the customer: it is signed at each click. Tell "
                    "whoever runs the store what it answered; a newer version of it may be right."
                )
            ),
        ),
    ),
}

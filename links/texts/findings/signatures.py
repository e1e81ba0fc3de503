"""The signature: its style, its end, and what was done to the URL."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import NEW_SIGNATURE, Words
from links.texts.formatting import line

_PASS_ON = _(
    "Have whatever stands in front of the store pass the request on as it came: method, path, parameters in their "
    "order, and no header more. Or sign for the store's own address."
)

SIGNATURES: Mapping[Code, Words] = {
    Code.LONGER_THAN_SEVEN_DAYS: Words(
        _("Signed for over seven days"),
        (
            line(
                _(
                    "The signature asks for %(span)s (%(seconds)s seconds), but S3 allows 7 days (604800 "
                    "seconds) at most. This store serves it anyway; AWS would not."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "The signature asks for more than the 7 days (604800 seconds) that S3 allows at most. "
                    "This store serves it anyway; AWS would not."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "The signature asks for %(seconds)s seconds, but S3 allows 7 days (604800 seconds) at most and "
                    "refuses it from the start. It looks like the moment of the end, where a number of seconds is "
                    "meant."
                ),
                meant="moment",
            ),
            line(
                _(
                    "The signature asks for %(seconds)s seconds, but S3 allows 7 days (604800 seconds) at most and "
                    "refuses it from the start. It looks like milliseconds, where seconds are meant."
                ),
                meant="milliseconds",
            ),
            line(
                _(
                    "The signature asks for %(span)s (%(seconds)s seconds), but S3 allows 7 days (604800 seconds) "
                    "at most and refuses it from the start."
                )
            ),
            line(
                _(
                    "The signature asks for more than the 7 days (604800 seconds) that S3 allows at most, and is "
                    "refused from the start."
                )
            ),
        ),
        (
            line(
                _(
                    "In the program that signs, write a lifetime in seconds, 604800 at most; or make a stable link to "
                    "the same object and send it to the customer: it may live for years."
                ),
                meant="moment",
            ),
            line(
                _(
                    "In the program that signs, divide by 1000; or make a stable link to the same object and send "
                    "it to the customer: it may live for years."
                ),
                meant="milliseconds",
            ),
            line(
                _(
                    "Make a stable link to the same object and send it to the customer: it may live for years. "
                    "A presigned URL never lives longer than 7 days."
                )
            ),
        ),
    ),
    Code.SIGNATURE_ENDS_EARLY: Words(
        _("Signature ends before the promise"),
        (line(_("Its signature ends[ on %(ends_at)s,| on %(fails_at)s,] before the promise does.")),),
        (NEW_SIGNATURE,),
    ),
    Code.SIGNATURE_ENDED: Words(
        _("Signature has ended"),
        (
            line(
                _(
                    "Its signature ended on %(ended_at)s, before it was first seen here. If it was new then, the "
                    "clock of its signer is %(span)s behind, or its program keeps a time from when it was started."
                ),
                verdict="broken",
                one_of="clock-skew",
            ),
            line(
                _("Its signature ended on %(ended_at)s. The store still serves it, but may stop doing so at any time."),
                verdict="at_risk",
            ),
            line(_("Its signature [ended on %(ended_at)s|has ended], and the link with it.")),
        ),
        (NEW_SIGNATURE,),
    ),
    Code.LEGACY_SIGNATURE: Words(
        _("Outdated signature (Version 2)"),
        (
            line(
                _("Signed with the outdated Signature Version 2, which the store refuses here."),
                verdict="broken",
            ),
            line(
                _(
                    "Signed with the outdated Signature Version 2, which S3 refuses in newer regions, for newer "
                    "buckets and for objects encrypted with KMS."
                )
            ),
        ),
        (
            line(
                _(
                    "Make a stable link to the same object (or sign with Signature Version 4) and send it to the "
                    "customer."
                )
            ),
        ),
    ),
    Code.SIGNATURE_MISMATCH: Words(
        _("Signature does not match"),
        (
            line(
                _(
                    "The store was asked under another name: it calculated the signature for the host %(theirs)s, the "
                    "URL was signed for %(host)s. A proxy or CDN in front of it renames the host, so no signature can "
                    "match."
                ),
                difference="host",
            ),
            line(
                _(
                    "The store was asked with another method (%(theirs)s) than the download's GET: something in front "
                    "of it changes the request, so the signature cannot match."
                ),
                difference="method",
            ),
            line(
                _(
                    "The store got headers that the link was not signed with (%(theirs)s): something in front of it "
                    "adds them, so the signature cannot match."
                ),
                difference="headers",
            ),
            line(
                _(
                    "The store was asked for another path (%(theirs)s) than the URL's: something in front of it "
                    "rewrites the path, so the signature cannot match."
                ),
                difference="path",
            ),
            line(
                _(
                    "The path reached the store encoded twice (%%25 where the URL has %%): something in front of it "
                    "encodes it again, so the signature cannot match."
                ),
                difference="encoding",
            ),
            line(
                _(
                    "The parameters reached the store changed (%(theirs)s): something in front of it rewrites what "
                    "stands after the question mark, so the signature cannot match."
                ),
                difference="query",
            ),
            line(
                _(
                    "The store calculated the signature with the parameters in another order than the standard's. "
                    "Either it does not sort them, or something in front of it rewrites them."
                ),
                difference="order",
            ),
            line(
                _(
                    "The store calculated with exactly this URL, and the signature does not match. It is one of these: "
                    "the secret of [access key %(access_key_id)s|the access key] is wrong or was changed, the URL was "
                    "changed before it came here, or it was signed for something else than a download, such as an "
                    "upload."
                ),
                one_of="url-changed",
                echoed="same",
            ),
            line(
                _(
                    "The store says that the signature does not match. It is one of these: the secret of [access key "
                    "%(access_key_id)s|the access key] is wrong or was changed, the URL was changed on its way, it was "
                    "signed for another method than a download's (such as an upload), or a proxy in front of the store "
                    "changes the host or the headers."
                ),
                one_of="url-changed",
            ),
            line(
                _(
                    "The store knows [access key %(access_key_id)s|the access key], but what it signs does not "
                    "match: its secret is wrong or was changed."
                )
            ),
        ),
        (
            line(
                _(
                    "Have the proxy or CDN in front of the store pass the host on as it came (in nginx: "
                    "proxy_set_header Host $http_host), or sign for the host that the store goes by."
                ),
                difference="host",
            ),
            *(
                line(_PASS_ON, difference=difference)
                for difference in ("method", "headers", "path", "encoding", "query", "order")
            ),
            line(
                _(
                    "Compare the URL, character by character, with the one that was signed. If they are the "
                    "same, make a stable link to the same object and send it to the customer."
                ),
                one_of="url-changed",
            ),
            line(
                _(
                    "Correct the key's secret with set_secret, or enter a new access key with rotate_key: stable links "
                    "work again at once. Presigned links have to be made anew and sent again."
                ),
                shown_by="command",
            ),
            line(
                _(
                    "Press “Correct the secret” on the key's page (or use the command set_secret), or press “Rotate "
                    "this key” there and enter a new access key: stable links work again at once. Presigned links have "
                    "to be made anew and sent again."
                )
            ),
        ),
    ),
    Code.CLOCK_SKEW: Words(
        _("Clock is wrong"),
        (
            line(
                _("The clock of %(host)s is %(span)s behind this server's and those of other stores."),
                whose="store",
                side="behind",
            ),
            line(
                _("The clock of %(host)s is %(span)s ahead of this server's and those of other stores."),
                whose="store",
                side="ahead",
            ),
            line(_("The clock of %(host)s is wrong."), whose="store"),
            line(_("This server's clock is %(span)s behind the clock of %(host)s."), whose="ours", side="behind"),
            line(_("This server's clock is %(span)s ahead of the clock of %(host)s."), whose="ours", side="ahead"),
            line(_("The clock of this site is %(span)s behind."), whose="ours", side="behind"),
            line(_("The clock of this site is %(span)s ahead."), whose="ours", side="ahead"),
            line(
                _("The clock of this server is wrong: what it signs seems too early or too late to the store."),
                whose="ours",
            ),
            line(
                _(
                    "It was signed for a time that is %(span)s ahead: very likely its program wrote local time as UTC "
                    "(Z), or its clock is wrong. It does not work before %(starts_at)s."
                ),
                whose="signer",
                zone="yes",
            ),
            line(_("The signer's clock was ahead: the link does not work [before %(starts_at)s|yet]."), whose="signer"),
            line(_("The clock of the signer, of this server or of the store is wrong.")),
        ),
        (
            line(
                _("Set this server's clock by NTP. Stable links work again as soon as it is right."),
                whose="ours",
            ),
            line(
                _("Have the clock of the store set by NTP. Until then it may refuse what is signed in time."),
                whose="store",
            ),
            line(
                _(
                    "In the program that signs, take the time in UTC (in Python datetime.now(UTC)), and set its clock "
                    "by NTP; then make the link anew, or make a stable link to the same object, and send it to the "
                    "customer."
                ),
                whose="signer",
                zone="yes",
            ),
            line(
                _(
                    "Set the clock of the machine that signs by NTP, then make the link anew, or make a stable link "
                    "to the same object, and send it to the customer."
                )
            ),
        ),
    ),
    Code.URL_CHANGED: Words(
        _("URL was changed"),
        (
            line(
                _(
                    "Parameters stand in the URL that no signer writes (%(what)s). If they were added after signing, "
                    "the store refuses the link."
                ),
                verdict="at_risk",
            ),
            line(_("The URL is not as it was signed: something was added, lost or changed on its way[ (%(what)s)].")),
        ),
        (
            line(
                _(
                    "Send the customer the URL exactly as it was signed, or a stable link, which is short and breaks "
                    "less easily. Mail programs and link trackers are common causes."
                )
            ),
        ),
    ),
    Code.HEADERS_SIGNED: Words(
        _("Signed with other headers"),
        (
            line(
                _(
                    "The signature covers headers that a browser does not send as they were signed "
                    "(%(headers)s). It was served anyway, but need not be to the customer."
                ),
                verdict="at_risk",
            ),
            line(
                _(
                    "The signature covers headers of an upload (%(headers)s), which a browser does not send with a "
                    "download: whoever only opens the link is refused."
                ),
                upload="yes",
            ),
            line(
                _(
                    "The signature covers headers that a browser does not send as they were signed[ (%(headers)s)]: "
                    "whoever only opens the link is refused."
                )
            ),
        ),
        (
            line(
                _(
                    "Sign the URL anew with the header “host” alone, or make a stable link to the same object, and "
                    "send it to the customer."
                )
            ),
        ),
    ),
}

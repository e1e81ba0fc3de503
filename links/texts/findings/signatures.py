"""The signature: its style, its end, and what was done to the URL."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import SERVED_ANYWAY, Words
from links.texts.formatting import line

_PASS_ON = _(
    "Make sure that whatever is in front of the store passes the request on unchanged: method, path, "
    "parameters in their order, and no additional header. Or sign for the store's own address."
)

SIGNATURES: Mapping[Code, Words] = {
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
                    "The store calculated the signature with another time (%(theirs)s) than the time when "
                    "the URL was signed: something in front of it changes the request, so the signature "
                    "cannot match."
                ),
                difference="date",
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
                    "The parameters reached the store changed (%(theirs)s): something in front of it "
                    "rewrites the part after the question mark, so the signature cannot match."
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
                    "Set the proxy or CDN in front of the store to pass the host on unchanged (in nginx: "
                    "proxy_set_header Host $http_host), or sign for the host name that the store uses."
                ),
                difference="host",
            ),
            *(
                line(_PASS_ON, difference=difference)
                for difference in ("date", "method", "headers", "path", "encoding", "query", "order")
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
                    "Correct the key's secret with set_secret, or enter a new access key with rotate_key: "
                    "stable links work again at once. Presigned links must be made and sent again."
                ),
                shown_by="command",
            ),
            line(
                _(
                    "Press “Correct the secret” on the key's page (or use the command set_secret), or press "
                    "“Rotate this key” there and enter a new access key: stable links work again at once. "
                    "Presigned links must be made and sent again."
                )
            ),
        ),
    ),
    Code.URL_CHANGED: Words(
        _("URL was changed"),
        (
            line(
                _(
                    "The URL contains parameters that no signer writes (%(what)s). If they were added after "
                    "signing, the store refuses the link."
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
                    "(%(headers)s). It worked anyway, but may not work for the customer."
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
                    "Sign the URL again with the header “host” alone, or make a stable link to the same "
                    "object, and send it to the customer."
                )
            ),
        ),
    ),
    Code.SIGNED_FOR_UPLOAD: Words(
        _("Not signed for a download"),
        (
            line(
                _(
                    "It seems to be signed for an upload (PUT), not for a download: it contains what only an "
                    "upload has (%(what)s)."
                )
            ),
            SERVED_ANYWAY,
            line(
                _(
                    "It was signed for the action %(action)s, not for a download (GetObject): whoever opens it is "
                    "refused."
                )
            ),
            line(
                _(
                    "It contains the fields of an upload form (POST policy), not a signed download: whoever "
                    "opens it is refused."
                ),
                form="yes",
            ),
            line(_("What its signature holds for does not cover this file (%(scope)s): whoever opens it is refused.")),
            line(_("It does not allow reading (sp=%(permissions)s): whoever opens it is refused.")),
            line(_("It is not signed for a download: whoever opens it is refused.")),
        ),
        (
            line(
                _(
                    "Whoever made it has to sign for files as well (ss=bf and srt=o among them, instead of %(scope)s); "
                    "or make a stable link to the same file and send it to the customer."
                )
            ),
            line(
                _(
                    "Whoever made it has to allow reading (sp=r instead of sp=%(permissions)s); or make a stable link "
                    "to the same file and send it to the customer."
                )
            ),
            line(
                _(
                    "Whoever made it has to sign a download (the action GetObject, the method GET); or make a stable "
                    "link to the same file and send it to the customer."
                )
            ),
        ),
    ),
}

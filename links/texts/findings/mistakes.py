"""What the program that signed a URL wrote wrong into it."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.cloudfront import POLICY_MISTAKES
from links.texts.findings.entry import SERVED_ANYWAY, Words
from links.texts.formatting import line

MISTAKES: Mapping[Code, Words] = {
    Code.SIGNED_WRONG: Words(
        _("URL was built incorrectly"),
        (
            line(
                _(
                    "It was signed twice, one signature after the other. No rule says which of them the "
                    "store uses: it may work until the first of them expires, or it may never have worked."
                ),
                mistake="again",
                verdict="at_risk",
            ),
            line(
                _(
                    "The name of the bucket or the file contains “%(value)s”: most likely the program that "
                    "signed it had no value there. Unless that is the real name, it never worked."
                ),
                mistake="name",
            ),
            line(
                _(
                    "The host contains “%(value)s”: the program that signed it had no value there, or was given an "
                    "address in the wrong form. Unless that is the real name, it never worked."
                ),
                mistake="host",
            ),
            line(
                _(
                    "%(value)s is not a host of AWS that is known here: most likely the program that signed it did "
                    "not know the endpoint of its own store, and built a name of AWS's from the region. Then it never"
                    " worked."
                ),
                mistake="endpoint",
            ),
            line(
                _(
                    "Its path contains “.” or “..” between slashes. Browsers remove that before they send the "
                    "request, and the signature then no longer matches."
                ),
                mistake="dots",
            ),
            line(
                _(
                    "%(parameter)s contains “%(value)s”, which begins like the id of a distribution. CloudFront "
                    "expects the id of a public key there (K…), and knows no other."
                ),
                mistake="distribution",
            ),
            SERVED_ANYWAY,
            line(
                _(
                    "There are blanks, quotation marks or the end of a line around a part of %(parameter)s; they "
                    "belong to the file or setting that it was read from. It never worked."
                ),
                mistake="padded",
            ),
            line(
                _(
                    "%(parameter)s is written with the usual characters of Base64 (+ / =), but CloudFront expects "
                    "others instead (- ~ _). It never worked."
                ),
                mistake="alphabet",
            ),
            line(
                _("It expires (%(parameter)s=%(value)s) before it becomes valid. It never worked."),
                mistake="ends-first",
            ),
            line(
                _(
                    "The file's name contains a “#” that was not percent-encoded: no program sends what follows it, "
                    "so the store never sees the signature. It never worked."
                ),
                mistake="fragment",
            ),
            line(
                _(
                    "In place of the access key's id there is what looks like a secret access key: the two "
                    "were mixed up. It never worked, and everybody who has this URL has the secret."
                ),
                mistake="secret",
            ),
            line(
                _(
                    "%(parameter)s contains “%(value)s”: the program that signed it had no value there, or "
                    "did not fill in its template. It never worked."
                ),
                mistake="word",
            ),
            line(
                _(
                    "%(parameter)s was written as Python writes bytes (b'…'), including the quotation marks. It never "
                    "worked."
                ),
                mistake="bytes",
            ),
            line(
                _("%(parameter)s has to be a whole number, but “%(value)s” was written. It never worked."),
                mistake="number",
            ),
            line(
                _(
                    "%(parameter)s is given in milliseconds (%(value)s), but is read in seconds since 1970. It never "
                    "worked."
                ),
                mistake="milliseconds",
            ),
            line(
                _(
                    "%(parameter)s has to be the time when it expires, in seconds since 1970, but a duration "
                    "of %(value)s seconds was written: so it expired in the 1970s. It never worked."
                ),
                mistake="duration",
            ),
            line(
                _("Its lifetime is “%(value)s” (%(parameter)s), which is not a length of time. It never worked."),
                mistake="not-positive",
            ),
            line(
                _(
                    "The time in %(parameter)s (%(value)s) is before S3 began, in 2006: the clock of the "
                    "program that signed it was not set, or it wrote another number. It never worked."
                ),
                mistake="before-s3",
            ),
            line(
                _("The time in %(parameter)s (%(value)s) is after the year 9999. It never worked."),
                mistake="too-late",
            ),
            line(
                _(
                    "The time in %(parameter)s is written in a form that stores do not understand "
                    "(“%(value)s”). It never worked."
                ),
                mistake="date",
            ),
            line(
                _(
                    "The day in %(parameter)s (%(value)s) is not the day of X-Amz-Date: one of them was taken from "
                    "another clock or time zone. It never worked."
                ),
                mistake="other-day",
            ),
            line(
                _("The signature is written in hexadecimal digits, but Base64 is expected. It never worked."),
                mistake="hex",
            ),
            line(
                _("The signature is written in Base64, but hexadecimal digits are expected. It never worked."),
                mistake="base64",
            ),
            line(
                _("The signature is written in capital letters, but small letters are expected. It never worked."),
                mistake="capitals",
            ),
            line(
                _("%(parameter)s is empty: the program that signed it had no value there. It never worked."),
                mistake="empty",
            ),
            line(
                _("The header “host” is not among those that were signed, but S3 requires it. It never worked."),
                mistake="host-unsigned",
            ),
            line(
                _(
                    "The names of its parameters have capital letters where the store expects small ones, or "
                    "small letters where it expects capitals. It never worked."
                ),
                mistake="names",
            ),
            line(
                _(
                    "It was signed twice, in two ways: S3 takes only one signature in a request (“Only one auth "
                    "mechanism allowed”). It never worked."
                ),
                mistake="twice",
            ),
            line(
                _(
                    "It was signed twice, one signature after the other: each of them would have to cover "
                    "the other, which is impossible. It never worked."
                ),
                mistake="again",
            ),
            *POLICY_MISTAKES,
            line(_("The program that signed it wrote something into it that no store understands. It never worked.")),
        ),
        (
            line(
                _(
                    "In the program that signs, give the bucket and the file their real names before signing; or make "
                    "a stable link to the file and send it to the customer."
                ),
                mistake="name",
            ),
            *(
                line(
                    _(
                        "In the program that signs, check the settings for the endpoint and the region: the plain "
                        "name of the store's host, and its own region. Then sign again; or make a stable link to the "
                        "file and send it to the customer."
                    ),
                    mistake=mistake,
                )
                for mistake in ("host", "endpoint")
            ),
            line(
                _(
                    "Sending it again does not help. In the program that signs, remove what stands around its "
                    "settings (trim or strip in most languages); or make a stable link to the same file and send it "
                    "to the customer."
                ),
                mistake="padded",
            ),
            line(
                _(
                    "Sending it again does not help. In the program that signs, replace + by -, = by _ and / by ~ "
                    "after encoding, best with AWS's SDK; or make a stable link to the same file and send it to the "
                    "customer."
                ),
                mistake="alphabet",
            ),
            line(
                _(
                    "Sending it again does not help. In the program that signs, percent-encode the name of the file; "
                    "or make a stable link to the same file, which does so by itself."
                ),
                mistake="fragment",
            ),
            line(
                _(
                    "Delete this access key at its store at once, and make a new one. In the program that "
                    "signs, put the id and the secret each in its own place; or make a stable link to the "
                    "same file."
                ),
                mistake="secret",
            ),
            *(
                line(
                    _(
                        "Sending it again does not help. In the program that signs, give %(parameter)s its real "
                        "value before signing; or make a stable link to the same file and send it to the "
                        "customer."
                    ),
                    mistake=mistake,
                )
                for mistake in ("word", "empty")
            ),
            line(
                _(
                    "Sending it again does not help. In the program that signs, decode the bytes first "
                    "(value.decode()); or make a stable link to the same file and send it to the customer."
                ),
                mistake="bytes",
            ),
            line(
                _(
                    "Sending it again does not help. In the program that signs, divide by 1000 and round "
                    "down (in JavaScript Math.floor(Date.now() / 1000) + seconds); or make a stable link to "
                    "the same file and send it to the customer."
                ),
                mistake="milliseconds",
            ),
            line(
                _(
                    "Sending it again does not help. In the program that signs, add the duration to the "
                    "present time in seconds since 1970; or make a stable link to the same file and send it "
                    "to the customer."
                ),
                mistake="duration",
            ),
            line(
                _(
                    "Sending it again does not help. In the program that signs, ask for a lifetime in "
                    "seconds, from 1 to 604800, and not for a point in time; or make a stable link to the "
                    "same file and send it to the customer."
                ),
                mistake="not-positive",
            ),
            *(
                line(
                    _(
                        "Sending it again does not help. Sign it in one way only: give the signer the plain "
                        "address of the file, not one that is signed already; or make a stable link to the "
                        "same file and send it to the customer."
                    ),
                    mistake=mistake,
                )
                for mistake in ("twice", "again")
            ),
            *(
                line(
                    _(
                        "Sending it again does not help. In the program that signs, write the time in UTC as "
                        "YYYYMMDDTHHMMSSZ, and its day alike in X-Amz-Credential; or make a stable link to the "
                        "same file and send it to the customer."
                    ),
                    **condition,
                )
                for condition in ({"parameter": "X-Amz-Date"}, {"mistake": "other-day"})
            ),
            line(
                _(
                    "Sending it again does not help. In the program that signs, write a whole number of "
                    "seconds since 1970; or make a stable link to the same file and send it to the customer."
                ),
                parameter="Expires",
            ),
            line(
                _(
                    "Sending it again does not help. In the program that signs, write the policy as "
                    'CloudFront\'s manual shows it ({"Statement": [{…}]}, the end as a number, all of it in '
                    "Base64), best by AWS's SDK; or make a stable link to the same file and send it to the "
                    "customer."
                ),
                parameter="Policy",
            ),
            line(
                _(
                    "Sending it again does not help: the program that signs has to be changed, best to use "
                    "AWS's SDK; or make a stable link to the same file and send it to the customer."
                ),
            ),
        ),
    ),
}

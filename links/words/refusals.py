"""What was refused, or did not answer, in words: one sentence for each code, which says what to do.

A new code is one entry in `_SENTENCES`; the gaps of its lines are the error's params.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.errors import HoldfastError
from links.domain.findings import Code
from links.words import signatures
from links.words.catalogue import CATALOGUE
from links.words.lines import Line, line, plain, speak
from links.words.refused_changes import CHANGES
from links.words.times import read_moment, span


def say(error: HoldfastError) -> str:
    """What went wrong and what to do, in the active language; a code without words of its own is named."""
    return speak(_SENTENCES.get(error.code, _GENERAL), _read_values(error))


def _read_values(error: HoldfastError) -> dict[str, str]:
    params = error.params
    values = {name: plain(value) for name, value in params.items() if value not in (None, "")}
    values |= {name: read_moment(params[name]) for name in ("start", "end", "asked_until") if name in params}
    return values | {
        "flavour": signatures.name_flavour(str(params.get("flavour") or "")),
        "code": plain(error.code),
        "finding": _read_title(params.get("reason")),
        "shortest": _read_span(params.get("shortest")),
    }


def _read_title(code: object) -> str:
    words = CATALOGUE.get(code) if isinstance(code, Code) else _TITLES.get(str(code))
    return gettext(words.title) if words else ""


def _read_span(seconds: object) -> str:
    return span(timedelta(seconds=seconds)) if isinstance(seconds, int) else ""


_TITLES = {code.value: words for code, words in CATALOGUE.items()}
_GENERAL = (line(_("This was refused for the reason “%(code)s”. Check what was entered and try again.")),)

_KEYS: Mapping[str, tuple[Line, ...]] = {
    "key-refused": (
        line(_("This access key cannot be used. Enter the access key of an IAM user, which does not end by itself.")),
    ),
    "key-token": (
        line(
            _(
                "A session token makes any key temporary: links would die with it. Enter the access key of an IAM "
                "user, without a token."
            )
        ),
    ),
    "key-id-empty": (line(_("The access key id is missing. Enter both the id and the secret of the key.")),),
    "key-secret-empty": (
        line(_("The secret of access key %(access_key_id)s is missing. Enter it.")),
        line(_("The secret of the access key is missing. Enter it.")),
    ),
    "key-temporary": (
        line(
            _(
                "%(access_key_id)s is a temporary key (its id begins with ASIA): links would die with it, in hours. "
                "Enter the access key of an IAM user; its id begins with AKIA."
            )
        ),
        line(
            _(
                "This is a temporary key (its id begins with ASIA): links would die with it, in hours. Enter the "
                "access key of an IAM user; its id begins with AKIA."
            )
        ),
    ),
    "key-id-malformed": (
        line(
            _(
                "This is not an access key id: it must have 3 to 128 plain letters, digits or signs, without blanks "
                "or slashes. Copy it again."
            )
        ),
    ),
    "key-secret-malformed": (
        line(_("The secret has blanks around it or signs that cannot be printed. Copy it again.")),
    ),
    "key-of-root": (
        line(
            _(
                "This is the root key of an AWS account, which can do everything there. Create an IAM user that may "
                "only read the bucket, and enter its access key."
            )
        ),
    ),
    "key-of-role": (
        line(
            _("This key belongs to an assumed role (%(arn)s) and ends by itself. Enter the access key of an IAM user.")
        ),
        line(_("This key belongs to an assumed role and ends by itself. Enter the access key of an IAM user.")),
    ),
    "key-of-federated-user": (
        line(
            _("This key belongs to a federated user (%(arn)s) and ends by itself. Enter the access key of an IAM user.")
        ),
        line(_("This key belongs to a federated user and ends by itself. Enter the access key of an IAM user.")),
    ),
    "key-of-stranger": (
        line(_("The store calls the owner of this key %(arn)s, which is no IAM user. Enter an IAM user's key.")),
        line(_("The owner of this key is no IAM user. Enter the access key of an IAM user.")),
    ),
    "key-session": (
        line(_("This key belongs to a temporary session and ends by itself. Enter the access key of an IAM user.")),
    ),
    "key-secret-wrong": (
        line(_("The secret does not belong to access key %(access_key_id)s. Copy both again.")),
        line(_("The secret does not belong to the access key. Copy both again.")),
    ),
    "key-unknown-to-store": (
        line(
            _(
                "The store does not know access key %(access_key_id)s: it was deleted, is inactive, or belongs to "
                "another store. Check it there, or enter another key."
            )
        ),
        line(
            _(
                "The store does not know this access key: it was deleted, is inactive, or belongs to another store. "
                "Check it there, or enter another key."
            )
        ),
    ),
    "key-pending": (
        line(
            _(
                "The key “%(key)s” signs nothing until AWS has said that it is an IAM user's. Check that this server "
                "reaches AWS, then prove the key again."
            )
        ),
        line(
            _(
                "The key signs nothing until AWS has said that it is an IAM user's. Check that this server reaches "
                "AWS, then prove the key again."
            )
        ),
    ),
    "key-known": (
        line(
            _(
                "Access key %(access_key_id)s is here already, under the label “%(label)s”. Use that one, or enter "
                "another key."
            ),
            taken="id",
        ),
        line(
            _("The label “%(label)s” is taken by another signing key. Choose another label."),
            taken="label",
        ),
        line(
            _(
                "There is already a signing key with the label “%(label)s” or the id %(access_key_id)s. Use that "
                "one, or choose another label."
            )
        ),
        line(_("There is already a signing key with this label or id. Use that one, or choose another label.")),
    ),
}

_ROTATION: Mapping[str, tuple[Line, ...]] = {
    "key-replaced": (
        line(_("The key “%(key)s” was replaced by another and signs nothing any more. Use the key that replaced it.")),
        line(_("The key was replaced by another and signs nothing any more. Use the key that replaced it.")),
    ),
    "rotation-same-key": (
        line(
            _(
                "%(access_key_id)s is the key that is to be replaced; nothing was changed. Create a second access key "
                "for its user, and enter that one."
            )
        ),
        line(
            _(
                "This is the key that is to be replaced; nothing was changed. Create a second access key for its "
                "user, and enter that one."
            )
        ),
    ),
    "rotation-key-pending": (
        line(
            _(
                "AWS did not say whose key %(access_key_id)s is, so nothing was changed. Check that this server "
                "reaches AWS's STS and that its clock is right, then try again."
            )
        ),
        line(
            _(
                "AWS did not say whose key this is, so nothing was changed. Check that this server reaches AWS's STS "
                "and that its clock is right, then try again."
            )
        ),
    ),
    "rotation-bucket-unreadable": (
        line(
            _(
                "The new key cannot read what the old one could (%(finding)s) in: %(buckets)s. Nothing was changed. "
                "Give its user the same permissions, then try again."
            )
        ),
        line(
            _(
                "The new key cannot read what the old one could in: %(buckets)s. Nothing was changed. Give its user "
                "the same permissions, then try again."
            )
        ),
        line(
            _(
                "The new key cannot read what the old one could. Nothing was changed. Give its user the same "
                "permissions, then try again."
            )
        ),
    ),
    "rotation-bucket-unanswered": (
        line(
            _(
                "The new key could not be tried, because the store did not answer for: %(buckets)s. Nothing was "
                "changed. Try again in a while."
            )
        ),
        line(
            _(
                "The new key could not be tried, because the store did not answer. Nothing was changed. Try again in "
                "a while."
            )
        ),
    ),
    "rotation-overtaken": (
        line(_("The key's buckets changed while the new key was tried. Nothing was changed by this. Try again.")),
    ),
}

_GATE: Mapping[str, tuple[Line, ...]] = {
    "gate-refused": (
        line(_("The URL that was signed is not what was asked for, and was not handed out. Test the bucket.")),
    ),
    "gate-not-sigv4": (
        line(
            _(
                "The URL was not signed with Signature Version 4 and was not handed out. Check the storage's options "
                "and the server's AWS configuration."
            )
        ),
    ),
    "gate-token": (
        line(
            _(
                "The URL carries a session token and was not handed out: it would die early. Remove "
                "AWS_SESSION_TOKEN and AWS_SECURITY_TOKEN from the server's environment."
            )
        ),
    ),
    "gate-wrong-key": (
        line(
            _(
                "The URL was not signed with the bucket's key %(access_key_id)s and was not handed out. Check the "
                "storage's options and the server's AWS configuration."
            )
        ),
        line(
            _(
                "The URL was not signed with the bucket's key and was not handed out. Check the storage's options "
                "and the server's AWS configuration."
            )
        ),
    ),
    "gate-lifetime": (
        line(
            _(
                "A presigned URL must live for 1 to %(longest)s seconds, not %(seconds)s. Choose a shorter lifetime, "
                "or make a stable link."
            )
        ),
        line(
            _(
                "A presigned URL must live for 1 to 604800 seconds (7 days). Choose a shorter lifetime, or make a "
                "stable link."
            )
        ),
    ),
    "gate-wrong-host": (
        line(
            _(
                "The URL leads to %(host)s instead of %(expected)s and was not handed out. Remove AWS_ENDPOINT_URL "
                "and the like from the server's environment, and check the bucket's endpoint."
            )
        ),
        line(
            _(
                "The URL leads to another host than the bucket's and was not handed out. Remove AWS_ENDPOINT_URL and "
                "the like from the server's environment, and check the bucket's endpoint."
            )
        ),
    ),
    "gate-wrong-region": (
        line(
            _(
                "The URL was signed for the region %(region)s instead of %(expected)s and was not handed out. Check "
                "the bucket's region."
            )
        ),
        line(_("The URL was signed for another region than the bucket's and was not handed out. Check the region.")),
    ),
    "gate-wrong-object": (
        line(
            _(
                "The URL leads to another object than was asked for and was not handed out. Copy the object to a key "
                "without doubled slashes, dots between slashes or backslashes, and share the copy."
            )
        ),
    ),
    "gate-wrong-headers": (
        line(_("The URL asks for headers that no browser sends and was not handed out. Check the storage's options.")),
    ),
    "sign-method": (line(_("Only downloads (GET) are signed, not %(method)s.")), line(_("Only downloads are signed."))),
}

_PLACES: Mapping[str, tuple[Line, ...]] = {
    "bucket-name-malformed": (
        line(
            _("“%(bucket)s” is no bucket name: it may have letters, digits, dots, hyphens and underscores. Correct it.")
        ),
        line(_("A bucket name may have letters, digits, dots, hyphens and underscores. Enter one.")),
    ),
    "bucket-known": (
        line(_("The bucket “%(bucket)s” is bound to a key already. Change that one instead of adding it again.")),
        line(_("This bucket is bound to a key already. Change that one instead of adding it again.")),
    ),
    "addressing-unknown": (line(_("Choose auto, path or virtual as the bucket's addressing.")),),
    "endpoint-malformed": (
        line(
            _(
                "The endpoint must be an address as in https://s3.example.com, with no user, query or fragment. "
                "Correct it, or leave it empty for AWS."
            )
        ),
    ),
    "endpoint-forbidden": (
        line(
            _(
                "This is the address of a metadata service or of nobody's, and no store lives there. "
                "Enter the store's own address."
            )
        ),
    ),
    "region-missing": (line(_("A bucket on AWS needs its region, as in ap-northeast-1. Enter it.")),),
    "region-malformed": (
        line(_("“%(region)s” is no region: one looks like ap-northeast-1. Correct it.")),
        line(_("This is no region: one looks like ap-northeast-1. Correct it.")),
    ),
    "base-url-missing": (
        line(_("Stable links need the address of this site. Set BASE_URL, as in https://share.example.com.")),
    ),
    "probe-host-not-allowed": (
        line(
            _(
                "This server may not send requests to %(host)s. If you trust it, add it to PROBE_ALLOWED_HOSTS, or "
                "register its bucket."
            )
        ),
        line(
            _(
                "This server may not send requests to that host. If you trust it, add it to PROBE_ALLOWED_HOSTS, or "
                "register its bucket."
            )
        ),
    ),
}

_OPTIONS: Mapping[str, tuple[Line, ...]] = {
    "option-malformed": (
        line(_("The storage option %(option)s has the wrong type. Give a botocore Config, or leave it out.")),
        line(_("A storage option has the wrong type. Correct it, or leave it out.")),
    ),
    "option-other-credential": (
        line(
            _(
                "The storage option %(option)s would take another credential than the given key. Leave it out, and "
                "give access_key and secret_key."
            )
        ),
        line(_("A storage option would take another credential than the given key. Leave it out.")),
    ),
    "option-other-host": (
        line(
            _(
                "The storage option %(option)s would move links to another host. Leave it out, and give "
                "endpoint_url where the store is not AWS."
            )
        ),
        line(_("A storage option would move links to another host. Leave it out.")),
    ),
    "option-other-signature": (
        line(_("The storage option %(option)s asks for another signature than Version 4. Leave it out.")),
        line(_("A storage option asks for another signature than Version 4. Leave it out.")),
    ),
    "option-unsigned": (
        line(_("The storage option %(option)s asks for URLs without a signature. Leave it out.")),
        line(_("A storage option asks for URLs without a signature. Leave it out.")),
    ),
}

_OBJECTS: Mapping[str, tuple[Line, ...]] = {
    "object-key-empty": (line(_("The object key is missing. Enter the full name of the object in the bucket.")),),
    "object-key-malformed": (line(_("The object key holds signs that are no text. Copy it again.")),),
    "object-key-too-long": (
        line(_("The object key has %(length)s bytes, but S3 allows %(longest)s. Check that it was copied rightly.")),
        line(_("The object key is longer than the 1024 bytes that S3 allows. Check that it was copied rightly.")),
    ),
    "object-key-dots": (
        line(
            _(
                "Browsers rewrite “.” and “..” between slashes, so that no link can lead to “%(key)s”. Copy the "
                "object to another key and share the copy."
            )
        ),
        line(
            _(
                "Browsers rewrite “.” and “..” between slashes, so that no link can lead to this object. Copy it to "
                "another key and share the copy."
            )
        ),
    ),
    "object-missing": (
        line(
            _(
                "There is no object “%(object_key)s” in the bucket “%(bucket)s”. Check its key, letter by letter, or "
                "upload it."
            )
        ),
        line(_("There is no such object in the bucket. Check its key, letter by letter, or upload it.")),
    ),
    "object-unreadable": (
        line(
            _(
                "“%(object_key)s” in the bucket “%(bucket)s” cannot be read with the bucket's key (%(finding)s). "
                "Mend that first; testing the bucket tells more."
            )
        ),
        line(_("The object cannot be read with the bucket's key. Mend that first; testing the bucket tells more.")),
    ),
    "listing-refused": (
        line(
            _(
                "The objects of the bucket “%(bucket)s” cannot be listed (%(finding)s). Type the object's key, or "
                "allow s3:ListBucket."
            )
        ),
        line(_("The objects of the bucket cannot be listed. Type the object's key, or allow s3:ListBucket.")),
    ),
}

_LIFETIMES: Mapping[str, tuple[Line, ...]] = {
    "lifetime-unreadable": (
        line(
            _(
                "“%(text)s” is no lifetime that can be read. Write it as in 30 days, 1 hour, 1y 6mo, or as an end "
                "date such as 2026-12-24."
            )
        ),
        line(
            _(
                "This lifetime cannot be read. Write it as in 30 days, 1 hour, 1y 6mo, or as an end date such as "
                "2026-12-24."
            )
        ),
    ),
    "lifetime-ambiguous": (
        line(_("“%(text)s” may mean minutes or months. Write %(minutes)s or %(months)s.")),
        line(_("“m” may mean minutes or months. Write min or mo.")),
    ),
    "lifetime-past": (
        line(_("The end that was asked for, %(end)s, is over already. Choose a later one.")),
        line(_("The end that was asked for is over already. Choose a later one.")),
    ),
    "lifetime-too-short": (
        line(_("A link must live for %(shortest)s at least. Choose a longer lifetime.")),
        line(_("This lifetime is too short. Choose a longer one.")),
    ),
    "lifetime-too-long": (
        line(_("A link can live for %(years)s years at most. Choose a shorter lifetime.")),
        line(_("This lifetime is too long. Choose a shorter one.")),
    ),
}

_PROMISES: Mapping[str, tuple[Line, ...]] = {
    "promise-refused": (line(_("This lifetime cannot be promised. Choose a shorter one, or make a stable link.")),),
    "promise-key-cannot-sign": (
        line(
            _(
                "The bucket's key signs nothing until AWS has said that it is an IAM user's. Prove the key again, "
                "then make the link."
            ),
            state="pending",
        ),
        line(_("The bucket's key was refused and signs nothing. Bind the bucket to the access key of an IAM user.")),
    ),
    "promise-presigned-too-long": (
        line(
            _(
                "No presigned URL can work until %(asked_until)s: S3 allows 7 days at most. Make a stable link, "
                "which can."
            )
        ),
        line(_("No presigned URL works longer than 7 days. Make a stable link, which can.")),
    ),
    "promise-over-already": (
        line(
            _("The bucket's lifecycle rule deletes the object before the link could be used. Exempt the object."),
            reason="lifecycle-deletes",
        ),
        line(
            _("The restored copy of the object ends before the link could be used. Restore it for longer."),
            reason="restore-ends",
        ),
        line(
            _(
                "The bucket's key is due for rotation now, and a presigned URL would die with it. Rotate it first, "
                "or make a stable link."
            ),
            reason="rotation-due",
        ),
        line(
            _(
                "The bucket's policy refuses presigned URLs (s3:authType), which every link leads to. Exempt the "
                "access key's user in the policy."
            ),
            reason="policy-refuses-presigned",
        ),
        line(
            _("The bucket's policy refuses downloads at this time. Change the dates in the policy."),
            reason="policy-limits-time",
        ),
        line(_("The promise would be over before the link could be used. Choose another object or delivery.")),
    ),
    "promise-in-the-past": (
        line(_("The promised end is over already, so there is nothing to watch. Enter a later one.")),
    ),
    "colour-unreadable": (line(_("This is no colour. Write it as #rrggbb, as in #0e5f69.")),),
    "slug-malformed": (
        line(_("“%(slug)s” cannot be an address. Use 3 to 60 of the letters a to z, digits and hyphens.")),
        line(_("This cannot be an address. Use 3 to 60 of the letters a to z, digits and hyphens.")),
    ),
    "slug-unprotected": (line(_("Anybody could guess this address. Give the link a password, or tick “Public”.")),),
    "slug-taken": (
        line(_("“%(slug)s” is another link's address. Choose a different one.")),
        line(_("This is another link's address. Choose a different one.")),
    ),
    "password-too-short": (
        line(_("The password is too short. Take at least %(least)s characters.")),
        line(_("The password is too short.")),
    ),
    "customer-known": (
        line(_("There is a customer of this name: “%(name)s”. Choose another name, or open that customer's page.")),
        line(_("There is a customer of this name. Choose another name, or open that customer's page.")),
    ),
    "object-address-unreadable": (
        line(_("This names no object. Paste s3://bucket/key, an ARN, or the address of the object's page.")),
    ),
    "bucket-unregistered": (
        line(_("The bucket “%(bucket)s” is not registered here. Ask whoever keeps the keys to add it.")),
        line(_("This bucket is not registered here. Ask whoever keeps the keys to add it.")),
    ),
    "address-elsewhere": (
        line(_("This address leads to no bucket that is registered here. Paste s3://bucket/key, or choose a file.")),
    ),
    "time-answered": (line(_("Somebody has answered this request before. Nothing was changed.")),),
    "link-without-bucket": (line(_("This link has no bucket of ours, so nothing can be signed for it.")),),
}

_URLS: Mapping[str, tuple[Line, ...]] = {
    "unreadable": (line(_("This cannot be read. Check what was entered and try again.")),),
    "url-unreadable": (line(_("This is no web address. Paste the whole URL, from https:// to its end.")),),
    "url-broken": (
        line(_("There is a blank or a line break inside the URL: it was broken when it was copied. Copy it again.")),
    ),
    "url-too-long": (
        line(_("The URL is longer than %(longest)s characters. Check that only one URL was pasted.")),
        line(_("The URL is too long. Check that only one URL was pasted.")),
    ),
    "url-ours": (
        line(_("This is a stable link of this site (#%(link)s), which is watched already. Nothing has to be done.")),
        line(_("This is an address of this site, whose own links are watched already. Paste a presigned URL.")),
    ),
    "url-unsigned": (
        line(_("This URL has no signature, so there is nothing in it that could end. Paste a presigned URL.")),
    ),
    "url-not-judged": (
        line(
            _(
                "URLs of this kind (%(flavour)s) cannot be judged. Paste one that was signed for S3, with Signature "
                "Version 4 or 2, or for CloudFront."
            )
        ),
        line(
            _(
                "URLs of this kind cannot be judged. Paste one that was signed for S3, with Signature Version 4 or 2, "
                "or for CloudFront."
            )
        ),
    ),
}

_MANY: Mapping[str, tuple[Line, ...]] = {
    "lines-missing": (line(_("There is nothing to watch. Paste one URL in each line.")),),
    "lines-too-many": (
        line(_("These are %(count)s lines, but %(most)s can be watched at once. Paste them in several parts.")),
        line(_("These are more lines than can be watched at once. Paste them in several parts.")),
    ),
    "line-unreadable": (
        line(
            _(
                "There is more in this line than a URL. After the URL it may have a date such as 2026-12-24, and "
                "after that a note."
            )
        ),
    ),
    "promise-missing": (
        line(_("Nobody said until when this URL was promised to work. Put a date after it, or fill in the field.")),
    ),
    "promise-unreadable": (
        line(_("“%(text)s” is no date or time. Write it as in 2026-12-24 or 2026-12-24T18:00Z.")),
        line(_("The promised end is no date or time. Write it as in 2026-12-24 or 2026-12-24T18:00Z.")),
    ),
    "url-watched": (
        line(_("This URL is watched already, by link #%(link)s.")),
        line(_("This URL is watched already.")),
    ),
    "url-repeated": (
        line(_("This is the same URL as in line %(line)s.")),
        line(_("This URL stands in another line too.")),
    ),
}

_RESCUE: Mapping[str, tuple[Line, ...]] = {
    "already-rescued": (
        line(_("This link was rescued before: link #%(link)s keeps its promise. Its page can show the URL again.")),
        line(_("This link was rescued before, and another keeps its promise.")),
    ),
    "rescue-stable": (
        line(_("A stable link is signed afresh at each click and needs no rescue. Mend the cause instead.")),
    ),
    "rescue-revoked": (line(_("A revoked link has no promise left to keep. Make a new link.")),),
    "rescue-ended": (line(_("The promise of this link is over. Make a new link.")),),
    "rescue-no-bucket": (
        line(
            _(
                "None of the buckets here holds the object, which is at %(host)s. Add its bucket with a signing key "
                "of its own, then rescue the link."
            )
        ),
        line(
            _(
                "None of the buckets here holds the object. Add its bucket with a signing key of its own, then "
                "rescue the link."
            )
        ),
    ),
    "rescue-other-version": (
        line(
            _(
                "The URL names a version of “%(object_key)s” that is not the newest, so a stable link would lead to "
                "another file. Copy that version to a key of its own and make a link to it."
            )
        ),
        line(
            _(
                "The URL names a version that is not the newest, so a stable link would lead to another file. Copy "
                "that version to a key of its own and make a link to it."
            )
        ),
    ),
}

_SILENCE: Mapping[str, tuple[Line, ...]] = {
    "unavailable": (line(_("Something that is needed did not answer. Try again in a while.")),),
    "failed": (line(_("This did not work. Try again, and look at the log if it fails again.")),),
    "refused": (line(_("This was refused. Check what was entered and try again.")),),
    "caller-unanswered": (
        line(
            _(
                "AWS did not say whose key this is. Check that this server reaches AWS's STS; it is asked again by "
                "itself."
            )
        ),
    ),
    "clock-skew": (line(_("The clock of this server differs from the store's. Set it by NTP and try again.")),),
    "store-unanswered": (
        line(_("The store of the bucket “%(bucket)s” did not answer. Check its endpoint, and try again in a while.")),
        line(_("The store did not answer. Check its endpoint, and try again in a while.")),
    ),
    "secrets-unreadable": (
        line(
            _(
                "The stored secrets cannot be read. Put the encryption key that they were written with back into "
                "ENCRYPTION_KEYS, after the newest one."
            )
        ),
    ),
    "delivery-failed": (
        line(_("The notice could not be delivered (%(reason)s). It is tried again by itself; check the channel.")),
        line(_("The notice could not be delivered. It is tried again by itself; check the channel.")),
    ),
}

_SENTENCES: Mapping[str, tuple[Line, ...]] = {
    **_KEYS,
    **_ROTATION,
    **_GATE,
    **_PLACES,
    **_OPTIONS,
    **_OBJECTS,
    **_LIFETIMES,
    **_PROMISES,
    **_URLS,
    **_MANY,
    **_RESCUE,
    **CHANGES,
    **_SILENCE,
}

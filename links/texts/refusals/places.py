"""Why a bucket, its options or an object was not taken."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.reasons import Reason
from links.texts.formatting import Line, line

PLACES: Mapping[Reason, tuple[Line, ...]] = {
    Reason.BUCKET_NAME_MALFORMED: (
        line(
            _(
                "“%(bucket)s” is not a bucket name. It may have letters, digits, dots, hyphens and underscores. "
                "Correct it."
            )
        ),
        line(_("A bucket name may have letters, digits, dots, hyphens and underscores. Enter one.")),
    ),
    Reason.BUCKET_KNOWN: (
        line(_("[The bucket “%(bucket)s”|This bucket] already has a key. Change that one instead of adding it again.")),
    ),
    Reason.BUCKET_UNREADABLE: (
        line(
            _(
                "Access key %(access_key_id)s may not read “%(bucket)s”. Nothing was changed. Allow the key's user "
                "s3:GetObject on its files, or choose another key. Then save again."
            ),
            reason="permission-lost",
        ),
        line(
            _(
                "Access key %(access_key_id)s is inactive at the store. Nothing was changed. Make it active there, or "
                "choose another key. Then save again."
            ),
            reason="key-inactive",
        ),
        line(
            _(
                "“%(bucket)s” is not in this region or at this address. Nothing was changed. Enter the bucket's own "
                "region and endpoint."
            ),
            reason="wrong-region",
        ),
        line(
            _(
                "There is no bucket “%(bucket)s” at %(host)s. Nothing was changed. Correct the endpoint. A bucket's "
                "name cannot be changed here: for another name, add the bucket under that name."
            ),
            reason="bucket-missing",
        ),
        line(
            _(
                "With these details the store does not let [“%(bucket)s”|the bucket] be read[ (%(finding)s)], and its "
                "links would stop working. Nothing was changed. Correct the key, the region or the endpoint, or the "
                "permissions of the key's user. Then save again."
            )
        ),
    ),
    Reason.BUCKET_UNTRIED: (
        line(
            _(
                "[%(host)s|The store] gave no answer, so it is not known whether “%(bucket)s” can be read. Nothing was "
                "changed. Check the endpoint, try again in a while, or confirm that it is to be saved untried."
            ),
            reason="unreachable",
        ),
        line(
            _(
                "“%(bucket)s” cannot be read as it is, and not with these details either[ (%(finding)s)]. Nothing was "
                "changed. Correct them, or confirm that they are to be saved all the same."
            ),
            is_read_by_nobody="yes",
        ),
        line(
            _(
                "The store's answer does not show whether [“%(bucket)s”|the bucket] can be read. Nothing was changed. "
                "Confirm that it is to be saved untried, then test the bucket with a file that is there."
            )
        ),
    ),
    Reason.ADDRESSING_UNKNOWN: (line(_("Choose auto, path or virtual as the bucket's addressing.")),),
    Reason.ENDPOINT_MALFORMED: (
        line(
            _(
                "The endpoint must be an address as in https://s3.example.com, with no user, query or fragment. "
                "Correct it, or leave it empty for AWS."
            )
        ),
    ),
    Reason.ENDPOINT_FORBIDDEN: (
        line(
            _(
                "“%(host)s” points to a metadata service, a link-local address or an unassigned address, "
                "where there is no store. Enter the store's own address."
            )
        ),
        line(
            _(
                "This is the address of a metadata service, a link-local address or an unassigned address, "
                "where there is no store. Enter the store's own address."
            )
        ),
    ),
    Reason.ENDPOINT_PRIVATE: (
        line(
            _(
                "[“%(host)s”|This] points to a private address. This server sends requests there only if its "
                "settings allow it. If the store is yours, have [“%(host)s”|its host] added to "
                "PROBE_ALLOWED_HOSTS and try again."
            )
        ),
    ),
    Reason.ENDPOINT_NAMES_BUCKET: (
        line(
            _(
                "The endpoint contains the bucket's name[: write %(instead)s as the endpoint, and "
                "“%(bucket)s” as the bucket|. Write the endpoint without it, and the bucket by itself]. "
                "Otherwise the name appears twice and no link works."
            )
        ),
    ),
    Reason.REGION_NOT_OF_ENDPOINT: (
        line(
            _(
                "The endpoint belongs to the region %(expected)s, which refuses signatures for “%(region)s”. Enter the "
                "region %(expected)s, or the endpoint of the bucket's own region."
            )
        ),
        line(
            _(
                "The endpoints of the region %(region)s end in .%(suffix)s, and this one does not. Leave the endpoint "
                "empty: the region's own is used then."
            )
        ),
        line(
            _(
                "[The region “%(region)s”|This region] cannot be reached by the global endpoint s3.amazonaws.com. "
                "Leave the endpoint empty: the region's own is used then."
            )
        ),
    ),
    Reason.REGION_MISSING: (line(_("A bucket on AWS needs its region, as in ap-northeast-1. Enter it.")),),
    Reason.REGION_MALFORMED: (
        line(_("[“%(region)s”|This] is not a region. A region looks like ap-northeast-1. Correct it.")),
    ),
    Reason.BASE_URL_MISSING: (
        line(_("Stable links need the address of this site. Set BASE_URL, as in https://share.example.com.")),
    ),
    Reason.PROBE_HOST_NOT_ALLOWED: (
        line(
            _(
                "This server may not send requests to [%(host)s|that host]. If you trust it, add it to "
                "PROBE_ALLOWED_HOSTS or register its bucket."
            )
        ),
    ),
}

OPTIONS: Mapping[Reason, tuple[Line, ...]] = {
    Reason.OPTION_MALFORMED: (
        line(_("The storage option %(option)s has the wrong type. Give a botocore Config, or leave it out.")),
        line(_("A storage option has the wrong type. Correct it, or leave it out.")),
    ),
    Reason.OPTION_OTHER_CREDENTIAL: (
        line(
            _(
                "The storage option %(option)s would take another credential than the given key. Leave it out, and "
                "give access_key and secret_key."
            )
        ),
        line(_("A storage option would take another credential than the given key. Leave it out.")),
    ),
    Reason.OPTION_OTHER_HOST: (
        line(
            _(
                "The storage option %(option)s would move links to another host. Leave it out, and give "
                "endpoint_url where the store is not AWS."
            )
        ),
        line(_("A storage option would move links to another host. Leave it out.")),
    ),
    Reason.OPTION_OTHER_SIGNATURE: (
        line(
            _(
                "[The storage option %(option)s|A storage option] asks for another signature than Version 4. Leave "
                "it out."
            )
        ),
    ),
    Reason.OPTION_PROXY: (
        line(
            _(
                "The storage option %(option)s asks for a proxy, and this backend connects to the store itself. Leave "
                "it out, and let this server reach the store."
            )
        ),
        line(_("A storage option asks for a proxy, and this backend connects to the store itself. Leave it out.")),
    ),
    Reason.OPTION_UNSIGNED: (
        line(_("[The storage option %(option)s|A storage option] asks for URLs without a signature. Leave it out.")),
    ),
}

OBJECTS: Mapping[Reason, tuple[Line, ...]] = {
    Reason.OBJECT_KEY_EMPTY: (
        line(
            _("“%(bucket)s” is a bucket, but a link points to one file. Give the file's key after its name."),
            shown_by="command",
        ),
        line(_("“%(bucket)s” is a bucket, but a link points to one file. Press “Browse” and choose the file.")),
        line(_("The object key is missing. Enter the full name of the object in the bucket.")),
    ),
    Reason.OBJECT_KEY_MALFORMED: (line(_("The object key contains characters that are not text. Copy it again.")),),
    Reason.OBJECT_KEY_TOO_LONG: (
        line(_("The object key has %(length)s bytes, but S3 allows %(longest)s. Check that it was copied correctly.")),
        line(_("The object key is longer than the 1024 bytes that S3 allows. Check that it was copied correctly.")),
    ),
    Reason.OBJECT_KEY_DOTS: (
        line(
            _(
                "Browsers change “.” and “..” between slashes, so no link can point to [“%(key)s”. Copy the "
                "object|this object. Copy it] to another key and share the copy."
            )
        ),
    ),
    Reason.OBJECT_MISSING: (
        line(
            _("“%(folder)s” is a folder, but a link points to one file. Give the whole key of a file in it."),
            shown_by="command",
        ),
        line(
            _(
                "“%(folder)s” is a folder, but a link points to one file. Press “Browse”, open the folder "
                "and choose the file."
            )
        ),
        line(
            _(
                "There is no object “%(object_key)s” in the bucket “%(bucket)s”. Did you mean “%(found_as)s”? That one "
                "is there."
            )
        ),
        line(
            _(
                "There is no object “%(object_key)s” in the bucket “%(bucket)s”. Names in a bucket rarely "
                "start with a slash. Try “%(unslashed)s”."
            )
        ),
        line(
            _(
                "There is no object “%(object_key)s” in the bucket “%(bucket)s”. It has spaces or quotation "
                "marks around it. Try “%(bare)s”."
            )
        ),
        line(
            _(
                "There is no [object “%(object_key)s”|such object] in the bucket[ “%(bucket)s”]. Check its "
                "key character by character, or upload it."
            )
        ),
    ),
    Reason.OBJECT_UNREADABLE: (
        line(
            _(
                "[“%(object_key)s” in the bucket “%(bucket)s”|The object] cannot be read with the bucket's "
                "key[ (%(finding)s)]. Fix this first. Test the bucket for details."
            )
        ),
    ),
    Reason.LISTING_REFUSED: (
        line(
            _(
                "The objects of the bucket [“%(bucket)s” ]cannot be listed[ (%(finding)s)]. Type the object's key, "
                "or allow s3:ListBucket."
            )
        ),
    ),
}

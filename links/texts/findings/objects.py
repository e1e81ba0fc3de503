"""The object behind the link."""

from collections.abc import Mapping

from django.utils.translation import gettext_noop as _

from links.domain.findings import Code
from links.texts.findings.entry import Words
from links.texts.formatting import line

OBJECTS: Mapping[Code, Words] = {
    Code.OBJECT_MISSING: Words(
        _("Object is missing"),
        (
            line(
                _(
                    "The store refuses [“%(object)s”|the object] without saying why. It is one of these: the object "
                    "was deleted, or the key may no longer read it."
                ),
                one_of="permission-lost",
            ),
            line(
                _("The object[ “%(object)s”] was deleted, but the bucket keeps versions: it can be recovered."),
                recoverable="yes",
            ),
            line(
                _(
                    "The server says that there is nothing at this address any more: the file was deleted or moved, or "
                    "the link was withdrawn."
                ),
                elsewhere="yes",
            ),
            line(
                _(
                    "There is no object “%(object)s” in the bucket, but there is “%(found_as)s”: the same name, "
                    "written in another way."
                )
            ),
            line(
                _(
                    "The object[ “%(object)s”] is not in the bucket: it was deleted or renamed, or its name was "
                    "encoded once too often before it was signed (%%25 in the URL stands for the percent sign of "
                    "%%20 or %%2F)."
                ),
                spelling="encoded",
            ),
            line(
                _(
                    "The object[ “%(object)s”] is not in the bucket: it was deleted or renamed, or the slash at the "
                    "beginning of its name (%%2F in the URL), or the second of two in a row, is not part of the real "
                    "one."
                ),
                spelling="slashes",
            ),
            line(
                _(
                    "The object[ “%(object)s”] is not in the bucket: it was deleted or renamed, or the plus "
                    "signs in its name are spaces in the real one."
                ),
                spelling="plus-signs",
            ),
            line(
                _(
                    "The object[ “%(object)s”] is not in the bucket: it was deleted or renamed, or its accents are "
                    "written in the other Unicode form there (letter and accent as one character, or, from a Mac, as "
                    "two), which looks the same."
                ),
                spelling="accents",
            ),
            line(
                _(
                    "The object[ “%(object)s”] is not in the bucket: it was deleted or renamed, or the "
                    "spaces in its name are plus signs in the real one."
                ),
                spelling="blanks",
            ),
            line(
                _(
                    "The object[ “%(object)s”] is not in the bucket: it was deleted or renamed, or a space in its name "
                    "is a narrow one in one of them and a plain one in the other. macOS writes a narrow one before AM "
                    "and PM; it looks the same."
                ),
                spelling="narrow-blanks",
            ),
            line(
                _(
                    "The object[ “%(object)s”] is not in the bucket: it was deleted or renamed, or the backslashes in "
                    "its name, as Windows writes them, are slashes in the real one."
                ),
                spelling="backslashes",
            ),
            line(_("The object[ “%(object)s”] is not in the bucket: it was deleted or renamed.")),
        ),
        (
            line(
                _(
                    "Check whether the object is in the bucket. If it is, allow the key's user s3:GetObject "
                    "on it; if not, upload it again under the same name. With s3:ListBucket allowed, "
                    "Holdfast can tell which."
                ),
                one_of="permission-lost",
            ),
            line(
                _("Remove the object's delete marker in the bucket: the link then works again at once."),
                recoverable="yes",
            ),
            line(
                _("Ask whoever sent it for a new link, and check that this one was copied completely."),
                elsewhere="yes",
            ),
            line(
                _(
                    "Make a new link to “%(found_as)s” and send it to the customer, or copy that object to the name "
                    "that the link has: it then works again at once."
                ),
            ),
            line(
                _(
                    "Upload the same file again under the same name: the link then works again at once. If it is "
                    "another file, let the link follow the latest file, on its page. If it was deleted on purpose, "
                    "revoke the link."
                ),
                shown_by="command",
            ),
            line(
                _(
                    "Upload the same file again under the same name: the link then works again at once. If it is "
                    "another file, press “Validate now” on the link's page and then “Follow the latest file”, which is "
                    "offered once the other file was seen. If it was deleted on purpose, revoke the link."
                )
            ),
        ),
    ),
    Code.OBJECT_REPLACED: Words(
        _("File was replaced by another"),
        (
            line(
                _(
                    "[“%(object)s”|The object] was replaced since the link was made. "
                    "The link has stopped: it would lead to another file."
                ),
                delivery="stable",
            ),
            line(
                _("[“%(object)s”|The object] was replaced since the link was made: customers now get another file."),
                delivery="presigned",
            ),
            line(
                _("[“%(object)s”|The object] was replaced since the link was made: customers now get another file."),
                delivery="foreign",
            ),
            line(
                _(
                    "[“%(object)s”|The object] was replaced since the links were made. Stable links have stopped; with "
                    "other URLs customers now get another file."
                )
            ),
        ),
        (
            line(
                _(
                    "If that was intended, let the link follow the latest file, on its page. If not, upload "
                    "the original file again under the same name: the link works again from its next "
                    "validation on. That happens automatically: within minutes if the link has just stopped, "
                    "within hours if it stopped long ago, or at once with validate_links."
                ),
                delivery="stable",
                shown_by="command",
            ),
            line(
                _(
                    "If that was intended, let the link follow the latest file, on its page. If not, upload "
                    "the original file again under the same name: the link works again from its next "
                    "validation on. That happens automatically: within minutes if the link has just stopped, "
                    "within hours if it stopped long ago, or at once with “Validate now” on its page. Many links at "
                    "once: select them in the list of links and choose the action."
                ),
                delivery="stable",
            ),
            line(
                _(
                    "If that was intended, let the link follow the latest file, on its page; if not, upload "
                    "the original file again under the same name."
                )
            ),
        ),
    ),
    Code.VERSION_MISSING: Words(
        _("Object version is missing"),
        (
            line(
                _("The version of [“%(object)s”|the object] that the link leads to was deleted, or is a delete marker.")
            ),
        ),
        (line(_("Make a new link to a version that exists and send it to the customer.")),),
    ),
    Code.LIFECYCLE_DELETES: Words(
        _("Lifecycle rule deletes the object"),
        (
            line(
                _(
                    "[The bucket's lifecycle rule “%(rule)s”|A lifecycle rule of the bucket] deletes "
                    "[“%(object)s”|the object] [on %(fails_at)s, ]before the promised date."
                )
            ),
        ),
        (
            line(
                _(
                    "Before then, exempt the object from the rule, or copy it to a place where no rule "
                    "deletes it and make a link to the copy."
                )
            ),
        ),
    ),
    Code.ARCHIVED: Words(
        _("Object has been archived"),
        (
            line(
                _(
                    "“%(object)s” is in the archive storage class %(storage_class)s and cannot be downloaded "
                    "until it is restored."
                )
            ),
            line(_("[“%(object)s”|The object] has been archived and cannot be downloaded until it is restored.")),
        ),
        (
            line(
                _(
                    "Restore the object until the promised date, or copy it back to the Standard storage "
                    "class. The link then works again."
                )
            ),
        ),
    ),
    Code.LIFECYCLE_ARCHIVES: Words(
        _("Lifecycle rule archives the object"),
        (
            line(
                _(
                    "A lifecycle rule of the bucket archives [“%(object)s”|the object] [on %(fails_at)s, "
                    "]before the promised date; it cannot be downloaded from then on."
                )
            ),
        ),
        (
            line(
                _(
                    "Before then, exempt the object from the rule, or copy it to a place where no rule "
                    "archives it and make a link to the copy."
                )
            ),
        ),
    ),
    Code.RESTORE_ENDS: Words(
        _("Restored copy ends early"),
        (
            line(
                _(
                    "[“%(object)s”|The object] is archived, and its restored copy ends [on %(fails_at)s, "
                    "]before the promised date."
                )
            ),
        ),
        (
            line(
                _(
                    "Before then, restore the object again until the promised date, or copy it back to the "
                    "Standard storage class."
                )
            ),
        ),
    ),
    Code.ENCRYPTION_KEY: Words(
        _("Encryption key cannot be used"),
        (
            line(
                _(
                    "The store cannot decrypt the object: its encryption key is disabled, is gone, or may not be "
                    "used by the access key."
                )
            ),
        ),
        (
            line(
                _(
                    "Enable the object's KMS key and allow the access key's user kms:Decrypt on it. Objects with a "
                    "customer-provided key (SSE-C) cannot be shared by a link: share a copy without one."
                )
            ),
        ),
    ),
}

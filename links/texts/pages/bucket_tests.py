"""What trying a bucket out has shown, in words. They speak of the bucket alone: when it is added, nobody has a link to
anything in it, and nothing of it ever worked.
"""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.buckets.bucket_states import BucketState, LastTest
from links.domain.buckets.s3_objects import Step, StepResult
from links.domain.findings import Code
from links.texts import labels, refusals
from links.texts.formatting import Line, join, line, plain, render_lines
from links.texts.times import moment


def explain(result: StepResult, bucket: str, access_key_id: str) -> tuple[str, str]:
    """Why a step failed and what to do about it; both empty where there is nothing to say."""
    if result.reason is Code.PERMISSION_LOST:
        values = {"object": result.object_key, "bucket": bucket, "access_key_id": access_key_id}
        said, cure = _DENIED[_choose(result)]
        return join(filter(None, [question(result, bucket), gettext(said) % values])), gettext(cure) % values
    if result.refusal:
        return refusals.explain_stored(result.refusal.code), ""
    if result.reason is None:
        return "", ""
    values = {
        "bucket": bucket,
        "access_key_id": access_key_id,
        "region": result.region,
        "object": result.object_key,
        "host": result.host,
    }
    said_lines, cure_lines = _WORDS[result.reason]
    return join(filter(None, [question(result, bucket), render_lines(said_lines, values)])), render_lines(
        cure_lines, values
    )


def question(result: StepResult, bucket: str) -> str:
    """What was asked, of whom, and what came."""
    if not result.host:
        return ""
    values = {
        "host": result.host,
        "what": gettext(_QUESTIONS[result.step]) % {"bucket": bucket, "object": _name_object(result)},
        "answer": " ".join(str(part) for part in (result.status, plain(result.code)) if part),
    }
    if result.status is None:
        return gettext("%(host)s was asked for %(what)s, and gave no answer.") % values
    return gettext("%(host)s was asked for %(what)s, and answered %(answer)s.") % values


def unseen(bucket: str) -> str:
    """That a bucket neither works for sure nor fails."""
    return gettext("It is not known whether files of “%(bucket)s” can be downloaded: none could be read.") % {
        "bucket": bucket
    }


def describe_state(state: BucketState, test: LastTest | None) -> str:
    """How a bucket stands, in a few words; what only its last test has shown, with when that was."""
    if state in _TESTED and test:
        return gettext(_TESTED[state]) % {"tested_at": moment(test.at)}
    return labels.label(state)


_TESTED = {
    BucketState.TEST_WORKED: _("tested on %(tested_at)s: works"),
    BucketState.TEST_FAILED: _("tested on %(tested_at)s: does not work"),
    BucketState.TEST_UNTOLD: _("tested on %(tested_at)s: it could not be told whether it works"),
}


def _name_object(result: StepResult) -> str:
    if result.is_hidden:
        return gettext("you may not share it, so its name is not shown")
    return result.object_key or gettext("a name that is not there")


_QUESTIONS = {
    Step.SIGN: _("a signature"),
    Step.LIST: _("the list of “%(bucket)s”"),
    Step.READ: _("one byte of a file in “%(bucket)s” (%(object)s)"),
}
_ALLOW = _("Allow the key's user s3:GetObject on the files of “%(bucket)s”, and look for a deny rule in its policies.")
_DENIED: dict[str, tuple[str, str]] = {
    "list": (
        _("Access key %(access_key_id)s may not list this bucket. Downloads work without it; files cannot be browsed."),
        _("To browse files, allow the key's user s3:ListBucket on “%(bucket)s”."),
    ),
    "read": (_("Access key %(access_key_id)s may not read it."), _ALLOW),
    "unseen": (
        _(
            "Whether access key %(access_key_id)s may read files is not known: a store that does not show its list "
            "refuses a name that is not there as it refuses a file that may not be read."
        ),
        _(
            "Test the bucket with a file that is there (add_bucket takes its name with --object). If it is refused, "
            "allow the key's user s3:GetObject on the files of “%(bucket)s”."
        ),
    ),
}


def _choose(result: StepResult) -> str:
    if result.step is Step.LIST:
        return "list"
    return "unseen" if result.ok is None else "read"


# What a test can find, but a refusal to read: why, and what to do.
_WORDS: Mapping[Code, tuple[tuple[Line, ...], tuple[Line, ...]]] = {
    Code.UNREACHABLE: (
        (line(_("The store cannot be reached[ at %(host)s].")),),
        (
            line(
                _(
                    "Check the bucket's endpoint and region, and the network between this server and the store. Then "
                    "test the bucket again."
                )
            ),
        ),
    ),
    Code.STORE_OVERLOADED: (
        (line(_("The store is overloaded or down.")),),
        (line(_("Check the store's status page, and test the bucket again later.")),),
    ),
    Code.BUCKET_MISSING: (
        (line(_("There is no bucket “%(bucket)s” at this store.")),),
        (
            line(
                _(
                    "Check the bucket's region and endpoint. Its name cannot be changed here: if it is wrong, delete "
                    "the bucket here and add it under the right name. If all is right, create the bucket at the store. "
                    "Then test it again."
                )
            ),
        ),
    ),
    Code.WRONG_REGION: (
        (
            line(_("The bucket is in the region %(region)s, but another one is entered here.")),
            line(_("The bucket is in another region, or at another address, than is entered here.")),
        ),
        (
            line(_("Set the bucket's region to %(region)s, then test it again.")),
            line(_("Find out where the bucket is, correct its region and endpoint, then test it again.")),
        ),
    ),
    Code.KEY_UNKNOWN: (
        (line(_("The store does not know access key %(access_key_id)s: it was deleted, or is another store's.")),),
        (
            line(
                _(
                    "Find the key at the store, and check the bucket's endpoint. If the key is gone, press “Rotate "
                    "this key” and enter a new access key of an IAM user, or bind the bucket to another key on its "
                    "page."
                )
            ),
        ),
    ),
    Code.KEY_INACTIVE: (
        (line(_("Access key %(access_key_id)s is inactive. Nothing that it signs works.")),),
        (line(_("Make the key or its user active again, or bind the bucket to another key.")),),
    ),
    Code.SIGNATURE_MISMATCH: (
        (
            line(
                _(
                    "The store knows access key %(access_key_id)s, but what it signs does not match: its secret is "
                    "wrong."
                )
            ),
        ),
        (
            line(
                _(
                    "Press “Correct the secret” on the key's page (or use the command set_secret). Then test the "
                    "bucket again."
                )
            ),
        ),
    ),
    Code.ACCOUNT_BLOCKED: (
        (line(_("The store has blocked the account of access key %(access_key_id)s, or a limit of it is reached.")),),
        (
            line(
                _(
                    "Sign in at the store and check the account: an unpaid bill, a limit on downloads or "
                    "spending, or a closed account. Then test the bucket again."
                )
            ),
        ),
    ),
    Code.CLOCK_SKEW: (
        (line(_("The clocks of this server and of the store differ too much.")),),
        (line(_("Set this server's clock by NTP, then test the bucket again.")),),
    ),
    Code.OBJECT_MISSING: (
        (line(_("The file[ “%(object)s”] is not in the bucket.")),),
        (
            line(
                _(
                    "Check its name, with its folders and capital letters, or test the bucket with another file that "
                    "is there."
                )
            ),
        ),
    ),
    Code.VERSION_MISSING: (
        (line(_("This version of the file[ “%(object)s”] is not in the bucket.")),),
        (line(_("Test the bucket with another file that is there.")),),
    ),
    Code.ARCHIVED: (
        (line(_("The file[ “%(object)s”] is archived and cannot be downloaded until it is restored.")),),
        (line(_("Test the bucket with a file that is not archived, or restore this one.")),),
    ),
    Code.ENCRYPTION_KEY: (
        (
            line(
                _(
                    "The file[ “%(object)s”] is encrypted with a KMS key that access key %(access_key_id)s may not "
                    "use, or that is disabled."
                )
            ),
        ),
        (
            line(
                _(
                    "Allow the key's user kms:Decrypt on that KMS key, and check that it is enabled. Then test the "
                    "bucket again."
                )
            ),
        ),
    ),
    Code.REFUSED_OTHER: (
        (line(_("The store refused it, and its reason is not known here.")),),
        (line(_("Look the store's answer up in its documentation or its log. Then test the bucket again.")),),
    ),
}

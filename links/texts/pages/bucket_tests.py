"""What trying a bucket out has shown, in words."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.buckets.s3_objects import Step, StepResult
from links.domain.findings import Code, Finding, Verdict
from links.texts import refusals
from links.texts.formatting import join, plain
from links.texts.pages import findings


def explain(result: StepResult, bucket: str, access_key_id: str) -> tuple[str, str]:
    """Why a step failed and what to do about it; both empty where there is nothing to say."""
    if result.reason is Code.PERMISSION_LOST:
        told = {"object": result.object_key, "bucket": bucket, "access_key_id": access_key_id}
        said, cure = _DENIED[_choose(result)]
        return join(filter(None, [question(result, bucket), gettext(said) % told])), gettext(cure) % told
    if result.refusal:
        return refusals.explain_stored(result.refusal.code), ""
    if result.reason is None:
        return "", ""
    params = {"bucket": bucket, "access_key_id": access_key_id, "region": result.region, "object": result.object_key}
    finding = Finding(result.reason, Verdict.BROKEN, None, {name: text for name, text in params.items() if text})
    return join(filter(None, [question(result, bucket), findings.sentence(finding)])), findings.cure(finding)


def question(result: StepResult, bucket: str) -> str:
    """What was asked, of whom, and what came."""
    if not result.host:
        return ""
    told = {
        "host": result.host,
        "what": gettext(_QUESTIONS[result.step])
        % {"bucket": bucket, "object": result.object_key or gettext("a name that is not there")},
        "answer": " ".join(str(part) for part in (result.status, plain(result.code)) if part),
    }
    if result.status is None:
        return gettext("%(host)s was asked for %(what)s, and gave no answer.") % told
    return gettext("%(host)s was asked for %(what)s, and answered %(answer)s.") % told


def unseen(bucket: str) -> str:
    """That a bucket neither works for sure nor fails."""
    return gettext("It is not known whether files of “%(bucket)s” can be downloaded: none could be read.") % {
        "bucket": bucket
    }


_QUESTIONS = {
    Step.SIGN: _("a signature"),
    Step.LIST: _("the list of “%(bucket)s”"),
    Step.READ: _("one byte of a file in “%(bucket)s” (%(object)s)"),
}
_ALLOW = _("Allow the key's user s3:GetObject on the files of “%(bucket)s”, and look for a deny rule in its policies.")
_DENIED: dict[str, tuple[str, str]] = {
    "list": (
        _("Access key %(access_key_id)s may not list this bucket. Links work without it; files cannot be browsed."),
        _("To browse files, allow the key's user s3:ListBucket on “%(bucket)s”."),
    ),
    "read": (_("Access key %(access_key_id)s may not read it."), _ALLOW),
    "unseen": (
        _(
            "Whether access key %(access_key_id)s may read files is not known: a store that does not show its list "
            "refuses a name that is not there as it refuses a file that may not be read."
        ),
        _(
            "Try a file that is there: add_bucket takes its name with --object, and making a link reads it. If it is "
            "refused, allow the key's user s3:GetObject on the files of “%(bucket)s”."
        ),
    ),
}


def _choose(result: StepResult) -> str:
    if result.step is Step.LIST:
        return "list"
    return "unseen" if result.ok is None else "read"

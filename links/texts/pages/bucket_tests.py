"""What trying a bucket out has shown, in words."""

from links.domain.buckets.s3_objects import StepResult
from links.domain.findings import Finding, Verdict
from links.texts import refusals
from links.texts.pages import findings


def explain(result: StepResult, bucket: str, access_key_id: str) -> tuple[str, str]:
    """Why a step failed and what to do about it; both empty where there is nothing to say."""
    if result.refusal:
        return refusals.explain_stored(result.refusal.code), ""
    if result.reason is None:
        return "", ""
    params = {"bucket": bucket, "access_key_id": access_key_id, "region": result.region, "object": result.object_key}
    finding = Finding(result.reason, Verdict.BROKEN, None, {name: text for name, text in params.items() if text})
    return findings.sentence(finding), findings.cure(finding)

"""The page of one bucket: what is known of it, who may share from it, and the form that binds it to a key."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext, ngettext

from links.admin.base import badges
from links.admin.base.columns import NOTHING, write_moment
from links.admin.base.pages import (
    get_row,
    go_to,
    may_change,
    may_delete,
    may_view,
    render_form,
    require,
)
from links.admin.buckets.bucket_history import log_bindings, read_binding
from links.admin.buckets.bucket_sharing import build_bucket_sharing
from links.domain.errors import Unavailable
from links.forms.buckets import BindingForm
from links.models import Bucket
from links.services.buckets import binding
from links.texts.signatures import explain_internal_bucket
from links.texts.times import moment
from links.texts.unchecked import list_unchecked


def get_bucket(request: HttpRequest, object_id: str) -> Bucket:
    """Whoever may see none of them does not learn which there are: raises `PermissionDenied`, then `Http404`."""
    require(may_view(request, Bucket))
    return get_row(Bucket.objects.all(), object_id)


def show_bucket(request: HttpRequest, object_id: str) -> HttpResponse:
    bucket = get_bucket(request, object_id)
    form = BindingForm(request.POST or None, initial=_find_present(bucket))
    if request.method == "POST":
        require(may_change(request, Bucket))
        before = read_binding(bucket)
        if form.is_valid() and form.change(bucket, timezone.now()):
            log_bindings(request, {bucket.pk: before})
            text = gettext("Changed. All links of this bucket are being validated.")
            messages.success(request, text)
            if form.is_confirmed:
                messages.warning(request, gettext("It was saved untried. Test it once its store answers."))
            is_said = bucket.endpoint != before["endpoint"] and not form.cleaned_data["internal"]
            host = binding.find_internal_host(bucket) if is_said else ""
            if host:
                messages.warning(request, explain_internal_bucket(host))
            return go_to(Bucket, "change", bucket.pk)
    return render_form(
        request,
        "bucket/change",
        Bucket,
        form,
        title=bucket.name,
        original=bucket,
        may_change=may_change(request, Bucket),
        may_delete=may_delete(request, Bucket),
        facts=_describe(bucket),
        sharing=build_bucket_sharing(request, bucket),
    )


def _find_present(bucket: Bucket) -> dict[str, object]:
    """What the form shows. Key and endpoint of a row that was edited by hand are not: they have to be entered anew."""
    shown: dict[str, object] = {"region": bucket.region, "addressing": bucket.addressing}
    try:
        bucket.require_binding()
    except Unavailable:
        return shown
    return {**shown, "key": bucket.key_id, "endpoint": bucket.endpoint}


def _describe(bucket: Bucket) -> list[tuple[str, object]]:
    return [
        (gettext("State"), badges.of_bucket(bucket)),
        (gettext("Store"), bucket.endpoint or "AWS"),
        (gettext("Region"), bucket.region or NOTHING),
        (gettext("Signing key"), bucket.key.label),
        (gettext("State of the key"), badges.of_key(bucket.key)),
        (gettext("Added at"), write_moment(bucket.created_at)),
        *_describe_configuration(bucket),
    ]


def _describe_configuration(bucket: Bucket) -> list[tuple[str, object]]:
    """What the bucket says of itself. What may not be read is shown as not checked, never as "none"; what may not be
    read any more is shown with its age."""
    known, unchecked = bucket.to_facts(), gettext("not checked")
    rules = unchecked if known.rules is None else _count_rules(len(known.rules))
    denials = unchecked if known.denials is None else _count_denials(len(known.denials))
    versions = {None: unchecked, True: gettext("kept"), False: gettext("not kept")}[known.versioned]
    return [
        (gettext("Lifecycle rules"), _with_age(rules, bucket.lifecycle_read_at, bucket)),
        (gettext("Deny rules in the bucket policy"), _with_age(denials, bucket.policy_read_at, bucket)),
        (gettext("Versions"), _with_age(versions, bucket.versioned_read_at, bucket)),
        (gettext("Read at"), write_moment(bucket.configuration_at)),
        *list_unchecked(bucket.host),
    ]


def _with_age(text: str, read_at: datetime | None, bucket: Bucket) -> str:
    if read_at is None or bucket.configuration_at is None or read_at >= bucket.configuration_at:
        return text
    gaps = {"value": text, "read_at": moment(read_at)}
    return gettext("%(value)s (read on %(read_at)s; it cannot be read now)") % gaps


def _count_rules(count: int) -> str:
    return ngettext("%(count)s rule", "%(count)s rules", count) % {"count": count}


def _count_denials(count: int) -> str:
    return ngettext("%(count)s deny rule", "%(count)s deny rules", count) % {"count": count}

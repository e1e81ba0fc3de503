"""How a URL was signed and by whom, in words."""

from datetime import datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.pasted.rewriters import name_opaque
from links.domain.signed_urls.reading import SignedUrl, Style
from links.domain.stores.hosts import is_internal
from links.texts.formatting import fill, group_digits
from links.texts.times import moment, read_moment


def name_style(url: SignedUrl) -> str:
    """How it was signed, as a few words that can stand in the middle of a line."""
    return gettext(_FLAVOURS.get(url.flavour) or _STYLES[url.style])


def name_flavour(flavour: str) -> str:
    """The same by the flavour's name alone; empty for one without words."""
    return gettext(_FLAVOURS[flavour]) if flavour in _FLAVOURS else ""


def name_credential(kind: str | None) -> str:
    """What the credential is, by the doctor's name for it; empty for a style without one."""
    return gettext(_CREDENTIALS[kind]) if kind in _CREDENTIALS else ""


def excuse(url: SignedUrl) -> str:
    """Why a recognised URL is not judged; empty for one that is."""
    if url.style in (Style.UNSIGNED, Style.OTHER) and not url.flavour and (service := name_opaque(url.hostname)):
        return gettext(
            "This is an address of %(service)s, which leads on to another one. It does not contain where it "
            "leads, so nothing is known of the link behind it: ask the sender for that link as it was made."
        ) % {"service": service}
    words = _EXCUSES.get(url.flavour) or (_OTHER_CLOUD if url.flavour else _EXCUSES_BY_STYLE.get(url.style))
    return gettext(words) if words else ""


def caution(url: SignedUrl, now: datetime, cut_at: int | None = None) -> list[str]:
    """What no verdict tells, one sentence each: where the URL cannot be opened, and where it was cut, and what one of
    a kind that is not judged says of itself."""
    marks, cautions = url.marks, []
    if is_internal(url.hostname):
        is_signed = url.style is not Style.UNSIGNED
        cautions.append(explain_internal(url.hostname) if is_signed else explain_unsigned_internal(url.hostname))
    if url.is_aws and url.style is Style.UNSIGNED and not url.path.strip("/") and not url.parameters:
        cautions.append(
            gettext(
                "This is the store's bare address. AWS's SDK for JavaScript returns it where it has no credentials, or "
                "was not waited for: sign anew, and await the credentials first."
            )
        )
    if cut_at is not None:
        cautions.append(explain_cut(cut_at))
    if marks.get("protocols") == "https" and url.scheme == "http":
        cautions.append(gettext("It works over https only, but begins with http."))
    if "guessed_end" in marks:
        cautions.append(_tell_guessed_end(datetime.fromisoformat(marks["guessed_end"]), now))
    if "callers" in marks:
        cautions.append(gettext("It works from %(callers)s only.") % marks)
    if "starts_at" in marks and datetime.fromisoformat(marks["starts_at"]) > now:
        cautions.append(
            gettext("It works from %(starts_at)s on, and not before.") % {"starts_at": read_moment(marks["starts_at"])}
        )
    return cautions


def _tell_guessed_end(end: datetime, now: datetime) -> str:
    text = (
        gettext("By what it contains, it seems to have ended on %(end)s: ask whoever made it for a new one.")
        if end <= now
        else gettext("By what it contains, it seems to end on %(end)s.")
    )
    return text % {"end": moment(end)}


def tell_probable(url: SignedUrl) -> list[str]:
    """What can be read off a key id and a token although nobody documents it, one sentence each."""
    sentences = []
    if url.probable_account:
        sentences.append(
            gettext("The access key probably belongs to the AWS account %(account)s.")
            % {"account": url.probable_account}
        )
    if url.is_aws and url.session:
        sentence = gettext("The session that signed it probably began on %(began_at)s[, in the region %(region)s].")
        sentences.append(fill(sentence, {"began_at": moment(url.session.began_at), "region": url.session.region}))
    return sentences


def explain_cut(length: int) -> str:
    return gettext(
        "It breaks off after exactly %(length)s characters, where mail programs, forms and databases cut what is "
        "longer. The rest cannot be restored: ask for it once more, in a file or by a shorter link."
    ) % {"length": group_digits(length)}


def explain_internal(hostname: str) -> str:
    return gettext(
        "%(host)s can only be reached from within its own network. It may work here, but a customer outside cannot "
        "open it. Sign for the store's public address: another host in the URL afterwards would break the signature."
    ) % {"host": hostname}


def explain_unsigned_internal(hostname: str) -> str:
    """The same of a URL in which nothing depends on its host."""
    return gettext(
        "%(host)s can only be reached from within its own network. It may work here, but a customer outside cannot "
        "open it."
    ) % {"host": hostname}


def explain_internal_bucket(hostname: str) -> str:
    """The same of a bucket's store, once, where it is added."""
    return gettext(
        "%(host)s can only be reached from within its own network: a customer outside cannot open a link of this "
        "bucket. If customers are outside, give the store's public address as the endpoint."
    ) % {"host": hostname}


def explain_own(*, leads_nowhere: bool) -> str:
    """Why a link of this site is not judged by its URL, or why an address of it leads nowhere."""
    if leads_nowhere:
        return gettext(
            "No link of this site has this address: whoever opens it is told that the page was not found. It may "
            "have been cut off or misspelled on its way; ask for the address as it was sent first."
        )
    return gettext(
        "This is a stable link of this site. Its URL has no signature: it is signed again at each click, and "
        "validated all the time. Its page shows its state."
    )


_STYLES = {
    Style.SIGV4: _("AWS Signature Version 4 (SigV4)"),
    Style.SIGV2: _("AWS Signature Version 2 (SigV2), which is outdated"),
    Style.CLOUDFRONT: _("CloudFront signed URL"),
    Style.UNSIGNED: _("not at all"),
    Style.OTHER: _("in a way that is not judged here"),
}
_FLAVOURS = {
    "sigv4a": _("AWS Signature Version 4A (SigV4A), for several regions"),
    "google-v4": _("Google Cloud Storage signed URL, version 4"),
    "google-v2": _("Google Cloud Storage signed URL, version 2"),
    "azure-sas": _("Azure shared access signature (SAS)"),
    "alibaba": _("Alibaba Cloud OSS signed URL"),
    "alibaba-v4": _("Alibaba Cloud OSS signed URL, version 4"),
    "volcengine": _("Volcengine TOS signed URL"),
    "tencent": _("Tencent Cloud COS signed URL"),
    "huawei": _("Huawei Cloud OBS signed URL"),
    "kingsoft": _("Kingsoft Cloud KS3 signed URL"),
    "ucloud": _("UCloud US3 signed URL"),
    "netease": _("NetEase NOS signed URL"),
    "qiniu": _("Qiniu Kodo signed URL"),
    "baidu": _("Baidu AI Cloud BOS signed URL"),
    "backblaze": _("Backblaze B2 download authorization"),
    "swift": _("OpenStack Swift temporary URL"),
    "oracle": _("Oracle Cloud pre-authenticated request"),
    "supabase": _("Supabase signed URL"),
    "discord": _("Discord attachment URL"),
    "meta": _("signed URL of Facebook or Instagram"),
    "akamai": _("Akamai token authentication"),
    "google-cdn": _("Google Cloud CDN signed URL"),
    "imagekit": _("ImageKit signed URL"),
    "imgix": _("imgix signed URL"),
    "upyun": _("Upyun signed URL"),
    "laravel": _("signed URL of a web application, as Laravel makes them"),
    "github": _("GitHub signed URL"),
    "cloudflare": _("Cloudflare token authentication"),
    "bunny": _("Bunny CDN token authentication"),
    "bytedance": _("signed URL of TikTok's network"),
    "nginx": _("nginx secure link"),
    "cloudinary": _("Cloudinary signed URL"),
    "aws-console": _("page of the AWS console"),
    "sharing-service": _("link of a file-sharing service"),
}
_CREDENTIALS = {
    "temporary": _("temporary credentials"),
    "iam-user-key": _("an IAM user's key, verified here"),
    "unproved": _("not verified as an IAM user's key"),
}
_EXCUSES = {
    "google-v4": _(
        "Google signs such URLs by rules of its own, for seven days at most. Their stated end is shown; "
        "whether the service account's key still exists is not known here."
    ),
    "google-v2": _(
        "Google signed such URLs by older rules of its own. Their stated end is shown; whether the service "
        "account's key still exists is not known here."
    ),
    "azure-sas": _(
        "Azure signs such URLs by rules of its own. Their stated end is shown; a stored access policy or a "
        "rotated account key may end them earlier, and that is not known here."
    ),
    "alibaba": _(
        "Alibaba Cloud signs such URLs by rules of its own. Their stated end is shown; one that was signed "
        "with a security token stops working with it, earlier."
    ),
    "aws-console": _(
        "This is a page of the AWS console. Only people who can sign in to that AWS account can open it, and customers "
        "cannot. Make a link to the file, and send that."
    ),
    "sharing-service": _(
        "This is a link of a file-sharing service. Whether it can be opened, by whom and until when, its "
        "owner decides there; the URL shows nothing of that. Ask whoever shared it."
    ),
    "sigv4a": _(
        "Such a URL is signed for several regions, by an elliptic-curve key that is derived from the access key. What "
        "it states is judged as for SigV4; the signature's own shape is not."
    ),
}
_OTHER_CLOUD = _(
    "It is signed by rules of its own service, not by S3's. Its stated end is shown, where it has one; what "
    "its service decides beyond that is not known here."
)
_EXCUSES_BY_STYLE = {
    Style.UNSIGNED: _(
        "This URL has no signature, so there is nothing in it that could end. Whether it works depends on what its "
        "server gives to anybody."
    ),
    Style.OTHER: _(
        "This URL seems to be signed, but in a way that is not known here: whether and when it ends is not "
        "known. Ask whoever made it."
    ),
}

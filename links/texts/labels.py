"""States in words: a short label for each, and one sentence for those that people ask about."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from links.domain.buckets.bucket_states import BucketState
from links.domain.buckets.endpoints import Addressing
from links.domain.buckets.folder_search import Order
from links.domain.buckets.s3_objects import Step
from links.domain.credentials import KeyState
from links.domain.findings import Subject, Verdict
from links.domain.incidents import NoticeKind
from links.domain.judging.cures import Act
from links.domain.judging.facts import Delivery
from links.domain.link_mails import LinkMailKind
from links.domain.stores.denials import PolicyKind
from links.domain.visits.access import Outcome
from links.domain.visits.sign_in_limits import SignInKind, SignInOutcome


def label(state: StrEnum) -> str:
    """A few words for a verdict, key state, delivery, kind of notice or mail, addressing, subject or step."""
    return gettext(_LABELS[type(state)][state])


def name_act(act: Act, name: str) -> str:
    """What is done with which key or bucket; a new one has no name yet."""
    if not name:
        return label(act)
    return gettext("%(act)s: %(name)s") % {"act": label(act), "name": name}


def meaning(state: Verdict | KeyState | Delivery) -> str:
    """One sentence that says what the state means."""
    return gettext(_MEANINGS[type(state)][state])


def in_full(state: Verdict | KeyState | Delivery) -> str:
    """The label and the meaning, on one line."""
    return gettext("%(name)s: %(value)s") % {"name": label(state), "value": meaning(state)}


def channel_label(identity: str) -> str:
    """What a notice's channel is called; another service by the name that it was configured with."""
    name, _, language = identity.partition(":")
    if name != "mail":
        return identity
    return gettext("Mail (%(language)s)") % {"language": language} if language else gettext("Mail")


def visit_label(outcome: str) -> str:
    """One or two words for what came of a visit."""
    return gettext(_VISITS[outcome][0]) if outcome in _VISITS else outcome


def visit_meaning(outcome: str) -> str:
    """One sentence about it; empty for an outcome without words."""
    return gettext(_VISITS[outcome][1]) if outcome in _VISITS else ""


def name_policy(kind: str) -> str:
    """A kind of policy, by AWS's name for it, for the middle of a sentence; empty for one without words."""
    return label(PolicyKind(kind)) if kind in set(PolicyKind) else ""


_LABELS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    PolicyKind: {
        PolicyKind.RESOURCE: _("the bucket's policy"),
        PolicyKind.IDENTITY: _("the policies of the key's user or role"),
        PolicyKind.SERVICE_CONTROL: _("a service control policy (SCP) of the AWS organization"),
        PolicyKind.RESOURCE_CONTROL: _("a resource control policy (RCP) of the AWS organization"),
        PolicyKind.BOUNDARY: _("the permissions boundary of the key's user or role"),
        PolicyKind.SESSION: _("the policy of the session that signed it"),
        PolicyKind.VPC_ENDPOINT: _("the policy of the VPC endpoint that the request came through"),
        PolicyKind.BLOCK_PUBLIC_ACCESS: _("S3 Block Public Access"),
    },
    SignInKind: {
        SignInKind.SIGN_IN: _("Sign-in"),
        SignInKind.PASSWORD_CHANGE: _("Change of the password"),
        SignInKind.SINGLE_SIGN_ON: _("Single sign-on"),
        SignInKind.PROXY: _("Named by the proxy"),
        SignInKind.SECOND_FACTOR: _("Second factor"),
        SignInKind.CONFIRMATION: _("Confirmation"),
    },
    SignInOutcome: {
        SignInOutcome.ACCEPTED: _("Accepted"),
        SignInOutcome.WRONG: _("Wrong"),
        SignInOutcome.PASSWORD_ONLY: _("First step right, second step missing"),
        SignInOutcome.THROTTLED: _("Not checked"),
        SignInOutcome.REFUSED: _("Refused"),
    },
    Verdict: {
        Verdict.HEALTHY: _("Healthy"),
        Verdict.AT_RISK: _("At risk"),
        Verdict.BROKEN: _("Broken"),
        Verdict.UNKNOWN: _("Unknown"),
        Verdict.ENDED: _("Expired"),
    },
    KeyState: {
        KeyState.PROVED: _("Verified"),
        KeyState.REFUSED: _("Refused"),
        KeyState.PENDING: _("Pending"),
        KeyState.UNPROVED: _("Not verifiable at this store"),
    },
    Order: {
        Order.NAME: _("Name"),
        Order.NEWEST: _("Newest first"),
        Order.LARGEST: _("Largest first"),
    },
    BucketState: {
        BucketState.WORKS: _("works"),
        BucketState.UNTRIED: _("not tested yet"),
        BucketState.KEY_PENDING: _("its key is not verified yet"),
        BucketState.KEY_REFUSED: _("its key cannot sign"),
        BucketState.FAILS: _("does not work at present"),
    },
    Delivery: {
        Delivery.STABLE: _("Stable link"),
        Delivery.PRESIGNED: _("Presigned URL"),
        Delivery.FOREIGN: _("External URL"),
    },
    NoticeKind: {
        NoticeKind.OPENED: _("Opened"),
        NoticeKind.REMINDER: _("Reminder"),
        NoticeKind.GREW: _("More links"),
        NoticeKind.FLAPPING: _("Comes and goes"),
        NoticeKind.RESOLVED: _("Resolved"),
    },
    LinkMailKind: {
        LinkMailKind.ENDING: _("Expires soon"),
        LinkMailKind.DOWNLOADED: _("Downloaded"),
        LinkMailKind.TIME_ASKED: _("Request for more time"),
        LinkMailKind.TIME_GRANTED: _("More time granted"),
        LinkMailKind.IMPORTED: _("URLs added"),
        LinkMailKind.TRANSFERRED: _("Transferred"),
    },
    Addressing: {
        Addressing.AUTO: _("Automatic"),
        Addressing.PATH: _("Bucket in the path"),
        Addressing.VIRTUAL: _("Bucket in the host"),
    },
    Subject: {
        Subject.KEY: _("Access key"),
        Subject.BUCKET: _("Bucket"),
        Subject.HOST: _("Store"),
        Subject.OBJECT: _("Object"),
        Subject.LINK: _("Link"),
        Subject.SITE: _("This site"),
    },
    Act: {
        Act.ENTER_SECRET: _("Correct the secret"),
        Act.ROTATE_KEY: _("Rotate this key"),
        Act.PROVE_KEY: _("Open the key"),
        Act.CHANGE_BUCKET: _("Open the bucket"),
        Act.ADD_BUCKET: _("Add a bucket"),
        Act.LIST_KEYS: _("Open the list of signing keys"),
        Act.RESCUE: _("Replace with a stable link"),
    },
    Step: {
        Step.SIGN: _("Sign"),
        Step.LIST: _("List"),
        Step.READ: _("Read"),
    },
}

_MEANINGS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    Verdict: {
        Verdict.HEALTHY: _("No problem was found. It should work until its promised date."),
        Verdict.AT_RISK: _("It works now, but may stop before its promised date."),
        Verdict.BROKEN: _("It does not work. Customers who open it do not get the file."),
        Verdict.UNKNOWN: _("It is not known whether the link works. It will be checked again soon."),
        Verdict.ENDED: _("The promised date has passed."),
    },
    KeyState: {
        KeyState.PROVED: _("The store confirmed that the key belongs to an IAM user. It can sign."),
        KeyState.REFUSED: _("The key cannot be used as a key of an IAM user. It cannot sign."),
        KeyState.PENDING: _("The store has not yet confirmed who owns the key. Until then it cannot sign."),
        KeyState.UNPROVED: _(
            "This store cannot say who owns the key. Whether the key works shows when it reads a bucket."
        ),
    },
    Delivery: {
        Delivery.STABLE: _("An address of this site, signed again at each click. Any lifetime."),
        Delivery.PRESIGNED: _("The store's own URL, signed once. 7 days at most."),
        Delivery.FOREIGN: _("A URL that was signed elsewhere and is monitored here."),
    },
}

_VISITS: Mapping[str, tuple[str, str]] = {
    Outcome.SERVED: (_("Download started"), _("The customer was forwarded to the file.")),
    Outcome.RESUMED: (_("Resumed"), _("A download continued where it had stopped. It was already counted.")),
    Outcome.AGAIN: (
        _("Downloaded again"),
        _("The browser that pressed the button downloaded the file again. It was already counted."),
    ),
    Outcome.LOOKED: (
        _("Page viewed"),
        _("A person or a program opened the link's page. The button was not pressed."),
    ),
    Outcome.PREVIEW: (
        _("Preview"),
        _("A program (chat, mail scanner or monitor) opened the link automatically. It did not get the file."),
    ),
    Outcome.ASKED: (_("Requested time"), _("The customer requested more time.")),
    Outcome.WRONG_PASSWORD: (_("Wrong password"), _("The customer was asked for it again.")),
    Outcome.TOO_MANY_TRIES: (
        _("Too many attempts"),
        _("After too many wrong passwords, their network cannot open the link for a while."),
    ),
    Outcome.BUSY: (
        _("Asked to wait"),
        _("Too many passwords were being checked at the same time. The customer was asked to enter it again."),
    ),
    Outcome.NOT_YET: (_("Before start"), _("The link does not work yet. The customer saw the start date.")),
    Outcome.USED_UP: (_("No downloads left"), _("All allowed downloads had been used. The customer saw this.")),
    Outcome.ENDED: (_("After expiry"), _("The link had expired. The customer saw this.")),
    Outcome.REVOKED: (_("Revoked"), _("The link had been revoked. The customer saw this.")),
    Outcome.REPLACED: (
        _("File replaced"),
        _("The file had been replaced by another, so the link had stopped."),
    ),
    Outcome.GRANT_OVER: (
        _("Press again"),
        _("The link was changed after its button was pressed. The customer was asked to open it again."),
    ),
    Outcome.GRANT_USED: (
        _("Downloaded too often"),
        _(
            "The file had been downloaded as many times as one press allows. The customer was asked to open the "
            "link again."
        ),
    ),
    Outcome.FAILED: (
        _("Failed"),
        _("The file could not be downloaded. The customer saw this, and the link is being checked."),
    ),
    Outcome.UNKNOWN: (_("No such link"), _("There is no link with this token.")),
}

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
    """What is done with which key or bucket."""
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
    },
    SignInOutcome: {
        SignInOutcome.ACCEPTED: _("Accepted"),
        SignInOutcome.WRONG: _("Wrong"),
        SignInOutcome.THROTTLED: _("Not looked at"),
    },
    Verdict: {
        Verdict.HEALTHY: _("Healthy"),
        Verdict.AT_RISK: _("At risk"),
        Verdict.BROKEN: _("Broken"),
        Verdict.UNKNOWN: _("Unknown"),
        Verdict.ENDED: _("Ended"),
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
        BucketState.UNTRIED: _("no link tested yet"),
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
        LinkMailKind.ENDING: _("Ends soon"),
        LinkMailKind.DOWNLOADED: _("Downloaded"),
        LinkMailKind.TIME_ASKED: _("Time asked for"),
        LinkMailKind.TIME_GRANTED: _("Time granted"),
        LinkMailKind.IMPORTED: _("URLs added"),
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
        Act.ENTER_SECRET: _("Enter the secret anew"),
        Act.ROTATE_KEY: _("Rotate this key"),
        Act.PROVE_KEY: _("Open the key"),
        Act.CHANGE_BUCKET: _("Open the bucket"),
    },
    Step: {
        Step.SIGN: _("Sign"),
        Step.LIST: _("List"),
        Step.READ: _("Read"),
    },
}

_MEANINGS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    Verdict: {
        Verdict.HEALTHY: _("Nothing was found that keeps the link from working until its promised end."),
        Verdict.AT_RISK: _("It works, but something was found that may end it before the promise does."),
        Verdict.BROKEN: _("It does not work: a customer who opens it does not get the file."),
        Verdict.UNKNOWN: _("The store gave no answer that tells how the link fares; it is asked again soon."),
        Verdict.ENDED: _("What was promised is over."),
    },
    KeyState: {
        KeyState.PROVED: _("The store has confirmed that the key belongs to an IAM user; it signs."),
        KeyState.REFUSED: _("The key is no usable key of an IAM user; it signs nothing."),
        KeyState.PENDING: _("The store has not yet said whose key it is; until then it signs nothing."),
        KeyState.UNPROVED: _(
            "The store has no service that tells whose key it is; it signs, and carries no session token."
        ),
    },
    Delivery: {
        Delivery.STABLE: _("Our own address, signed again at each click; any lifetime."),
        Delivery.PRESIGNED: _("The store's own URL, signed once; 7 days at most."),
        Delivery.FOREIGN: _("A URL that was signed elsewhere and is watched here."),
    },
}

_VISITS: Mapping[str, tuple[str, str]] = {
    Outcome.SERVED: (_("Download started"), _("The customer was sent on to the file.")),
    Outcome.RESUMED: (_("Resumed"), _("A download went on where it had stopped; it was counted before.")),
    Outcome.AGAIN: (
        _("Fetched again"),
        _("The browser that had pressed the button fetched the file once more; it was counted before."),
    ),
    Outcome.LOOKED: (
        _("Page viewed"),
        _("The link's page was opened, by a person or a program; nobody pressed its button."),
    ),
    Outcome.PREVIEW: (
        _("Preview"),
        _("A program opened the link ahead of people, as chats, mail scanners and monitors do. It got no file."),
    ),
    Outcome.ASKED: (_("Asked for time"), _("The customer asked for more time.")),
    Outcome.WRONG_PASSWORD: (_("Wrong password"), _("The customer was asked for it again.")),
    Outcome.TOO_MANY_TRIES: (
        _("Too many tries"),
        _("After too many wrong passwords the link stays closed to their network for a while."),
    ),
    Outcome.BUSY: (
        _("Asked to wait"),
        _("Too many passwords were being checked at once; the customer was asked to enter it again."),
    ),
    Outcome.NOT_YET: (_("Before start"), _("The link does not work yet; the customer was told from when.")),
    Outcome.USED_UP: (_("Used up"), _("All downloads that were allowed had been made; the customer was told so.")),
    Outcome.ENDED: (_("After expiry"), _("The link's promise was over; the customer was told so.")),
    Outcome.REVOKED: (_("Revoked"), _("The link had been revoked; the customer was told so.")),
    Outcome.REPLACED: (
        _("File replaced"),
        _("Another file had taken its place, so the link had stopped."),
    ),
    Outcome.GRANT_OVER: (
        _("Press again"),
        _("The link was changed since its button was pressed; the customer was asked to open it again."),
    ),
    Outcome.GRANT_USED: (
        _("Fetched too often"),
        _("The file had been fetched as often as one press allows; the customer was asked to open the link again."),
    ),
    Outcome.FAILED: (_("Failed"), _("The file could not be had; the customer was told so, and the link is validated.")),
    Outcome.UNKNOWN: (_("No such link"), _("There is no link with this token.")),
}

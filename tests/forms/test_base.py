import pytest

from links.domain.errors import Refused
from links.domain.reasons import Reason
from links.forms.base import ServiceForm
from links.forms.buckets import BindingForm, BucketForm
from links.forms.changes.copies import DuplicateForm
from links.forms.changes.ends import EndForm, ReviveForm
from links.forms.changes.owners import ColleagueForm
from links.forms.changes.terms import TermsForm
from links.forms.doctor import DoctorForm
from links.forms.foreign import WatchForm, WatchManyForm
from links.forms.keys import KeyForm
from links.forms.links import LinkForm
from links.forms.people.api_tokens import ApiTokenForm
from links.forms.people.service_accounts import ServiceAccountForm
from links.forms.rotation import RotationForm
from links.forms.sharing import SharePermissionForm
from links.forms.time_requests import GrantForm
from links.forms.webhooks import ReplayForm, WebhookForm

LIFETIMES = (
    "lifetime-ambiguous lifetime-date-ambiguous lifetime-past lifetime-too-long lifetime-too-short lifetime-unitless "
    "lifetime-unreadable"
)
PROMISES = "promise-key-cannot-sign promise-over-already promise-presigned-too-long"
SHARES = "share-not-permitted share-lifetime-too-long"
KEY_IDS = (
    "key-id-empty key-id-malformed key-of-federated-user key-of-role key-of-root key-of-stranger key-session "
    "key-temporary key-unknown-to-store"
)
SECRETS = "key-secret-empty key-secret-malformed key-secret-wrong"
KEYS = f"{KEY_IDS} {SECRETS} key-token key-pending key-refused key-replaced"
ENDPOINTS = "endpoint-forbidden endpoint-malformed endpoint-private"
REGIONS = "region-malformed region-missing"
PASSWORDS = "password-own-words password-too-common password-too-long password-too-short"
URLS = "url-broken url-not-judged url-ours url-too-long url-unreadable url-unsigned url-watched"
NOBODYS = "caller-unanswered clock-skew secrets-misplaced secrets-unreadable"

# Where each form shows what the services that it calls refuse; "" is the form as a whole.
PLACES: dict[type[ServiceForm], dict[str, str]] = {
    LinkForm: {
        "lifetime": f"{LIFETIMES} promise-over-already share-lifetime-too-long",
        "object_key": "address-elsewhere address-nobodys address-ours address-unseen bucket-unregistered "
        "object-address-unreadable object-key-dots object-key-empty object-key-malformed object-key-too-long "
        "object-missing object-unreadable share-not-permitted url-broken url-too-long url-unreadable",
        "delivery": "promise-presigned-too-long terms-need-stable",
        "bucket": f"{KEYS} promise-key-cannot-sign store-answer-too-long store-answer-unreadable store-unanswered",
        "slug": "slug-malformed slug-taken slug-unprotected",
        "password": PASSWORDS,
        "starts_at": "starts-after-end",
        "remind_days": "remind-past",
        "": f"{NOBODYS} {ENDPOINTS} {REGIONS} base-url-missing bucket-name-malformed gate-token listing-refused",
    },
    EndForm: {
        "lifetime": f"{LIFETIMES} {PROMISES} {SHARES} ends-before-start",
        "": f"{KEYS} {NOBODYS} extend-presigned extend-revoked link-changed object-missing store-unanswered",
    },
    ReviveForm: {"lifetime": f"{LIFETIMES} {PROMISES} {SHARES} ends-before-start", "": "link-changed"},
    GrantForm: {
        "lifetime": f"{LIFETIMES} {PROMISES} {SHARES} ends-before-start",
        "": f"{KEYS} {NOBODYS} revive-first time-answered link-changed object-missing store-unanswered",
    },
    DuplicateForm: {"lifetime": LIFETIMES},
    ColleagueForm: {"colleague": "colleague-unfit owned-already share-not-permitted"},
    TermsForm: {
        "download_limit": "limit-used share-not-permitted",
        "starts_at": "starts-after-end",
        "password": f"{PASSWORDS} slug-needs-password",
        "slug": "slug-malformed slug-taken slug-unprotected",
        "gives_up_slug": "slug-unconfirmed",
        "remind_days": "remind-past",
        "": "link-changed terms-need-stable",
    },
    KeyForm: {
        "access_key_id": KEY_IDS,
        "secret": SECRETS,
        "session_token": "key-token",
        "endpoint": ENDPOINTS,
        "region": REGIONS,
        "": f"{NOBODYS} key-known",
    },
    RotationForm: {
        "access_key_id": f"{KEY_IDS} key-known rotation-same-key",
        "secret": SECRETS,
        "": f"{NOBODYS} {ENDPOINTS} key-replaced key-token rotation-bucket-unanswered rotation-bucket-unreadable "
        "rotation-key-pending rotation-overtaken",
    },
    BindingForm: {
        "key": KEYS,
        "region": REGIONS,
        "endpoint": ENDPOINTS,
        "addressing": "addressing-unknown",
        "": f"{NOBODYS} bucket-name-malformed",
    },
    BucketForm: {
        "name": "bucket-known bucket-name-malformed",
        "key": KEYS,
        "region": REGIONS,
        "endpoint": ENDPOINTS,
        "addressing": "addressing-unknown",
        "": NOBODYS,
    },
    WatchForm: {
        "url": f"{URLS} probe-host-not-allowed",
        "promised_until": "promise-in-the-past",
        "": f"{ENDPOINTS} {NOBODYS}",
    },
    WatchManyForm: {"lines": "lines-missing lines-too-many"},
    DoctorForm: {"url": "url-broken url-too-long url-unreadable"},
    SharePermissionForm: {"starts_with": "prefix-malformed prefix-too-long"},
    ApiTokenForm: {
        "name": "api-token-name-missing",
        "scopes": "api-token-scope-missing api-token-scope-not-open",
        "days": "api-token-lifetime",
        "": "api-token-owner-unfit api-token-too-many",
    },
    ServiceAccountForm: {
        "username": "service-account-name-malformed service-account-name-taken",
        "roles": "service-account-role-not-open",
    },
    WebhookForm: {
        "address": "webhook-address-forbidden webhook-address-malformed webhook-address-private "
        "webhook-address-unencrypted",
        "kinds": "webhook-events-missing",
    },
    ReplayForm: {"since": "webhook-replay-too-many", "": "webhook-off"},
}
REASONS = {reason.code: reason for reason in Reason}
CASES = [
    (form, code, place) for form, places in PLACES.items() for place, codes in places.items() for code in codes.split()
]


@pytest.mark.parametrize(("form", "code", "place"), CASES, ids=lambda value: getattr(value, "__name__", value))
def test_a_refusal_stands_at_the_field_that_its_reason_blames(form: type[ServiceForm], code: str, place: str) -> None:
    bound = form.__new__(form)
    bound.fields = form.base_fields  # as the page has them before anything is left out
    assert (bound._find_field(REASONS[code]) or "") == place


class _NoteForm(ServiceForm):
    pass


def test_a_refusal_that_blames_no_field_of_the_form_is_said_for_the_whole() -> None:
    form = _NoteForm({})
    assert form.is_valid()

    def refuse() -> None:
        raise Refused(Reason.SLUG_TAKEN, slug="report")

    form.attempt(refuse)
    assert list(form.errors) == ["__all__"]


def test_every_field_that_a_reason_blames_is_an_input_somewhere() -> None:
    inputs = {name for form in PLACES for name in form.base_fields} | {"owner"}
    assert {name for reason in Reason for name in reason.fields} <= inputs

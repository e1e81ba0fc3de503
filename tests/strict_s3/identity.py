"""STS's GetCallerIdentity and IAM's ListAccessKeys, as AWS's Query services answer them."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from .account import AccessKey, Account, Caller, Session
from .dialects import Ids
from .refusals import format_utc
from .signatures import ALGORITHM, Scope, Signing
from .wire import Answer, Request

STS = "https://sts.amazonaws.com/doc/2011-06-15/"
IAM = "https://iam.amazonaws.com/doc/2010-05-08/"
ACTIONS = {"GetCallerIdentity": "sts", "ListAccessKeys": "iam"}


@dataclass(eq=False)
class QueryRefusal(Exception):
    """A refusal of a Query service: `Sender` errors, 403 unless said."""

    code: str
    message: str
    status: int = 403


@dataclass(frozen=True)
class IdentityService:
    """Answers one form-encoded POST; the caller must have signed it for the action's service."""

    account: Account
    now: datetime
    skew_allowed: timedelta
    ids: Ids

    def answer(self, request: Request) -> Answer:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        service = ACTIONS.get(form.get("Action", ""), "sts")
        namespace = IAM if service == "iam" else STS
        try:
            caller = self._caller(request, service)
            body = self._act(form, caller)
        except QueryRefusal as refusal:
            return self._answer(refusal.status, _refused(refusal, namespace, self.ids.request_id))
        document = {**body, "ResponseMetadata": {"RequestId": self.ids.request_id}}
        return self._answer(200, _document(f"{form['Action']}Response", namespace, document))

    def _answer(self, status: int, body: str) -> Answer:
        headers = {"Content-Type": "text/xml", "x-amzn-requestid": self.ids.request_id}
        return Answer(status, body.encode(), headers)

    def _act(self, form: dict[str, str], caller: Caller) -> dict[str, object]:
        actions: dict[str, Callable[[dict[str, str], Caller], dict[str, object]]] = {
            "GetCallerIdentity": _caller_identity,
            "ListAccessKeys": self._access_keys,
        }
        action = form.get("Action", "")
        if action not in actions:
            raise QueryRefusal("InvalidAction", f"Could not find operation {action}", 400)
        return {f"{action}Result": actions[action](form, caller)}

    def _access_keys(self, form: dict[str, str], caller: Caller) -> dict[str, object]:
        name = form.get("UserName", caller.name)
        arn = f"arn:aws:iam::{self.account.number}:user/{name}"
        if denial := caller.denial_of("iam:ListAccessKeys", arn):
            why = denial.wording.value.format(action="iam:ListAccessKeys")
            words = f"User: {caller.arn} is not authorized to perform: iam:ListAccessKeys on resource: user {name}"
            raise QueryRefusal("AccessDenied", f"{words} {why}")
        user = self.account.users.get(name)
        if user is None:
            raise QueryRefusal("NoSuchEntity", f"The user with name {name} cannot be found.", 404)
        keys = [key for key in list(self.account.keys.values()) if key.caller is user]
        members = [{"member": _listed(key, name)} for key in keys]
        return {"UserName": name, "IsTruncated": "false", "AccessKeyMetadata": members}

    # Who asks

    def _caller(self, request: Request, service: str) -> Caller:
        pattern = rf"{ALGORITHM} Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([^,\s]+)"
        match = re.fullmatch(pattern, request.header("authorization") or "")
        scope = Scope.parse(match[1]) if match else None
        if match is None or scope is None:
            raise QueryRefusal("MissingAuthenticationToken", "Request is missing Authentication Token")
        _check_scope(scope, service)
        stamp = request.header("x-amz-date") or ""
        self._check_clock(stamp)
        credential = self._credential(scope.key_id, request.header("x-amz-security-token"))
        payload_hash = sha256(request.body).hexdigest()
        signing = Signing(scope, stamp, tuple(match[2].split(";")), match[3], payload_hash)
        if not signing.matches(request, credential.secret):
            message = (
                "The request signature we calculated does not match the signature you provided. Check your "
                "AWS Secret Access Key and signing method. Consult the service documentation for details."
            )
            raise QueryRefusal("SignatureDoesNotMatch", message)
        return credential.caller

    def _check_clock(self, stamp: str) -> None:
        try:
            signed_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        except ValueError:
            message = "AWS authentication requires a valid Date or x-amz-date header"
            raise QueryRefusal("IncompleteSignature", message, 400) from None
        minutes = int(self.skew_allowed.total_seconds() // 60)
        now = _stamp(self.now)
        earliest, latest = self.now - self.skew_allowed, self.now + self.skew_allowed
        if signed_at < earliest:
            words = f"Signature expired: {stamp} is now earlier than {_stamp(earliest)} ({now} - {minutes} min.)"
            raise QueryRefusal("SignatureDoesNotMatch", words)
        if signed_at > latest:
            words = f"Signature not yet current: {stamp} is still later than {_stamp(latest)} ({now} + {minutes} min.)"
            raise QueryRefusal("SignatureDoesNotMatch", words)

    def _credential(self, key_id: str, token: str | None) -> AccessKey | Session:
        unknown = QueryRefusal("InvalidClientTokenId", "The security token included in the request is invalid")
        if token is None:
            key = self.account.keys.get(key_id)
            if key is None or not key.active:
                raise unknown
            return key
        session = self.account.session_of(token)
        if session is None or session.id != key_id or session.old:
            raise unknown
        if self.now >= session.ends_at:
            raise QueryRefusal("ExpiredToken", "The security token included in the request is expired")
        return session


def _caller_identity(_: dict[str, str], caller: Caller) -> dict[str, object]:
    return {"Arn": caller.arn, "UserId": caller.user_id, "Account": caller.account}


def _listed(key: AccessKey, name: str) -> dict[str, object]:
    status = "Active" if key.active else "Inactive"
    return {"UserName": name, "AccessKeyId": key.id, "Status": status, "CreateDate": format_utc(key.created_at)}


def _check_scope(scope: Scope, service: str) -> None:
    """AWS says both in a row, each with a blank at its end."""
    words = ""
    if not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", scope.region):
        words += "Credential should be scoped to a valid region. "
    if scope.service != service:
        words += f"Credential should be scoped to correct service: '{service}'. "
    if words:
        raise QueryRefusal("SignatureDoesNotMatch", words)


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _refused(refusal: QueryRefusal, namespace: str, request_id: str) -> str:
    said = {"Type": "Sender", "Code": refusal.code, "Message": refusal.message}
    return _document("ErrorResponse", namespace, {"Error": said, "RequestId": request_id})


def _document(name: str, namespace: str, inner: dict[str, object]) -> str:
    lines = [f'<{name} xmlns="{namespace}">', *_lines(inner, "  "), f"</{name}>", ""]
    return "\n".join(lines)


def _lines(inner: dict[str, object], indent: str) -> list[str]:
    """Pretty-printed elements, two blanks a level; a list of dicts stands inside its name."""
    lines: list[str] = []
    for name, value in inner.items():
        if isinstance(value, dict):
            lines += [f"{indent}<{name}>", *_lines(value, indent + "  "), f"{indent}</{name}>"]
        elif isinstance(value, list):
            members = [line for one in value for line in _lines(one, indent + "  ")]
            lines += [f"{indent}<{name}>", *members, f"{indent}</{name}>"]
        else:
            lines.append(f"{indent}<{name}>{escape(str(value))}</{name}>")
    return lines

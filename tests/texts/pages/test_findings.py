import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from links.domain.errors import HoldfastError
from links.domain.findings import Code, Finding, Verdict
from links.domain.reasons import Reason
from links.texts import refusals
from links.texts.findings import CATALOGUE
from links.texts.formatting import Line, choose
from links.texts.pages.findings import cure, reply, sentence, title

CHRISTMAS = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
EVERYTHING = {
    "access_key_id": "AKIAIOSFODNN7EXAMPLE",
    "action": "PutObject",
    "bucket": "photos",
    "ended_at": CHRISTMAS.isoformat(),
    "ends_at": CHRISTMAS.isoformat(),
    "headers": "content-type",
    "callers": "203.0.113.0/24",
    "resource": "https://files.example.com/*",
    "host": "s3.example.com",
    "mistake": "milliseconds",
    "now": "https://share.example.com",
    "parameter": "Expires",
    "object": "plans/2026 100%.pdf",
    "reason": "gate-token",
    "region": "eu-central-1",
    "rule": "tidy %(up)s",
    "seconds": "2592000",
    "starts_at": CHRISTMAS.isoformat(),
    "status": "403",
    "storage_class": "GLACIER",
    "store_code": "AccessDenied",
    "store_message": "<Access> Denied",
    "value": "1790000000000",
    "was": "https://old.example.com",
    "what": "utm_source",
}
GIBBERISH = dict.fromkeys(EVERYTHING, "not what it should be")
LEFT_OVER = re.compile(r"%\(|\{\w*\}|[][|]")
ENDS = {"en": ".", "ja": "。"}

Say = Callable[[Finding], str]


def lines_of(code: Code) -> Iterator[tuple[tuple[Line, ...], Line]]:
    for lines in (CATALOGUE[code].sentences, CATALOGUE[code].cures):
        for line in lines:
            yield lines, line


@pytest.mark.parametrize("say", [sentence, cure])
@pytest.mark.parametrize("params", [EVERYTHING, GIBBERISH, {}], ids=["everything", "gibberish", "nothing"])
@pytest.mark.parametrize("code", Code)
def test_every_finding_is_a_whole_sentence_whatever_it_carries(
    language: str, code: Code, params: dict[str, str], say: Say
) -> None:
    for verdict, fails_at in product(Verdict, (CHRISTMAS, None)):
        said = say(Finding(code, verdict, fails_at, params))
        assert said.endswith(ENDS[language])
        assert not LEFT_OVER.search(said.replace("tidy %(up)s", ""))


@pytest.mark.parametrize("code", Code)
def test_every_finding_has_a_title_of_a_few_words(code: Code) -> None:
    with translation.override("en"):
        assert 3 <= len(title(code).split()) <= 7


@pytest.mark.parametrize("code", Code)
def test_every_finding_speaks_japanese(code: Code) -> None:
    finding = Finding(code, Verdict.BROKEN)
    with translation.override("en"):
        english = [title(code), sentence(finding), cure(finding)]
    with translation.override("ja"):
        japanese = [title(code), sentence(finding), cure(finding)]
    assert all(re.search(r"[ぁ-んァ-ヶ]", text) for text in japanese)
    assert not any(re.search(r"[ぁ-んァ-ヶ]", text) for text in english)


@pytest.mark.parametrize("code", Code)
def test_no_line_of_a_finding_stands_where_it_can_never_be_heard(code: Code) -> None:
    with translation.override("en"):
        for lines, line in lines_of(code):
            values = {**dict.fromkeys(line.gaps, "x"), **line.conditions}
            assert choose(lines, values) is line


@pytest.mark.parametrize("code", Code)
def test_the_last_line_of_a_finding_needs_nothing(code: Code) -> None:
    for lines in (CATALOGUE[code].sentences, CATALOGUE[code].cures):
        assert not lines[-1].gaps
        assert not lines[-1].conditions


@pytest.mark.usefixtures("english")
class TestTheWordsThemselves:
    def test_temporary_credentials_end_at_the_latest_when_it_is_known(self) -> None:
        finding = Finding(Code.TEMPORARY_CREDENTIALS, Verdict.AT_RISK, CHRISTMAS)
        with timezone.override(ZoneInfo("Asia/Tokyo")):
            assert sentence(finding) == (
                "It stops working when the temporary credentials that signed it expire, by 24 December 2026, "
                "18:00 JST at the latest, whatever lifetime was asked for."
            )

    def test_temporary_credentials_claim_no_end_that_is_not_known(self) -> None:
        said = sentence(Finding(Code.TEMPORARY_CREDENTIALS, Verdict.AT_RISK))
        assert "latest" not in said
        assert "the URL does not say" in said

    def test_ended_credentials_are_told_apart_from_a_deleted_key(self) -> None:
        refused = {"access_key_id": EVERYTHING["access_key_id"]}
        said = sentence(Finding(Code.TEMPORARY_CREDENTIALS_ENDED, Verdict.BROKEN, None, refused))
        assert "does not mean that an access key was deleted" in said

    def test_what_a_lenient_store_still_serves_is_not_called_refused(self) -> None:
        for code in (Code.LONGER_THAN_SEVEN_DAYS, Code.MIXED_CREDENTIALS, Code.TEMPORARY_KEY_WITHOUT_TOKEN):
            assert "accepts it anyway" in sentence(Finding(code, Verdict.AT_RISK, None, EVERYTHING))
            assert "accepts it" not in sentence(Finding(code, Verdict.BROKEN, None, EVERYTHING))

    def test_a_lifetime_that_is_too_long_is_named_in_days_and_seconds(self) -> None:
        said = sentence(Finding(Code.LONGER_THAN_SEVEN_DAYS, Verdict.BROKEN, None, {"seconds": "604801"}))
        assert "7 days 1 second (604801 seconds)" in said

    @pytest.mark.parametrize("seconds", ["9" * 18, "-5", "many", ""])
    def test_a_lifetime_beyond_all_time_is_no_error(self, seconds: str) -> None:
        assert sentence(Finding(Code.LONGER_THAN_SEVEN_DAYS, Verdict.BROKEN, None, {"seconds": seconds}))

    @pytest.mark.parametrize(
        ("code", "one_of"),
        [(Code.SIGNATURE_MISMATCH, "url-changed"), (Code.OBJECT_MISSING, "permission-lost")],
    )
    @pytest.mark.parametrize("params", [EVERYTHING, {}], ids=["everything", "nothing"])
    def test_what_is_not_certain_is_called_one_of_these(self, code: Code, one_of: str, params: dict[str, str]) -> None:
        certain = Finding(code, Verdict.BROKEN, None, params)
        unsure = Finding(code, Verdict.BROKEN, None, {**params, "one_of": one_of})
        assert "one of these" in sentence(unsure)
        assert "one of these" not in sentence(certain)
        assert cure(unsure) != cure(certain)

    def test_a_session_that_is_only_denied_is_called_one_of_these(self) -> None:
        denied = {"access_key_id": "ASIAIOSFODNN7EXAMPLE", "one_of": "permission-lost"}
        assert "one of these" in sentence(Finding(Code.TEMPORARY_CREDENTIALS_ENDED, Verdict.BROKEN, None, denied))

    def test_a_key_whose_time_is_over_is_not_called_inactive(self) -> None:
        over = Finding(Code.KEY_INACTIVE, Verdict.BROKEN, None, {**EVERYTHING, "expired": "yes"})
        assert "has expired" in sentence(over)
        assert "Extend" in cure(over)

    def test_a_bucket_that_lets_others_pay_is_told_apart(self) -> None:
        unpaid = Finding(Code.PERMISSION_LOST, Verdict.BROKEN, None, {**EVERYTHING, "payer": "requester"})
        assert "Requester Pays" in sentence(unpaid)
        assert "Turn Requester Pays off" in cure(unpaid)

    def test_a_deleted_object_that_can_be_recovered_is_told_apart(self) -> None:
        recoverable = Finding(Code.OBJECT_MISSING, Verdict.BROKEN, None, {"object": "a.pdf", "recoverable": "yes"})
        assert "“a.pdf” was deleted, but the bucket keeps versions" in sentence(recoverable)
        assert "delete marker" in cure(recoverable)

    def test_what_the_store_answered_is_kept_as_it_came(self) -> None:
        words = "User: x is not authorized to perform: s3:GetObject with an explicit deny in a service control policy"
        params = {"status": "403", "store_code": "AccessDenied", "store_message": words}
        for left_out, said in (
            ((), f"The store answered: 403 AccessDenied, “{words}”"),
            (("store_message",), "The store answered: 403 AccessDenied"),
            (("store_message", "store_code"), "The store answered: 403"),
            (tuple(params), ""),
        ):
            known = {name: text for name, text in params.items() if name not in left_out}
            assert reply(Finding(Code.PERMISSION_LOST, Verdict.BROKEN, None, known)) == said

    def test_the_code_of_a_refusal_that_nobody_knows_is_shown(self) -> None:
        params = {"store_code": "PaymentRequired", "status": "402"}
        finding = Finding(Code.REFUSED_OTHER, Verdict.BROKEN, None, params)
        assert "“PaymentRequired” (HTTP 402)" in sentence(finding)

    def test_the_gates_reason_is_put_into_words(self) -> None:
        finding = Finding(Code.GATE_REFUSED, Verdict.BROKEN, None, {"reason": "gate-token"})
        assert refusals.explain(HoldfastError(Reason.GATE_TOKEN)) in sentence(finding)

    def test_our_own_clock_and_the_signers_have_their_own_cures(self) -> None:
        ours, theirs = (Finding(Code.CLOCK_SKEW, Verdict.BROKEN, None, {"whose": w}) for w in ("ours", "signer"))
        assert "this server's clock" in cure(ours)
        assert "machine that signs" in cure(theirs)

    def test_an_object_key_cannot_break_a_sentence_into_lines(self) -> None:
        finding = Finding(Code.OBJECT_MISSING, Verdict.BROKEN, None, {"object": "a\r\nBcc: x\x1b[2J\u202e\ud800"})
        assert sentence(finding).isprintable()

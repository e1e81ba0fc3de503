"""What the program that signed a URL did wrong, and which request it was signed for."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.utils import translation

from links.domain.findings import Code, Verdict
from links.domain.judging.verdicts import judge
from links.domain.signed_urls.reading import SignedUrl, read
from links.texts.pages.findings import cure, sentence
from tests.domain.builders import HOST, HOST_OF_OLD, KEY_ID, NOW, SERVED, facts, refused, v4
from tests.domain.judging.foreseeing import foreseen


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


V2 = f"https://{HOST_OF_OLD}/a.pdf?AWSAccessKeyId={KEY_ID}&Signature={'A' * 27}%3D&Expires="
IN_MILLISECONDS = int((NOW + timedelta(hours=1)).timestamp() * 1000)


@pytest.mark.proves("signed-wrong")
@pytest.mark.parametrize("ends", [str(IN_MILLISECONDS), "3600", "undefined", "-1", "2026-11-24T13:00:00Z"])
def test_what_the_signer_wrote_wrong_is_broken_unasked_and_no_end_is_told(ends: str) -> None:
    judgement = judge(facts(read(V2 + ends)), None, NOW)
    first = judgement.findings[0]
    assert (judgement.verdict, first.code) == (Verdict.BROKEN, Code.SIGNED_WRONG)
    assert judgement.fails_at is None
    assert not {Code.SIGNATURE_ENDED, Code.SIGNATURE_ENDS_EARLY, Code.URL_CHANGED} & {
        f.code for f in judgement.findings
    }


def test_the_signers_mistake_is_named_with_what_to_write_instead() -> None:
    finding = judge(facts(read(V2 + str(IN_MILLISECONDS))), None, NOW).findings[0]
    assert f"Expires is given in milliseconds ({IN_MILLISECONDS})" in sentence(finding)
    assert cure(finding).startswith("Sending it again does not help. In the program that signs, divide by 1000")
    assert "mail" not in sentence(finding) + cure(finding)


def test_a_store_that_serves_what_was_written_wrong_is_believed() -> None:
    assert foreseen(facts(read(V2 + "3600")), SERVED)[Code.SIGNED_WRONG].verdict is Verdict.AT_RISK


def test_a_refusal_without_words_is_explained_by_the_signers_mistake() -> None:
    judgement = judge(facts(read(V2 + "3600")), refused(403, "AccessDenied", "Access Denied"), NOW)
    assert judgement.findings[0].code is Code.SIGNED_WRONG


STAMP = NOW.strftime("%Y%m%dT%H%M%SZ")
ADDRESS = (
    f"https://{HOST}/reports/2026.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={KEY_ID}%2F{STAMP[:8]}"
    f"%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Date={STAMP}&X-Amz-Expires=3600&X-Amz-SignedHeaders=host"
    f"&X-Amz-Signature={'0' * 64}"
)
SECRET = "wJalrXUtnFEMI%2FK7MDENG%2FbPxRfiCYEXAMPLEKEY"


@pytest.mark.parametrize("text", [ADDRESS, V2 + str(int((NOW + timedelta(hours=1)).timestamp()))])
def test_a_secret_in_the_place_of_the_keys_id_is_told_and_shown_nowhere(text: str) -> None:
    leaking = read(text.replace(KEY_ID, SECRET))
    finding = foreseen(facts(leaking))[Code.SIGNED_WRONG]
    assert finding.params["mistake"] == "secret"
    assert Code.KEY_ID_IMPOSSIBLE not in foreseen(facts(leaking))
    assert leaking.access_key_id == "wJal…"
    for beside in (f"{KEY_ID}%2F{SECRET}", f"{KEY_ID}%3A{SECRET}", f"{SECRET}%2F20261128%2Fus-east-1"):
        also = read(text.replace(KEY_ID, beside))
        assert foreseen(facts(also))[Code.SIGNED_WRONG].params["mistake"] == "secret"
        assert "K7MDENG" not in f"{also!r}{foreseen(facts(also))!r}"
    assert cure(finding).startswith("Delete this access key at its store at once")
    assert "K7MDENG" not in f"{leaking!r}{finding!r}{sentence(finding)}"


@pytest.mark.parametrize("path", ["users/undefined/a.pdf", "None", "%24%7Bname%7D/a.pdf", "%5Bobject%20Object%5D"])
def test_a_name_that_a_program_wrote_for_want_of_one_is_pointed_out(path: str) -> None:
    url = read(ADDRESS.replace("reports/2026.pdf", path))
    finding = foreseen(facts(url))[Code.SIGNED_WRONG]
    assert (finding.verdict, finding.is_certain) == (Verdict.AT_RISK, False)
    assert "The name of the bucket or the file contains" in sentence(finding)
    assert Code.SIGNED_WRONG not in foreseen(facts(url), SERVED)
    assert Code.SIGNED_WRONG not in foreseen(facts(read(ADDRESS.replace("reports", "none/of/null-and-undefined"))))


GOOGLE = "https://storage.googleapis.com/b/a?X-Goog-Signature=00&X-Goog-Credential=x&X-Goog-Date="
AZURE = "https://a.blob.core.windows.net/c/b?sv=2024-01-01&se=2091-01-01T00%3A00%3A00Z&sig=abc"


def test_what_another_clouds_url_rules_out_itself_is_broken_unasked() -> None:
    month = foreseen(facts(read(f"{GOOGLE}{STAMP}&X-Goog-Expires=2592000")))[Code.LONGER_THAN_SEVEN_DAYS]
    assert month.verdict is Verdict.BROKEN
    assert "Google allows 7 days at most" in sentence(month)
    assert Code.LONGER_THAN_SEVEN_DAYS not in foreseen(facts(read(f"{GOOGLE}{STAMP}&X-Goog-Expires=604800")))
    upload = foreseen(facts(read(f"{AZURE}&sp=cw")))[Code.SIGNED_FOR_UPLOAD]
    assert upload.verdict is Verdict.BROKEN
    assert "It does not allow reading (sp=cw)" in sentence(upload)
    assert "sp=r instead of sp=cw" in cure(upload)
    assert Code.SIGNED_FOR_UPLOAD not in foreseen(facts(read(f"{AZURE}&sp=rl")))


ACCOUNT = "sv=2024-01-01&se=2091-01-01T00%3A00%3A00Z&sp=rl&sig=abc"


@pytest.mark.parametrize(
    ("host", "scope", "said"),
    [
        ("a.blob.core.windows.net", "ss=f&srt=sco", "ss=f"),
        ("a.blob.core.windows.net", "ss=bfqt&srt=sc", "srt=sc"),
        ("a.z01.blob.storage.azure.net", "ss=qt&srt=o", "ss=qt"),
        ("a.dfs.core.chinacloudapi.cn", "ss=f&srt=sco", "ss=f"),
        ("a.file.core.windows.net", "ss=b&srt=sco", "ss=b"),
        ("files.example.com", "ss=b&srt=s", "srt=s"),
    ],
)
def test_an_azure_account_signature_for_other_services_or_resources_opens_no_file(
    host: str, scope: str, said: str
) -> None:
    found = foreseen(facts(read(f"https://{host}/c/a.pdf?{scope}&{ACCOUNT}")))[Code.SIGNED_FOR_UPLOAD]
    assert found.verdict is Verdict.BROKEN
    assert f"does not cover this file ({said})" in sentence(found)
    assert "ss=bf and srt=o" in cure(found)


@pytest.mark.parametrize(
    ("host", "scope"),
    [
        ("a.blob.core.windows.net", "ss=bfqt&srt=sco"),
        ("a.blob.core.windows.net", "ss=b&srt=o"),
        ("a.file.core.windows.net", "ss=f&srt=o"),
        ("files.example.com", "ss=f&srt=o"),
        ("a.blob.core.windows.net", "restype=container&comp=list&ss=b&srt=c"),
    ],
)
def test_an_azure_account_signature_that_covers_the_file_is_no_upload(host: str, scope: str) -> None:
    url = read(f"https://{host}/c/a.pdf?{scope}&{ACCOUNT}")
    assert Code.SIGNED_FOR_UPLOAD not in foreseen(facts(url))


@pytest.mark.parametrize(
    ("host", "verdict"), [(HOST, Verdict.BROKEN), ("d1.cloudfront.net", None), ("store.example.com", None)]
)
def test_two_signatures_are_one_too_many_for_s3_itself_only(host: str, verdict: Verdict | None) -> None:
    ends = int((NOW + timedelta(days=40)).timestamp())
    url = v4(host=host, lifetime=604800, extra=f"&Expires={ends}&Signature=a~b_&Key-Pair-Id=K2JCJMDEHXQW5F")
    found = foreseen(facts(url))
    assert (found[Code.SIGNED_WRONG].verdict if Code.SIGNED_WRONG in found else None) is verdict
    assert Code.URL_CHANGED not in found or verdict


@pytest.mark.parametrize(
    ("seconds", "told"), [(86_400_000, "milliseconds"), (1_790_000_000, "point in time"), (2_592_000, "7 days")]
)
def test_a_lifetime_in_another_unit_is_told_as_what_it_looks_like(seconds: int, told: str) -> None:
    finding = foreseen(facts(v4(lifetime=seconds)))[Code.LONGER_THAN_SEVEN_DAYS]
    assert finding.verdict is Verdict.BROKEN
    assert told in sentence(finding)


def test_a_time_that_is_hours_ahead_is_told_as_local_time_written_as_utc() -> None:
    finding = foreseen(facts(v4(signed_at=NOW + timedelta(hours=9))))[Code.CLOCK_SKEW]
    assert "9 hours ahead: very likely its program wrote local time as UTC" in sentence(finding)
    assert "in UTC" in cure(finding)
    assert "local time" not in sentence(foreseen(facts(v4(signed_at=NOW + timedelta(days=3))))[Code.CLOCK_SKEW])


UPLOADS = [
    ("&x-id=PutObject", "host", Verdict.BROKEN),
    ("&x-id=UploadPart&partNumber=1&uploadId=abc", "host", Verdict.BROKEN),
    ("&x-id=DeleteObject", "host", Verdict.BROKEN),
    ("&policy=eyJleHBpcmF0aW9uIjoi&key=a.pdf", "host", Verdict.BROKEN),
    ("&x-amz-acl=public-read", "host", Verdict.AT_RISK),
    ("&x-amz-sdk-checksum-algorithm=CRC32&x-amz-checksum-crc32=AAAAAA%3D%3D", "host", Verdict.AT_RISK),
    ("&x-amz-meta-owner=me&x-amz-server-side-encryption=AES256", "host", Verdict.AT_RISK),
    ("&partNumber=1&uploadId=abc", "host", Verdict.AT_RISK),
    ("&x-amz-acl=private", "content-type;host", Verdict.BROKEN),
]


@pytest.mark.proves("signed-for-upload")
@pytest.mark.parametrize(("extra", "headers", "verdict"), UPLOADS)
def test_what_was_signed_for_an_upload_is_no_download(extra: str, headers: str, verdict: Verdict) -> None:
    found = foreseen(facts(v4(extra=extra, headers=headers)))
    assert found[Code.SIGNED_FOR_UPLOAD].verdict is verdict
    assert Code.URL_CHANGED not in found


def test_the_policy_of_a_content_network_in_front_is_no_upload_form() -> None:
    second = f"&Policy=eyJTdGF0ZW1lbnQiOltdfQ__&Signature={'A' * 342}__&Key-Pair-Id=K2JCJMDEHXQW5F"
    found = foreseen(facts(v4(host="cdn.example.com", extra="&x-id=GetObject" + second)))
    assert Code.SIGNED_FOR_UPLOAD not in found


@pytest.mark.parametrize(
    "extra",
    ["&x-id=GetObject", "&partNumber=1", "&x-amz-checksum-mode=ENABLED", "&x-amz-user-agent=aws-sdk-js", "&x-id=12"],
)
def test_what_a_download_may_have_is_no_upload(extra: str) -> None:
    assert Code.SIGNED_FOR_UPLOAD not in foreseen(facts(v4(extra=extra)))


def test_a_store_that_serves_it_shows_that_it_was_a_download() -> None:
    assert Code.SIGNED_FOR_UPLOAD not in foreseen(facts(v4(extra="&x-amz-acl=private")), SERVED)


def test_signed_headers_of_an_upload_are_told_as_that() -> None:
    told = sentence(foreseen(facts(v4(headers="content-type;host")))[Code.HEADERS_SIGNED])
    assert "headers of an upload (content-type)" in told
    assert "upload" not in sentence(foreseen(facts(v4(headers="host;range")))[Code.HEADERS_SIGNED])


def named(value: str, host: str = HOST) -> SignedUrl:
    return v4(host=host, extra=f"&response-content-disposition={quote(value, safe='')}")


@pytest.mark.proves("response-header-refused")
@pytest.mark.parametrize("value", ['attachment; filename="年報.pdf"', "inline; filename=a–b.md", "a\r\nSet-Cookie: b"])
def test_a_file_name_that_no_header_can_hold_is_refused_from_the_start(value: str) -> None:
    assert foreseen(facts(named(value)))[Code.RESPONSE_HEADER_REFUSED].verdict is Verdict.BROKEN
    elsewhere = facts(named(value, "store.example.com"))
    assert foreseen(elsewhere)[Code.RESPONSE_HEADER_REFUSED].verdict is Verdict.AT_RISK
    said = foreseen(elsewhere, refused(400, "InvalidArgument", "cannot be represented using ISO-8859-1"))
    assert said[Code.RESPONSE_HEADER_REFUSED].verdict is Verdict.BROKEN
    assert Code.RESPONSE_HEADER_REFUSED not in foreseen(facts(named(value)), SERVED)


@pytest.mark.parametrize("value", ['attachment; filename="résumé.pdf"', "attachment; filename*=UTF-8''%E5%B9%B4.pdf"])
def test_a_file_name_in_latin_1_or_encoded_is_fine(value: str) -> None:
    assert Code.RESPONSE_HEADER_REFUSED not in foreseen(facts(named(value)))


def test_answers_headers_are_for_signed_urls_only() -> None:
    url = read(f"https://{HOST}/a.pdf?response-content-type=text%2Fplain")
    assert foreseen(facts(url))[Code.RESPONSE_HEADER_REFUSED].verdict is Verdict.BROKEN
    assert foreseen(facts(read("https://store.example.com/a.pdf?response-content-type=text%2Fplain"))) == {}

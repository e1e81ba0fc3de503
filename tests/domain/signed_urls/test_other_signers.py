"""How other clouds sign: who signed, and when it ends. Keys, hosts and signatures are made up."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from links.domain.signed_urls.other_signers import SIGNERS, names_another_key
from links.domain.signed_urls.reading import Style, read
from links.texts.signatures import name_flavour

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
END = NOW + timedelta(minutes=30)
NOW_S, END_S, LATER_S = (int(at.timestamp()) for at in (NOW, END, END + timedelta(days=1)))
HEX = "0123456789abcdef" * 4


def make_jwt(claims: Mapping[str, object]) -> str:
    head, body = (urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "x"}, claims))
    return f"{head}.{body}.c2lnbmF0dXJl"


JWT = make_jwt({"exp": END_S})
STAMP, B2 = f"{NOW:%Y%m%dT%H%M%SZ}", f"3_{NOW:%Y%m%d%H%M%S}_{HEX[:24]}_{HEX[:40]}_000_{END:%Y%m%d%H%M%S}_0006_dnld"
ISO = quote(f"{END:%Y-%m-%dT%H:%M:%SZ}", safe="")
LATER_ISO = quote(f"{END + timedelta(days=1):%Y-%m-%dT%H:%M:%S.0000Z}", safe="")

CASES = [
    ("google-v4", f"/a?X-Goog-Credential=x&X-Goog-Date={STAMP}&X-Goog-Expires=1800&X-Goog-Signature=0"),
    ("google-v2", f"/a?GoogleAccessId=x%40example.com&Expires={END_S}&Signature=abc"),
    ("azure-sas", f"/c/a?sv=2022-11-02&sr=b&sp=r&se={ISO}&sig=abc%3D"),
    ("azure-sas", f"/c/a?sv=2022-11-02&sr=b&sp=r&se={LATER_ISO}&skoid=x&ske={ISO}&sig=abc%3D"),
    ("alibaba", f"/a?OSSAccessKeyId=x&Expires={END_S}&Signature=abc%3D"),
    ("alibaba-v4", f"/a?x-oss-credential=x&x-oss-date={STAMP}&x-oss-expires=1800&x-oss-signature={HEX}"),
    ("volcengine", f"/a?X-Tos-Credential=x&X-Tos-Date={STAMP}&X-Tos-Expires=1800&X-Tos-Signature={HEX}"),
    ("tencent", f"/a?q-sign-time={NOW_S};{END_S}&q-key-time={NOW_S};{LATER_S}&q-signature={HEX[:40]}"),
    ("tencent", f"/a?q-sign-time={NOW_S}%3B{LATER_S}&q-key-time={NOW_S}%3B{END_S}&q-signature={HEX[:40]}"),
    ("huawei", f"/a?AccessKeyId=HPUAFAKE&Expires={END_S}&Signature=abc%3D"),
    ("kingsoft", f"/a?KSSAccessKeyId=x&Expires={END_S}&Signature=abc%3D"),
    ("qiniu", f"/a?e={END_S}&token=AKfake_key-0123:c2lnbmF0dXJl"),
    ("baidu", f"/a?authorization=bce-auth-v1%2Fkey%2F{quote(f'{NOW:%Y-%m-%dT%H:%M:%SZ}')}%2F1800%2Fhost%2F{HEX}"),
    ("backblaze", f"/file/bucket/a?Authorization={B2}"),
    ("swift", f"/v1/AUTH_0123/b/a?temp_url_sig={HEX[:40]}&temp_url_expires={END_S}"),
    ("swift", f"/v1/AUTH_0123/b/a?temp_url_sig={HEX[:40]}&temp_url_expires={ISO}"),
    ("supabase", f"/storage/v1/object/sign/b/a?token={JWT}"),
    ("discord", f"/attachments/1/2/a?ex={END_S:x}&is={NOW_S:x}&hm={HEX}&"),
    ("meta", f"/v/a.jpg?oh=00_{HEX[:40]}&oe={END_S:x}"),
    ("akamai", f"/a?hdnts=st={NOW_S}~exp={END_S}~acl=/*~hmac={HEX}"),
    ("akamai", f"/a?__token__=exp={END_S}~hmac={HEX}"),
    ("github", f"/1/a.png?jwt={JWT}"),
    ("bunny", f"/a?token={HEX[:40]}&expires={END_S}"),
    ("bytedance", f"/a/?x-expires={END_S}&x-signature=abc%3D"),
    ("nginx", f"/a?md5=c2lnbmF0dXJlMDEyMw&expires={END_S}"),
    ("google-cdn", f"/a?Expires={END_S}&KeyName=k&Signature=abc"),
    ("akamai", f"/a?__cld_token__=st={NOW_S}~exp={END_S}~hmac={HEX}"),
    ("imagekit", f"/a?ik-t={END_S}&ik-s={HEX[:40]}"),
    ("imgix", f"/a?w=1&expires={END_S}&s={HEX[:32]}"),
    ("upyun", f"/a?_upt=0123abcd{END_S}"),
    ("laravel", f"/files/1?expires={END_S}&signature={HEX}"),
]  # fmt: skip


@pytest.mark.parametrize(("flavour", "address"), CASES)
def test_another_clouds_url_tells_its_signer_and_its_end(flavour: str, address: str) -> None:
    url = read(f"https://store.example.com{address}")
    assert (url.style, url.flavour, url.expires_at) == (Style.OTHER, flavour, END)


@pytest.mark.parametrize(
    ("flavour", "address"),
    [
        ("azure-sas", "/c/a?sv=2022-11-02&si=download-policy&sr=c&sig=abc%3D"),
        ("oracle", f"/p/{HEX[:40]}/n/space/b/bucket/o/a.zip"),
        ("cloudflare", f"/a?verify={NOW_S}-c2lnbmF0dXJl"),
        ("discord", f"/a?ex=zz&is=1&hm={HEX}"),
        ("nginx", f"/a?md5=x&expires={END_S}000"),
        ("cloudinary", "/demo/image/authenticated/s--AbCdEf12--/v1/a.jpg"),
    ],
)
def test_an_end_that_does_not_stand_in_the_url_is_not_invented(flavour: str, address: str) -> None:
    url = read(f"https://store.example.com{address}")
    assert (url.style, url.flavour, url.expires_at) == (Style.OTHER, flavour, None)


@pytest.mark.parametrize(
    "query",
    [
        *("sig=abc", "sign=abc", "token=abc", "expires=1", "hmac=abc", f"k={HEX}", f"a={JWT}", "x-signature=a"),
        *("tempauth=v1.abc", "my-expires=12345"),
        *("auth_key=1-0-0-abc", "X-Custom-Token=a", f"p=c2lnbmF0dXJl{HEX}%3D%3D", "t=xoxe-1-2", "wowzatokenendtime=1"),
    ],
)
def test_what_may_be_a_signature_is_never_called_unsigned(query: str) -> None:
    url = read(f"https://files.example.com/a.pdf?{query}")
    assert (url.style, url.flavour) == (Style.OTHER, "")


@pytest.mark.parametrize("address", ["?expires=1790000000&signature=abc", "?policy=abc&signature=abc"])
def test_names_that_everybody_uses_are_awss_only_where_they_are_spelt_so(address: str) -> None:
    url = read(f"https://app.example.com/a.pdf{address}")
    assert (url.style, url.flavour, url.flaws) == (Style.OTHER, "", ())


@pytest.mark.parametrize(
    ("flavour", "url"),
    [
        ("aws-console", "https://s3.console.aws.amazon.com/s3/object/files?region=eu-central-1&prefix=a.pdf"),
        ("aws-console", "https://eu-central-1.console.aws.amazon.com/s3/object/files?prefix=a.pdf"),
        ("sharing-service", "https://www.dropbox.com/scl/fi/abc/a.pdf?rlkey=abcdefghijklmnop&dl=0"),
        ("sharing-service", "https://drive.google.com/file/d/1AbCdEf/view?usp=sharing"),
        ("sharing-service", "https://example.sharepoint.com/:b:/s/x/EabcDEF?e=AbCdEf"),
    ],
)
def test_some_services_are_told_by_their_hosts(flavour: str, url: str) -> None:
    assert (read(url).style, read(url).flavour) == (Style.OTHER, flavour)
    path = url.partition("//")[2].partition("/")[2]
    assert read(f"https://files.example.com/{path}").flavour != flavour


@pytest.mark.parametrize(
    "path",
    [f"/{JWT}/manifest/video.m3u8", f"/bcdn_token={HEX[:40]}&expires=1/a.pdf", "/dl/YWJj:1rXyZA:" + HEX[:43]],
)
def test_a_token_in_the_path_may_be_a_signature(path: str) -> None:
    url = read(f"https://files.example.com{path}")
    assert (url.style, url.flavour) == (Style.OTHER, "")


def test_a_signature_in_the_path_is_one() -> None:
    url = read(f"https://vod.example.com/exp={END_S}~acl=*~hmac={HEX}/a.mp4")
    assert (url.style, url.flavour) == (Style.OTHER, "")
    assert read("https://vod.example.com/exponents=2/token/a.mp4").style is Style.UNSIGNED


@pytest.mark.parametrize(
    "query",
    [
        *("", "download=1", "versionId=3HL4kqtJlcpXroDTDmJ.rmSpXd3dIbrHY", "utm_source=mail&utm_campaign=abc"),
        *(f"gclid={HEX}", "response-content-type=application%2Fpdf", "page=2&lang=ja"),
    ],
)
def test_a_plain_url_has_no_signature(query: str) -> None:
    assert read(f"https://files.example.com/a.pdf?{query}").style is Style.UNSIGNED


@pytest.mark.parametrize(
    "address",
    [
        "/a?OSSAccessKeyId=x&Expires=1&Signature=x&security-token=t",
        "/a?q-signature=x&q-sign-time=1;2&x-cos-security-token=t",
        "/a?AccessKeyId=x&Expires=1&Signature=x&x-obs-security-token=t",
    ],
)
def test_a_session_behind_another_clouds_url_is_seen(address: str) -> None:
    assert read(f"https://store.example.com{address}").token


def test_every_signer_has_a_name_in_words() -> None:
    assert all(name_flavour(signer.flavour) for signer in SIGNERS)


def test_the_end_of_a_session_that_its_token_states_is_read() -> None:
    url = read(f"https://minio.example.com/b/a?X-Amz-Signature=0&X-Amz-Credential=K&X-Amz-Security-Token={JWT}")
    assert url.session_ends_at == END
    for claims in ({}, {"exp": "soon"}, {"exp": True}, {"exp": 1e300}, {"exp": END_S * 1000}):
        odd = read(f"https://minio.example.com/b/a?X-Amz-Signature=0&X-Amz-Security-Token={make_jwt(claims)}")
        assert odd.session_ends_at is None


@pytest.mark.parametrize("path", ["object/sign/b/a.mp4", "render/image/sign/b/a.png"])
@pytest.mark.parametrize("query", ["", "?download=a.mp4", "?token="])
def test_a_signed_path_of_supabase_without_its_token_lost_it(path: str, query: str) -> None:
    url = read(f"https://abc.supabase.co/storage/v1/{path}{query}")
    assert (url.style, url.flavour) == (Style.OTHER, "supabase")
    assert [str(flaw) for flaw in url.flaws] == ["missing:token"]


def test_a_public_path_of_supabase_lacks_nothing() -> None:
    url = read("https://abc.supabase.co/storage/v1/object/public/b/a.mp4")
    assert (url.style, url.flaws) == (Style.UNSIGNED, ())


@pytest.mark.parametrize(
    "path",
    [
        f"/bcdn_token=c2lnbmF0dXJl&expires={END_S}&token_path=%2Fa/a/b.m3u8",
        f"/{JWT}/manifest/a.m3u8",
        f"/rails/active_storage/blobs/redirect/{'a' * 40}--{HEX[:40]}/a.pdf",
        "/cd/0/get/ABCdef123/file",
        "/d/1/b1!abcdef/download",
    ],
)
def test_a_path_that_is_a_secret_itself_is_never_called_unsigned(path: str) -> None:
    url = read(f"https://files.example.com{path}")
    assert (url.style, url.flavour) == (Style.OTHER, "")


@pytest.mark.parametrize("path", ["/rails/a--b/a.pdf", "/eyJ/a.pdf", "/abc--0123456789/a", "/cd/0/a"])
def test_a_path_that_only_resembles_one_is_unsigned(path: str) -> None:
    assert read(f"https://files.example.com{path}").style is Style.UNSIGNED


@pytest.mark.parametrize(
    "address",
    [
        f"/a?expirationTimestamp={END_S}000&signature=abc",
        f"/a?exp={END_S}&hmac=abc",
        f"/a?valid_until={ISO}&sign=abc",
        f"/a?wowzatokenendtime={END_S}&wowzatokenhash=abc",
        f"/a?token={END_S}_{HEX[:40]}",
        f"/a?token={JWT}",
        f"/{JWT}/manifest/a.m3u8",
        f"/exp={END_S}~acl=*~hmac={HEX}/a.mp4",
        f"/a?expires={LATER_S}&e={END_S}&sign=abc",
    ],
)
def test_what_seems_to_be_an_unknown_signers_end_is_a_guess_and_judges_nothing(address: str) -> None:
    url = read(f"https://files.example.com{address}")
    assert (url.style, url.flavour, url.expires_at) == (Style.OTHER, "", None)
    assert url.marks == {"guessed_end": END.isoformat()}


@pytest.mark.parametrize(
    "query", ["sig=abc&expires=soon", "sign=abc&e=5", "token=abc&expires=99999999999999", "hmac=a"]
)
def test_what_is_no_moment_is_no_guess(query: str) -> None:
    assert read(f"https://files.example.com/a?{query}").marks == {}


def test_an_azure_url_without_its_signature_lost_it() -> None:
    url = read(f"https://a.blob.core.windows.net/c/b?sv=2022-11-02&sr=b&sp=r&se={ISO}")
    assert (url.flavour, [str(flaw) for flaw in url.flaws]) == ("azure-sas", ["missing:sig"])


@pytest.mark.parametrize(("name", "value"), [("se", f"{END_S}"), ("ske", f"{END_S}000"), ("st", f"{NOW_S}")])
def test_a_moment_of_azure_in_seconds_since_1970_is_the_signers_mistake(name: str, value: str) -> None:
    dates = {"se": LATER_ISO, "ske": LATER_ISO, "st": ISO} | {name: value}
    query = "&".join(f"{each}={text}" for each, text in dates.items())
    url = read(f"https://a.blob.core.windows.net/c/b?sv=2022-11-02&sr=b&sp=r&sig=abc&{query}")
    assert [(each.kind.value, each.name, each.value) for each in url.mistakes] == [("date", name, value)]


@pytest.mark.parametrize("text", ["2026-12-01", "2026-12-01T08%3A00Z", "2026-12-01T08%3A00%3A00.0000000Z"])
def test_a_date_that_azure_reads_is_no_mistake(text: str) -> None:
    assert read(f"https://a.blob.core.windows.net/c/b?sv=2022-11-02&sr=b&sp=r&sig=abc&se={text}").mistakes == ()


@pytest.mark.parametrize("name", ["accesskeyid", "ossaccesskeyid", "ucloudpublickey", "access_key", "x-secretid"])
def test_a_key_by_another_name_than_awss_is_another_key(name: str) -> None:
    assert names_another_key(name)


@pytest.mark.parametrize("name", ["awsaccesskeyid", "accesskeyid-2", "expires", "key-pair-id", ""])
def test_awss_own_name_and_what_names_no_key_is_no_other_key(name: str) -> None:
    assert not names_another_key(name)


def test_a_word_for_a_value_is_the_signers_mistake_with_others_too() -> None:
    url = read("https://storage.googleapis.com/b/a?GoogleAccessId=x&Expires=NaN&Signature=abc")
    assert [(mistake.kind.value, mistake.name, mistake.value) for mistake in url.mistakes] == [
        ("word", "expires", "NaN")
    ]

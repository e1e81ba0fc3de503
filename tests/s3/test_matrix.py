"""The storage backend against every way in which another credential, signature or host could creep in.

A case is a key that was given in OPTIONS, and an ambience: environment, settings, files, metadata services. Each runs
in a process of its own (`matrix_child.py`). A URL is right when it is, letter for letter, what an independent
implementation of SigV4 computes. The stubs for the metadata services are real HTTP servers and must stay unasked.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.s3.independent_sigv4 import presign, stamp_of
from tests.waiting import TIMEOUT_SECONDS

OURS = "links.s3.storage.IamUserS3Storage"
THEIRS = "storages.backends.s3.S3Storage"
KEY = "reports//2026 Q1+é.pdf"
SECONDS = 300
SECRET = "GivenSecret/0123456789+abcdefghijklmnopqr"
OTHER_SECRET = "OtherSecret/0123456789+abcdefghijklmnopq"
TOKEN = "FwoGZXIvYXdzEXAMPLETOKEN=="
OTHER_ID = "AKIAOTHEROTHEROTHER1"
TEMPORARY_ID = "ASIAOTHEROTHEROTHER2"


@dataclass(frozen=True)
class Given:
    """What stands in OPTIONS, and where its URL must lead, or the code it is refused with."""

    name: str
    options: Mapping[str, Any]
    origin: str = ""
    path: str = ""
    region: str = ""
    refused: str = ""


@dataclass(frozen=True)
class Ambience:
    name: str
    environment: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    config: str = ""
    credentials: str = ""
    other: Mapping[str, str] = field(default_factory=dict)


PAIR = {"access_key": "AKIAGIVENGIVENGIVEN1", "secret_key": SECRET}
AT_AWS = {"bucket_name": "share-files", "region_name": "eu-central-1"}
AWS = Given(
    "a key for AWS",
    {**PAIR, **AT_AWS},
    "https://share-files.s3.eu-central-1.amazonaws.com",
    f"/{KEY}",
    "eu-central-1",
)
CUSTOM = Given(
    "a key for another store",
    {
        "access_key": "minio-share",
        "secret_key": SECRET,
        "bucket_name": "files",
        "endpoint_url": "http://store.example:9000",
    },
    "http://store.example:9000",
    f"/files/{KEY}",
    "us-east-1",
)
LEGACY_REGION = Given(
    "a key in a region where boto3 signs SigV2",
    {**PAIR, "bucket_name": "files", "region_name": "us-east-1", "addressing_style": "virtual"},
    "https://files.s3.us-east-1.amazonaws.com",
    f"/{KEY}",
    "us-east-1",
)
DOTTED = Given(
    "a bucket with dots",
    {**PAIR, "bucket_name": "files.example.com", "region_name": "us-west-2"},
    "https://s3.us-west-2.amazonaws.com",
    f"/files.example.com/{KEY}",
    "us-west-2",
)
CHINA = Given(
    "a bucket in China",
    {**PAIR, "bucket_name": "files", "region_name": "cn-north-1"},
    "https://files.s3.cn-north-1.amazonaws.com.cn",
    f"/{KEY}",
    "cn-north-1",
)
STATIC = (AWS, CUSTOM)
ELSEWHERE = (LEGACY_REGION, DOTTED, CHINA)

ABSENT = Given("no key", AT_AWS, refused="key-id-empty")
UNUSABLE = (
    Given("empty halves", {**AT_AWS, "access_key": "", "secret_key": ""}, refused="key-id-empty"),
    Given("half: an id alone", {**AT_AWS, "access_key": PAIR["access_key"]}, refused="key-secret-empty"),
    Given("half: a secret alone", {**AT_AWS, "secret_key": SECRET}, refused="key-id-empty"),
    Given("temporary: ASIA", {**AT_AWS, **PAIR, "access_key": TEMPORARY_ID}, refused="key-temporary"),
    Given("temporary: a token", {**AT_AWS, **PAIR, "security_token": TOKEN}, refused="key-token"),
    Given("broken: a blank in the id", {**AT_AWS, **PAIR, "access_key": "AKIA GIVEN"}, refused="key-id-malformed"),
    Given("broken: a slash in the id", {**AT_AWS, **PAIR, "access_key": "AKIA/GIVEN"}, refused="key-id-malformed"),
    Given(
        "broken: a newline in the secret",
        {**AT_AWS, **PAIR, "secret_key": f"{SECRET}\n"},
        refused="key-secret-malformed",
    ),
    Given("broken: a number", {**AT_AWS, **PAIR, "access_key": 12345}, refused="key-id-malformed"),
)

NOTHING = Ambience("nothing")
STATIC_PAIR = f"aws_access_key_id = {OTHER_ID}\naws_secret_access_key = {OTHER_SECRET}\n"
TEMPORARY_PAIR = (
    f"aws_access_key_id = {TEMPORARY_ID}\naws_secret_access_key = {OTHER_SECRET}\naws_session_token = {TOKEN}\n"
)


def _pair(prefix: str, key_id: str = OTHER_ID, **more: str) -> dict[str, str]:
    return {f"{prefix}ACCESS_KEY_ID": key_id, f"{prefix}SECRET_ACCESS_KEY": OTHER_SECRET, **more}


CREDENTIALS = (
    Ambience("environment, static", _pair("AWS_")),
    Ambience("environment, temporary", _pair("AWS_", TEMPORARY_ID, AWS_SESSION_TOKEN=TOKEN)),
    Ambience("environment, broken: half", {"AWS_ACCESS_KEY_ID": OTHER_ID}),
    Ambience("environment of django-storages, static", _pair("AWS_S3_")),
    Ambience("environment of django-storages, temporary", _pair("AWS_S3_", TEMPORARY_ID, AWS_SESSION_TOKEN=TOKEN)),
    Ambience("environment, a session token alone", {"AWS_SESSION_TOKEN": TOKEN}),
    Ambience("environment, a security token alone", {"AWS_SECURITY_TOKEN": TOKEN}),
    Ambience("settings, static", settings=_pair("AWS_")),
    Ambience("settings, temporary", settings=_pair("AWS_", TEMPORARY_ID, AWS_SESSION_TOKEN=TOKEN)),
    Ambience("settings, broken: half", settings={"AWS_SECRET_ACCESS_KEY": OTHER_SECRET}),
    Ambience("settings of S3, static", settings=_pair("AWS_S3_")),
    Ambience("settings of S3, temporary", settings=_pair("AWS_S3_", TEMPORARY_ID, AWS_SECURITY_TOKEN=TOKEN)),
    Ambience("settings, a session token alone", settings={"AWS_SESSION_TOKEN": TOKEN}),
    Ambience("settings, a security token alone", settings={"AWS_SECURITY_TOKEN": TOKEN}),
    Ambience(
        "settings, a profile, static", settings={"AWS_S3_SESSION_PROFILE": "work"}, credentials=f"[work]\n{STATIC_PAIR}"
    ),
    Ambience(
        "settings, a profile, temporary",
        settings={"AWS_S3_SESSION_PROFILE": "work"},
        credentials=f"[work]\n{TEMPORARY_PAIR}",
    ),
    Ambience("settings, a profile, broken: not there", settings={"AWS_S3_SESSION_PROFILE": "gone"}),
    Ambience(
        "environment of django-storages, a profile",
        {"AWS_S3_SESSION_PROFILE": "work"},
        credentials=f"[work]\n{STATIC_PAIR}",
    ),
    Ambience("a profile, static", {"AWS_PROFILE": "work"}, config=f"[profile work]\n{STATIC_PAIR}"),
    Ambience("a profile, temporary", {"AWS_PROFILE": "work"}, config=f"[profile work]\n{TEMPORARY_PAIR}"),
    Ambience("a profile, broken: not there", {"AWS_PROFILE": "gone"}),
    Ambience("a default profile, temporary", {"AWS_DEFAULT_PROFILE": "work"}, credentials=f"[work]\n{TEMPORARY_PAIR}"),
    Ambience(
        "a profile that runs a program", {"AWS_PROFILE": "p"}, config="[profile p]\ncredential_process = /bin/false\n"
    ),
    Ambience(
        "a profile that takes a role",
        {"AWS_PROFILE": "p", "AWS_ENDPOINT_URL_STS": "{sts}"},
        config="[profile p]\nrole_arn = arn:aws:iam::123456789012:role/app\nsource_profile = q\n"
        f"[profile q]\n{STATIC_PAIR}",
    ),
    Ambience(
        "a profile of single sign-on",
        {"AWS_PROFILE": "p"},
        config="[profile p]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = app\n"
        "[sso-session s]\nsso_region = us-east-1\nsso_start_url = {sts}\n",
    ),
    Ambience("credentials file, static", credentials=f"[default]\n{STATIC_PAIR}"),
    Ambience("credentials file, temporary", credentials=f"[default]\n{TEMPORARY_PAIR}"),
    Ambience("credentials file, broken", credentials="this is [no file"),
    Ambience("config file, static", config=f"[default]\n{STATIC_PAIR}"),
    Ambience("config file, temporary", config=f"[default]\n{TEMPORARY_PAIR}"),
    Ambience("config file, broken", config="[default\nthis = [is no file"),
    Ambience(
        "credentials file elsewhere, temporary",
        {"AWS_SHARED_CREDENTIALS_FILE": "{home}/elsewhere"},
        other={"elsewhere": f"[default]\n{TEMPORARY_PAIR}"},
    ),
    Ambience(
        "config file elsewhere, broken",
        {"AWS_CONFIG_FILE": "{home}/elsewhere"},
        other={"elsewhere": "[default\nthis = [is no file"},
    ),
    Ambience("instance metadata, temporary", {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "{imds}"}),
    Ambience("instance metadata, broken", {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "{broken}"}),
    Ambience("container, temporary", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{container}"}),
    Ambience("container, broken", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{broken}"}),
    Ambience("container, relative", {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials"}),
    Ambience(
        "web identity, temporary",
        {
            "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/identity",
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/app",
            "AWS_ENDPOINT_URL_STS": "{sts}",
        },
        other={"identity": "eyJhbGciOiJub25lIn0.e30."},
    ),
    Ambience(
        "web identity, broken: no file",
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/gone", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/app"},
    ),
    Ambience(
        "everything at once",
        {
            **_pair("AWS_", TEMPORARY_ID, AWS_SESSION_TOKEN=TOKEN, AWS_SECURITY_TOKEN=TOKEN),
            "AWS_PROFILE": "gone",
            "AWS_ENDPOINT_URL": "https://evil.example",
            "AWS_USE_FIPS_ENDPOINT": "true",
            "AWS_USE_DUALSTACK_ENDPOINT": "true",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{imds}",
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "{container}",
        },
        {
            **_pair("AWS_", TEMPORARY_ID, AWS_SESSION_TOKEN=TOKEN),
            "AWS_QUERYSTRING_AUTH": False,
            "AWS_S3_CUSTOM_DOMAIN": "cdn.example",
            "AWS_S3_SIGNATURE_VERSION": "s3",
            "AWS_S3_ENDPOINT_URL": "https://evil.example",
            "AWS_LOCATION": "folder",
            "AWS_S3_REGION_NAME": "ap-south-1",
        },
        config=f"[default]\n{TEMPORARY_PAIR}s3 =\n  addressing_style = path\n",
        credentials="this is [no file",
    ),
)

HOSTS_AND_SIGNATURES = (
    NOTHING,
    Ambience("endpoint variable", {"AWS_ENDPOINT_URL": "https://evil.example"}),
    Ambience("endpoint variable of S3", {"AWS_ENDPOINT_URL_S3": "https://evil.example"}),
    Ambience("endpoint in the config file", config="[default]\nendpoint_url = https://evil.example\n"),
    Ambience(
        "endpoint among the services",
        config="[default]\nservices = mine\n[services mine]\ns3 =\n  endpoint_url = https://evil.example\n",
    ),
    Ambience("FIPS", {"AWS_USE_FIPS_ENDPOINT": "true"}),
    Ambience("dual stack", {"AWS_USE_DUALSTACK_ENDPOINT": "true"}),
    Ambience("FIPS in the config file", config="[default]\nuse_fips_endpoint = true\n"),
    Ambience("dual stack in the config file", config="[default]\ns3 =\n  use_dualstack_endpoint = true\n"),
    Ambience("acceleration in the config file", config="[default]\ns3 =\n  use_accelerate_endpoint = true\n"),
    Ambience("path style in the config file", config="[default]\ns3 =\n  addressing_style = path\n"),
    Ambience("virtual style in the config file", config="[default]\ns3 =\n  addressing_style = virtual\n"),
    Ambience("nonsense in the config file", config="[default]\ns3 = addressing_style\nmax_attempts = many\n"),
    Ambience("SigV2 in the config file", config="[default]\ns3 =\n  signature_version = s3\n"),
    Ambience("another region", {"AWS_REGION": "ap-south-1", "AWS_DEFAULT_REGION": "ap-south-1"}),
    Ambience("the global host", {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "legacy"}),
    Ambience("nonsense for the global host", {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "nonsense"}),
    Ambience(
        "defaults that ask the metadata", {"AWS_DEFAULTS_MODE": "auto", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{imds}"}
    ),
    Ambience("nonsense for defaults", {"AWS_DEFAULTS_MODE": "nonsense"}),
    Ambience("nonsense for retries", {"AWS_MAX_ATTEMPTS": "many", "AWS_RETRY_MODE": "nonsense"}),
    Ambience("nonsense for checksums", {"AWS_RESPONSE_CHECKSUM_VALIDATION": "nonsense"}),
    Ambience(
        "another way to authenticate", {"AWS_AUTH_SCHEME_PREFERENCE": "noAuth,sigv4a", "AWS_BEARER_TOKEN_S3": TOKEN}
    ),
    Ambience(
        "service models of one's own",
        {"AWS_DATA_PATH": "{home}/models"},
        other={"models/s3/2006-03-01/service-2.json": "{}"},
    ),
    Ambience("service models in the home", other={".aws/models/s3/2006-03-01/service-2.json": "{}"}),
    Ambience("plug-ins", {"BOTOCORE_EXPERIMENTAL__PLUGINS": "evil=not_there"}),
    Ambience("monitoring", {"AWS_CSM_ENABLED": "true", "AWS_CSM_PORT": "nonsense"}),
    Ambience("a proxy", {"HTTPS_PROXY": "http://evil.example:1", "HTTP_PROXY": "http://evil.example:1"}),
    Ambience("setting: an unsigned URL", settings={"AWS_QUERYSTRING_AUTH": False}),
    Ambience("setting: a domain", settings={"AWS_S3_CUSTOM_DOMAIN": "cdn.example"}),
    Ambience("setting: SigV2", settings={"AWS_S3_SIGNATURE_VERSION": "s3"}),
    Ambience("setting: an endpoint", settings={"AWS_S3_ENDPOINT_URL": "https://evil.example"}),
    Ambience("setting: a region", settings={"AWS_S3_REGION_NAME": "ap-south-1"}),
    Ambience("setting: a bucket", settings={"AWS_STORAGE_BUCKET_NAME": "evil"}),
    Ambience("setting: addressing", settings={"AWS_S3_ADDRESSING_STYLE": "path"}),
    Ambience("setting: a folder", settings={"AWS_LOCATION": "folder"}),
    Ambience("setting: proxies", settings={"AWS_S3_PROXIES": {"https": "http://evil.example:1"}}),
    Ambience("setting: http", settings={"AWS_S3_URL_PROTOCOL": "http:", "AWS_S3_USE_SSL": False}),
    Ambience("setting: a lifetime", settings={"AWS_QUERYSTRING_EXPIRE": 604801}),
    Ambience("setting: object parameters", settings={"AWS_S3_OBJECT_PARAMETERS": {"VersionId": "evil"}}),
    Ambience(
        "setting: client_config, SigV2", settings={"AWS_S3_CLIENT_CONFIG": {"Config": {"signature_version": "s3"}}}
    ),
    Ambience(
        "setting: client_config, unsigned",
        settings={"AWS_S3_CLIENT_CONFIG": {"Config": {"signature_version": "UNSIGNED"}}},
    ),
    Ambience(
        "setting: client_config, FIPS", settings={"AWS_S3_CLIENT_CONFIG": {"Config": {"use_fips_endpoint": True}}}
    ),
    Ambience(
        "setting: CloudFront", settings={"AWS_CLOUDFRONT_KEY_ID": "K2JCJMDEHXQW5F", "AWS_CLOUDFRONT_KEY": "no key"}
    ),
    Ambience("setting: half of CloudFront", settings={"AWS_CLOUDFRONT_KEY_ID": "K2JCJMDEHXQW5F"}),
)


def _asking(refused: str, **options: object) -> Given:
    return Given(f"asks for {options}", {**AWS.options, **options}, refused=refused)


def _taking(**options: object) -> Given:
    return Given(f"takes {options}", {**AWS.options, **options}, AWS.origin, AWS.path, AWS.region)


REFUSED_OPTIONS = (
    _asking("option-unsigned", querystring_auth=False),
    _asking("option-other-host", custom_domain="cdn.example"),
    _asking("option-other-credential", session_profile="work"),
    _asking("option-other-signature", signature_version="s3"),
    _asking("option-other-signature", signature_version="v4"),
    _asking("option-other-signature", cloudfront_key_id="K2JCJMDEHXQW5F"),
    _asking("option-other-signature", cloudfront_key="a key"),
    _asking("option-unsigned", client_config={"Config": {"signature_version": "UNSIGNED"}}),
    _asking("option-other-signature", client_config={"Config": {"signature_version": "s3"}}),
    _asking("option-other-host", client_config={"Config": {"use_fips_endpoint": True}}),
    _asking("option-other-host", client_config={"Config": {"use_dualstack_endpoint": True}}),
    _asking("option-other-host", client_config={"Config": {"s3": {"use_accelerate_endpoint": True}}}),
    _asking("option-proxy", proxies={"https": "http://proxy.example:3128"}),
    _asking("option-proxy", client_config={"Config": {"proxies": {"https": "http://proxy.example:3128"}}}),
    _asking("option-proxy", client_config={"Config": {"proxies_config": {"proxy_ca_bundle": "/etc/ca.pem"}}}),
    _asking("option-malformed", client_config={"signature_version": "s3v4"}),
    _asking("region-missing", region_name=None),
    _asking("region-malformed", region_name="eu central"),
    _asking("endpoint-malformed", endpoint_url="ftp://store.example"),
    _asking("bucket-name-malformed", bucket_name="a/b"),
    _asking("addressing-unknown", addressing_style="sideways"),
)
TAKEN_OPTIONS = (
    _taking(client_config={"Config": {"connect_timeout": 3}}),
    _taking(proxies={}, client_config={"Config": {"proxies": {}}}),
    _taking(client_config={"Config": {"signature_version": "s3v4", "s3": {"addressing_style": "path"}}}),
    _taking(client_config={"Config": {"region_name": "ap-south-1"}}),
    _taking(signature_version="s3v4", querystring_auth=True, custom_domain=None, security_token=None),
    _taking(endpoint_url="https://s3.eu-central-1.amazonaws.com"),
    _taking(endpoint_url="", addressing_style=None, session_profile=""),
)

CASES = (
    *((given, ambience) for given in STATIC for ambience in (*CREDENTIALS, *HOSTS_AND_SIGNATURES)),
    *((given, ambience) for given in ELSEWHERE for ambience in (NOTHING, CREDENTIALS[-1], *HOSTS_AND_SIGNATURES[1:3])),
    *((ABSENT, ambience) for ambience in (NOTHING, *CREDENTIALS)),
    *((given, ambience) for given in UNUSABLE for ambience in (NOTHING, *CREDENTIALS[:2], CREDENTIALS[-1])),
    *((given, ambience) for given in REFUSED_OPTIONS for ambience in (NOTHING, CREDENTIALS[-1])),
    *((given, ambience) for given in TAKEN_OPTIONS for ambience in (NOTHING, CREDENTIALS[-1])),
)


class Stub(ThreadingHTTPServer):
    """A metadata, container or STS service that gives temporary credentials and counts who asks."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _StubHandler)
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _StubHandler(BaseHTTPRequestHandler):
    server: Stub

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        ends = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
        pair = {"AccessKeyId": TEMPORARY_ID, "SecretAccessKey": OTHER_SECRET, "Token": TOKEN, "Expiration": ends}
        if self.path.startswith("/broken"):
            body = b"<html>no credentials here"
        elif self.path.endswith("/security-credentials/"):
            body = b"app"
        elif self.path.endswith("/token"):
            body = b"imds-token"
        else:
            body = json.dumps({"Code": "Success", **pair}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("x-aws-ec2-metadata-token-ttl-seconds", "21600")
        self.end_headers()
        self.wfile.write(body)

    do_PUT = do_POST = do_GET  # noqa: N815  http.server's names

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class Zygote:
    """The process that forks for each case."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.s3.matrix_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[2],
            env={"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"},
            text=True,
        )

    def run(self, case: Mapping[str, Any]) -> dict[str, str]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(case) + "\n")
        self._process.stdin.flush()
        answer: dict[str, str] = json.loads(self._process.stdout.readline())
        return answer

    def stop(self) -> None:
        self._process.communicate(timeout=20)


@pytest.fixture(scope="module")
def zygote() -> Iterator[Zygote]:
    process = Zygote()
    yield process
    process.stop()


@pytest.fixture(scope="module")
def running_stub() -> Iterator[Stub]:
    server = Stub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def stub(running_stub: Stub) -> Stub:
    running_stub.asked.clear()
    return running_stub


def _arrange(given: Given, ambience: Ambience, stub: Stub, home: Path, backend: str = OURS) -> dict[str, Any]:
    """Write the files of the case and put its environment together."""
    places = {"home": str(home), "imds": stub.url, "container": f"{stub.url}/container", "sts": f"{stub.url}/sts"}
    places["broken"] = f"{stub.url}/broken"
    files = {".aws/config": ambience.config, ".aws/credentials": ambience.credentials, **ambience.other}
    for name, text in files.items():
        if text:
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            (home / name).write_text(_fill(text, places))
    ambient = {name: _fill(value, places) for name, value in ambience.environment.items()}
    return {
        "environment": {"PATH": "/usr/bin:/bin", "HOME": str(home), "NO_PROXY": "127.0.0.1", **ambient},
        "settings": dict(ambience.settings),
        "backend": backend,
        "options": dict(given.options),
        "key": KEY,
        "arguments": {"expire": SECONDS},
    }


def _fill(text: str, places: Mapping[str, str]) -> str:
    for name, place in places.items():
        text = text.replace(f"{{{name}}}", place)
    return text


def _right_url(given: Given, stamp: str) -> str:
    return presign(
        origin=given.origin,
        path=given.path,
        access_key_id=given.options["access_key"],
        secret=given.options["secret_key"],
        region=given.region,
        stamp=stamp,
        seconds=SECONDS,
    )


@pytest.mark.parametrize(("given", "ambience"), CASES, ids=lambda part: part.name)
def test_only_the_given_key_signs_and_only_the_right_url_comes_out(
    given: Given, ambience: Ambience, zygote: Zygote, stub: Stub, tmp_path: Path
) -> None:
    result = zygote.run(_arrange(given, ambience, stub, tmp_path))
    assert "error" not in result, result["error"]
    assert stub.asked == []
    if given.refused:
        assert result.get("refused") == given.refused
        assert len(result["sentence"].split()) > 4
        assert SECRET not in result["sentence"]
        assert TOKEN not in result["sentence"]
    else:
        assert result.get("url", result) == _right_url(given, stamp_of(result["url"]))


def test_the_matrix_has_its_size() -> None:
    assert len({(given.name, ambience.name) for given, ambience in CASES}) == len(CASES) >= 150


CONTROLS = [
    ambience
    for ambience in CREDENTIALS
    if ambience.name in ("instance metadata, temporary", "container, temporary", "web identity, temporary")
]


@pytest.mark.parametrize("ambience", CONTROLS, ids=lambda part: part.name)
def test_the_stubs_are_real_for_the_backend_of_django_storages_asks_them(
    ambience: Ambience, zygote: Zygote, stub: Stub, tmp_path: Path
) -> None:
    zygote.run(_arrange(ABSENT, ambience, stub, tmp_path, THEIRS))
    assert stub.asked


@pytest.mark.parametrize("variable", ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"])
def test_the_backend_of_django_storages_takes_a_foreign_token_where_ours_does_not(
    variable: str, zygote: Zygote, stub: Stub, tmp_path: Path
) -> None:
    result = zygote.run(_arrange(AWS, Ambience("token", {variable: TOKEN}), stub, tmp_path, THEIRS))
    assert "x-amz-security-token" in result["url"].lower()


FROM_THE_FIRST_MOMENT = (
    NOTHING,
    CREDENTIALS[-1],
    Ambience("service models in the home", other={".aws/models/s3/2006-03-01/service-2.json": "{}"}),
    Ambience(
        "a plug-in that is there",
        {"BOTOCORE_EXPERIMENTAL__PLUGINS": "evil=evil", "PYTHONPATH": "{home}"},
        other={"evil.py": "def initialize_client_plugin(client):\n    client.meta.events = None\n"},
    ),
)


@pytest.mark.parametrize("ambience", FROM_THE_FIRST_MOMENT, ids=lambda part: part.name)
def test_a_process_that_was_never_forked_signs_the_same(ambience: Ambience, stub: Stub, tmp_path: Path) -> None:
    """Some things are read while libraries are imported, before the other cases fork."""
    case = _arrange(AWS, ambience, stub, tmp_path)
    ran = subprocess.run(
        [sys.executable, "-m", "tests.s3.matrix_child"],
        input=json.dumps(case),
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env=case["environment"],
        text=True,
        check=True,
        timeout=TIMEOUT_SECONDS,
    )
    result = json.loads(ran.stdout)
    assert result["url"] == _right_url(AWS, stamp_of(result["url"]))
    assert stub.asked == []

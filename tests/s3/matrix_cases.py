"""Keys that are given in OPTIONS, and what surrounds them: environment, settings, files, metadata services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

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
class AmbientCase:
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


NOTHING = AmbientCase("nothing")


STATIC_PAIR = f"aws_access_key_id = {OTHER_ID}\naws_secret_access_key = {OTHER_SECRET}\n"


TEMPORARY_PAIR = (
    f"aws_access_key_id = {TEMPORARY_ID}\naws_secret_access_key = {OTHER_SECRET}\naws_session_token = {TOKEN}\n"
)


def _pair(prefix: str, key_id: str = OTHER_ID, **more: str) -> dict[str, str]:
    return {f"{prefix}ACCESS_KEY_ID": key_id, f"{prefix}SECRET_ACCESS_KEY": OTHER_SECRET, **more}


CREDENTIALS = (
    AmbientCase("environment, static", _pair("AWS_")),
    AmbientCase("environment, temporary", _pair("AWS_", TEMPORARY_ID, AWS_SESSION_TOKEN=TOKEN)),
    AmbientCase("environment, broken: half", {"AWS_ACCESS_KEY_ID": OTHER_ID}),
    AmbientCase("environment of django-storages, static", _pair("AWS_S3_")),
    AmbientCase("environment of django-storages, temporary", _pair("AWS_S3_", TEMPORARY_ID, AWS_SESSION_TOKEN=TOKEN)),
    AmbientCase("environment, a session token alone", {"AWS_SESSION_TOKEN": TOKEN}),
    AmbientCase("environment, a security token alone", {"AWS_SECURITY_TOKEN": TOKEN}),
    AmbientCase("settings, static", settings=_pair("AWS_")),
    AmbientCase("settings, temporary", settings=_pair("AWS_", TEMPORARY_ID, AWS_SESSION_TOKEN=TOKEN)),
    AmbientCase("settings, broken: half", settings={"AWS_SECRET_ACCESS_KEY": OTHER_SECRET}),
    AmbientCase("settings of S3, static", settings=_pair("AWS_S3_")),
    AmbientCase("settings of S3, temporary", settings=_pair("AWS_S3_", TEMPORARY_ID, AWS_SECURITY_TOKEN=TOKEN)),
    AmbientCase("settings, a session token alone", settings={"AWS_SESSION_TOKEN": TOKEN}),
    AmbientCase("settings, a security token alone", settings={"AWS_SECURITY_TOKEN": TOKEN}),
    AmbientCase(
        "settings, a profile, static", settings={"AWS_S3_SESSION_PROFILE": "work"}, credentials=f"[work]\n{STATIC_PAIR}"
    ),
    AmbientCase(
        "settings, a profile, temporary",
        settings={"AWS_S3_SESSION_PROFILE": "work"},
        credentials=f"[work]\n{TEMPORARY_PAIR}",
    ),
    AmbientCase("settings, a profile, broken: not there", settings={"AWS_S3_SESSION_PROFILE": "gone"}),
    AmbientCase(
        "environment of django-storages, a profile",
        {"AWS_S3_SESSION_PROFILE": "work"},
        credentials=f"[work]\n{STATIC_PAIR}",
    ),
    AmbientCase("a profile, static", {"AWS_PROFILE": "work"}, config=f"[profile work]\n{STATIC_PAIR}"),
    AmbientCase("a profile, temporary", {"AWS_PROFILE": "work"}, config=f"[profile work]\n{TEMPORARY_PAIR}"),
    AmbientCase("a profile, broken: not there", {"AWS_PROFILE": "gone"}),
    AmbientCase(
        "a default profile, temporary", {"AWS_DEFAULT_PROFILE": "work"}, credentials=f"[work]\n{TEMPORARY_PAIR}"
    ),
    AmbientCase(
        "a profile that runs a program", {"AWS_PROFILE": "p"}, config="[profile p]\ncredential_process = /bin/false\n"
    ),
    AmbientCase(
        "a profile that takes a role",
        {"AWS_PROFILE": "p", "AWS_ENDPOINT_URL_STS": "{sts}"},
        config="[profile p]\nrole_arn = arn:aws:iam::123456789012:role/app\nsource_profile = q\n"
        f"[profile q]\n{STATIC_PAIR}",
    ),
    AmbientCase(
        "a profile of single sign-on",
        {"AWS_PROFILE": "p"},
        config="[profile p]\nsso_session = s\nsso_account_id = 123456789012\nsso_role_name = app\n"
        "[sso-session s]\nsso_region = us-east-1\nsso_start_url = {sts}\n",
    ),
    AmbientCase("credentials file, static", credentials=f"[default]\n{STATIC_PAIR}"),
    AmbientCase("credentials file, temporary", credentials=f"[default]\n{TEMPORARY_PAIR}"),
    AmbientCase("credentials file, broken", credentials="this is [no file"),
    AmbientCase("config file, static", config=f"[default]\n{STATIC_PAIR}"),
    AmbientCase("config file, temporary", config=f"[default]\n{TEMPORARY_PAIR}"),
    AmbientCase("config file, broken", config="[default\nthis = [is no file"),
    AmbientCase(
        "credentials file elsewhere, temporary",
        {"AWS_SHARED_CREDENTIALS_FILE": "{home}/elsewhere"},
        other={"elsewhere": f"[default]\n{TEMPORARY_PAIR}"},
    ),
    AmbientCase(
        "config file elsewhere, broken",
        {"AWS_CONFIG_FILE": "{home}/elsewhere"},
        other={"elsewhere": "[default\nthis = [is no file"},
    ),
    AmbientCase("instance metadata, temporary", {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "{imds}"}),
    AmbientCase("instance metadata, broken", {"AWS_EC2_METADATA_SERVICE_ENDPOINT": "{broken}"}),
    AmbientCase("container, temporary", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{container}"}),
    AmbientCase("container, broken", {"AWS_CONTAINER_CREDENTIALS_FULL_URI": "{broken}"}),
    AmbientCase("container, relative", {"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials"}),
    AmbientCase(
        "web identity, temporary",
        {
            "AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/identity",
            "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/app",
            "AWS_ENDPOINT_URL_STS": "{sts}",
        },
        other={"identity": "eyJhbGciOiJub25lIn0.e30."},
    ),
    AmbientCase(
        "web identity, broken: no file",
        {"AWS_WEB_IDENTITY_TOKEN_FILE": "{home}/gone", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/app"},
    ),
    AmbientCase(
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
    AmbientCase("endpoint variable", {"AWS_ENDPOINT_URL": "https://evil.example"}),
    AmbientCase("endpoint variable of S3", {"AWS_ENDPOINT_URL_S3": "https://evil.example"}),
    AmbientCase("endpoint in the config file", config="[default]\nendpoint_url = https://evil.example\n"),
    AmbientCase(
        "endpoint among the services",
        config="[default]\nservices = mine\n[services mine]\ns3 =\n  endpoint_url = https://evil.example\n",
    ),
    AmbientCase("FIPS", {"AWS_USE_FIPS_ENDPOINT": "true"}),
    AmbientCase("dual stack", {"AWS_USE_DUALSTACK_ENDPOINT": "true"}),
    AmbientCase("FIPS in the config file", config="[default]\nuse_fips_endpoint = true\n"),
    AmbientCase("dual stack in the config file", config="[default]\ns3 =\n  use_dualstack_endpoint = true\n"),
    AmbientCase("acceleration in the config file", config="[default]\ns3 =\n  use_accelerate_endpoint = true\n"),
    AmbientCase("path style in the config file", config="[default]\ns3 =\n  addressing_style = path\n"),
    AmbientCase("virtual style in the config file", config="[default]\ns3 =\n  addressing_style = virtual\n"),
    AmbientCase("nonsense in the config file", config="[default]\ns3 = addressing_style\nmax_attempts = many\n"),
    AmbientCase("SigV2 in the config file", config="[default]\ns3 =\n  signature_version = s3\n"),
    AmbientCase("another region", {"AWS_REGION": "ap-south-1", "AWS_DEFAULT_REGION": "ap-south-1"}),
    AmbientCase("the global host", {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "legacy"}),
    AmbientCase("nonsense for the global host", {"AWS_S3_US_EAST_1_REGIONAL_ENDPOINT": "nonsense"}),
    AmbientCase(
        "defaults that ask the metadata", {"AWS_DEFAULTS_MODE": "auto", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "{imds}"}
    ),
    AmbientCase("nonsense for defaults", {"AWS_DEFAULTS_MODE": "nonsense"}),
    AmbientCase("nonsense for retries", {"AWS_MAX_ATTEMPTS": "many", "AWS_RETRY_MODE": "nonsense"}),
    AmbientCase("nonsense for checksums", {"AWS_RESPONSE_CHECKSUM_VALIDATION": "nonsense"}),
    AmbientCase(
        "another way to authenticate", {"AWS_AUTH_SCHEME_PREFERENCE": "noAuth,sigv4a", "AWS_BEARER_TOKEN_S3": TOKEN}
    ),
    AmbientCase(
        "service models of one's own",
        {"AWS_DATA_PATH": "{home}/models"},
        other={"models/s3/2006-03-01/service-2.json": "{}"},
    ),
    AmbientCase("service models in the home", other={".aws/models/s3/2006-03-01/service-2.json": "{}"}),
    AmbientCase("plug-ins", {"BOTOCORE_EXPERIMENTAL__PLUGINS": "evil=not_there"}),
    AmbientCase("monitoring", {"AWS_CSM_ENABLED": "true", "AWS_CSM_PORT": "nonsense"}),
    AmbientCase("a proxy", {"HTTPS_PROXY": "http://evil.example:1", "HTTP_PROXY": "http://evil.example:1"}),
    AmbientCase("setting: an unsigned URL", settings={"AWS_QUERYSTRING_AUTH": False}),
    AmbientCase("setting: a domain", settings={"AWS_S3_CUSTOM_DOMAIN": "cdn.example"}),
    AmbientCase("setting: SigV2", settings={"AWS_S3_SIGNATURE_VERSION": "s3"}),
    AmbientCase("setting: an endpoint", settings={"AWS_S3_ENDPOINT_URL": "https://evil.example"}),
    AmbientCase("setting: a region", settings={"AWS_S3_REGION_NAME": "ap-south-1"}),
    AmbientCase("setting: a bucket", settings={"AWS_STORAGE_BUCKET_NAME": "evil"}),
    AmbientCase("setting: addressing", settings={"AWS_S3_ADDRESSING_STYLE": "path"}),
    AmbientCase("setting: a folder", settings={"AWS_LOCATION": "folder"}),
    AmbientCase("setting: proxies", settings={"AWS_S3_PROXIES": {"https": "http://evil.example:1"}}),
    AmbientCase("setting: http", settings={"AWS_S3_URL_PROTOCOL": "http:", "AWS_S3_USE_SSL": False}),
    AmbientCase("setting: a lifetime", settings={"AWS_QUERYSTRING_EXPIRE": 604801}),
    AmbientCase("setting: object parameters", settings={"AWS_S3_OBJECT_PARAMETERS": {"VersionId": "evil"}}),
    AmbientCase(
        "setting: client_config, SigV2", settings={"AWS_S3_CLIENT_CONFIG": {"Config": {"signature_version": "s3"}}}
    ),
    AmbientCase(
        "setting: client_config, unsigned",
        settings={"AWS_S3_CLIENT_CONFIG": {"Config": {"signature_version": "UNSIGNED"}}},
    ),
    AmbientCase(
        "setting: client_config, FIPS", settings={"AWS_S3_CLIENT_CONFIG": {"Config": {"use_fips_endpoint": True}}}
    ),
    AmbientCase(
        "setting: CloudFront", settings={"AWS_CLOUDFRONT_KEY_ID": "K2JCJMDEHXQW5F", "AWS_CLOUDFRONT_KEY": "no key"}
    ),
    AmbientCase("setting: half of CloudFront", settings={"AWS_CLOUDFRONT_KEY_ID": "K2JCJMDEHXQW5F"}),
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
    *((given, case) for given in STATIC for case in (*CREDENTIALS, *HOSTS_AND_SIGNATURES)),
    *((given, case) for given in ELSEWHERE for case in (NOTHING, CREDENTIALS[-1], *HOSTS_AND_SIGNATURES[1:3])),
    *((ABSENT, case) for case in (NOTHING, *CREDENTIALS)),
    *((given, case) for given in UNUSABLE for case in (NOTHING, *CREDENTIALS[:2], CREDENTIALS[-1])),
    *((given, case) for given in REFUSED_OPTIONS for case in (NOTHING, CREDENTIALS[-1])),
    *((given, case) for given in TAKEN_OPTIONS for case in (NOTHING, CREDENTIALS[-1])),
)

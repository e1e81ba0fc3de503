import re
from pathlib import Path
from typing import Any

import django
import pytest
from cryptography.fernet import Fernet
from django.conf import settings as site
from django.core.checks import CheckMessage
from django.test.utils import override_settings

from demo import prepare
from links import checks
from links.channels import CHANNEL_SETTINGS
from links.checks import addresses, alerts, pages, second_factor, secrets, servers
from links.models import EncryptedValue, SigningKey
from tests.management.running import Ran, run_alone

KEY = Fernet.generate_key().decode()
# Since Django 6.1 `check` asks PostgreSQL itself which generated columns it knows; SQLite is a note of its own, I003.
ASKS_DATABASE = django.VERSION >= (6, 1)
PRODUCTION = {
    "SECRET_KEY": "fB3-pQ7_xL1zR9vN5kT8wY2mH6cJ4sD0gA-uE_iOqZbXnVrMtK",
    "ENCRYPTION_KEYS": KEY,
    "DATABASE_URL": "sqlite://:memory:" if ASKS_DATABASE else "postgres://holdfast:password@127.0.0.1:1/holdfast",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "BASE_URL": "https://share.example.com",
    "TRUSTED_PROXIES": "1",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.com:587",
    "ALERT_MAILS": "ops@example.com",
    "ALERT_URLS": "json://hooks.example.com/holdfast",
    "PROBE_ALLOWED_HOSTS": "minio.internal:9000",
    "SECOND_FACTOR_ROLES": "everyone",
}


def check(environment: dict[str, str]) -> Ran:
    return run_alone("check", "--deploy", "--fail-level", "WARNING", environment=environment)


def ids(messages: list[CheckMessage]) -> list[str]:
    assert all(message.hint for message in messages)
    return [str(message.id).removeprefix("holdfast.") for message in messages]


def test_production_settings_are_clean() -> None:
    ran = check(PRODUCTION)
    assert ran.code == 0, ran.err
    assert list_reported(ran) == ({"I003"} if ASKS_DATABASE else set())


def list_reported(ran: Ran) -> set[str]:
    return set(re.findall(r"\(\w+\.([A-Z]\d+)\)", ran.out + ran.err))


def list_all_reported(ran: Ran) -> set[str]:
    assert ran.code == 1
    return list_reported(ran)


def test_everything_that_is_missing_is_told() -> None:
    assert list_all_reported(check({})) >= {"E001", "W001", "W003", "W009", "W020", "I003"}


def test_everything_that_is_wrong_is_told_and_no_secret_with_it() -> None:
    wrong = {
        "SECRET_KEY": "topsecret",
        "ENCRYPTION_KEYS": "topsecret-but-no-key",
        "BASE_URL": "http://share.example.com",
        "ALLOWED_HOSTS": "other.example.com",
        "ALERT_MAILS": "nobody",
        "ALERT_URLS": "topsecret://no-such-service",
        "EMAIL_URL": "consolemail://",
        "TRUSTED_PROXIES": "99",
        "PROBE_ALLOWED_HOSTS": "169.254.169.254,https://minio.internal",
        "MONITOR_URL": "file:///topsecret",
        "REDIS_URL": "topsecret@127.0.0.1:6379",
        "AWS_SESSION_TOKEN": "topsecret",
        "AWS_ACCESS_KEY_ID": "topsecret",
        "DEBUG": "on",
    }
    ran = check(PRODUCTION | wrong)
    errors = {"E002", "E004", "E005", "E006", "E007", "E008", "E009", "E014"}
    warnings = {"W002", "W004", "W005", "W006", "I001", "W009", "W018"}
    assert list_all_reported(ran) >= errors | warnings
    assert "topsecret" not in ran.out + ran.err


@pytest.mark.parametrize(
    ("base_url", "hosts", "told"),
    [
        ("", [], ["W001"]),
        ("https://a.example", ["a.example"], []),
        ("https://a.example:8443", [".example"], []),
        ("https://a.example", ["*"], []),
        ("https://a.example", ["b.example"], ["E004"]),
        ("https://a.example", [], ["E004"]),
    ],
)
def test_the_sites_address_is_there_and_is_let_in(base_url: str, hosts: list[str], told: list[str]) -> None:
    assert ids(addresses.check_base_url(base_url, hosts)) == told


@pytest.mark.parametrize(
    ("mails", "urls", "told"),
    [
        ([], [], ["W003"]),
        (["ops@example.com"], [], []),
        ([], ["json://hooks.example.com"], []),
        (["ops@example.com", "nobody"], [], ["E005"]),
        ([], ["json://hooks.example.com", "nonsense"], ["E006"]),
        ([], ["json://10.0.0.5:8080/hook", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/"], []),
        ([], ["json://169.254.169.254/x"], ["E080"]),
        ([], ["jsons://[fd00:ec2::254]/x", "nonsense"], ["E006", "E080"]),
        ([], ["gotify://metadata.google.internal/token"], ["E080"]),
    ],
)
def test_somebody_can_be_told(mails: list[str], urls: list[str], told: list[str]) -> None:
    with override_settings(HOLDFAST={"ALERT_MAILS": mails, "ALERT_URLS": urls}):
        assert ids(alerts.check_channels(CHANNEL_SETTINGS)) == told


def test_whoever_is_told_of_no_channel_reads_what_each_may_be_set_to() -> None:
    (found,) = alerts.check_channels(CHANNEL_SETTINGS)
    assert found.hint
    assert all(f"{setting.name} to {setting.holds}" in found.hint for setting in CHANNEL_SETTINGS)


@pytest.mark.parametrize(
    ("mails", "backend", "told"),
    [
        (["ops@example.com"], "django.core.mail.backends.console.EmailBackend", ["W004"]),
        (["ops@example.com"], "django.core.mail.backends.smtp.EmailBackend", []),
        ([], "django.core.mail.backends.console.EmailBackend", []),
    ],
)
def test_mail_leaves_the_machine(mails: list[str], backend: str, told: list[str]) -> None:
    assert ids(alerts.check_mail_backend(mails, backend)) == told


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("redis://h:6379/0", []),
        ("rediss://:p@h", []),
        ("redis+socket:///run/r", []),
        ("h:6379", ["E009"]),
        ("", ["E009"]),
    ],
)
def test_the_broker_is_a_redis(url: str, told: list[str]) -> None:
    assert ids(servers.check_broker(url)) == told


def test_a_site_without_https_is_told_in_a_deployment() -> None:
    assert ids(addresses.check_https("http://a.example")) == ["W002"]
    assert ids(addresses.check_https("https://a.example")) == []


@pytest.mark.parametrize(
    ("keys", "told"),
    [([], ["E001"]), ([KEY], []), ([KEY, KEY[:-2]], ["E002"]), (["鍵"], ["E002"]), ([f"{KEY} "], [])],
)
def test_encryption_keys_are_there_and_are_keys(keys: list[str], told: list[str]) -> None:
    assert ids(secrets.check_encryption_keys(keys)) == told


def test_a_broken_encryption_key_is_named_by_its_number_alone() -> None:
    (message,) = secrets.check_encryption_keys([KEY, "topsecret"])
    assert "no. 2 is" in message.msg
    assert "topsecret" not in f"{message.msg} {message.hint}"


@pytest.mark.parametrize(
    ("environment", "told"),
    [
        ({}, []),
        ({"AWS_SESSION_TOKEN": ""}, []),
        ({"AWS_SECURITY_TOKEN": "x"}, ["W005"]),
        ({"AWS_PROFILE": "x"}, ["I001"]),
        ({"AWS_SESSION_TOKEN": "x", "AWS_ACCESS_KEY_ID": "x"}, ["W005", "I001"]),
    ],
)
def test_tokens_and_ambient_credentials_in_the_environment_are_told(
    environment: dict[str, str], told: list[str]
) -> None:
    assert ids(secrets.check_environment(environment)) == told


@pytest.mark.parametrize(
    ("host", "told"),
    [
        ("minio.internal", []),
        ("minio.internal:9000", []),
        (".example.com", []),
        ("10.0.0.1", []),
        ("[::1]:9000", []),
        ("169.254.169.254:80", ["E007"]),
        ("[fd00:ec2::254]", ["E007"]),
        ("[::ffff:169.254.169.254]", ["E007"]),
        ("Metadata.Google.Internal.", ["E007"]),
        ("*", ["E008"]),
        ("a/b", ["E008"]),
        ("[", ["E008"]),
    ],
)
def test_hosts_that_may_be_asked_are_hosts_and_never_metadata(host: str, told: list[str]) -> None:
    assert ids(addresses.check_probe_hosts([host])) == told


@pytest.mark.parametrize(
    ("proxies", "base_url", "headers", "told"),
    [
        (0, "https://a.example", "forwarded", ["I002"]),
        (1, "https://a.example", "forwarded", []),
        (1, "https://a.example", "x-forwarded", ["I050"]),
        (0, "http://a.example", "forwarded", []),
        (6, "https://a.example", "forwarded", ["W006"]),
        (6, "https://a.example", "x-forwarded", ["W006"]),
    ],
)
def test_proxies_fit_the_address_and_set_the_header_that_is_read(
    proxies: int, base_url: str, headers: str, told: list[str]
) -> None:
    assert ids(addresses.check_proxies(proxies, base_url, headers)) == told


def test_sqlite_is_good_to_know() -> None:
    assert ids(servers.check_database("django.db.backends.sqlite3")) == ["I003"]
    assert ids(servers.check_database("django.db.backends.postgresql")) == []


def store_key(now: Any) -> None:  # noqa: ANN401
    SigningKey.objects.create(label="main", access_key_id="AKIAIOSFODNN7EXAMPLE", secret="s" * 40, created_at=now)


@pytest.mark.django_db
def test_keys_that_cannot_read_what_is_stored_are_told(now: Any) -> None:  # noqa: ANN401
    store_key(now)
    assert checks.check_stored_secrets(databases=["default"]) == []
    with override_settings(HOLDFAST={"ENCRYPTION_KEYS": [KEY]}):
        for databases in (["default"], None):
            (told,) = checks.check_stored_secrets(databases=databases)
            assert told.id == "holdfast.E003"
            assert "Of these signing keys: main." in told.msg
        assert checks.check_stored_secrets(databases=["other"]) == []
    with override_settings(HOLDFAST={"ENCRYPTION_KEYS": []}):
        assert checks.check_stored_secrets(databases=["default"]) == []


@pytest.mark.django_db
def test_a_demo_whose_secrets_cannot_be_read_says_what_to_do(now: Any) -> None:  # noqa: ANN401
    store_key(now)
    prepare._require_readable_secrets()
    with override_settings(HOLDFAST={"ENCRYPTION_KEYS": [KEY]}), pytest.raises(SystemExit, match="demo-reset"):
        prepare._require_readable_secrets()


def test_without_a_secret_key_a_plain_check_names_it() -> None:
    ran = run_alone("check", environment={**PRODUCTION, "SECRET_KEY": ""})
    assert "SECRET_KEY is empty" in ran.err
    assert ran.code == 1


@pytest.mark.parametrize("url", ["postgres://u:password@127.0.0.1:1/none", "sqlite:////nowhere/at/all.sqlite3"])
@pytest.mark.parametrize("options", [[], ["--database", "default"]])
def test_a_machine_without_its_database_is_told_so_without_a_traceback(url: str, options: list[str]) -> None:
    ran = run_alone("check", *options, environment={**PRODUCTION, "DATABASE_URL": url})
    assert "Traceback" not in ran.out + ran.err
    assert "password" not in ran.out + ran.err
    if options:
        assert ran.code == 1
        assert re.search("The database cannot be (reached|asked)", ran.err)


def test_a_secret_is_readable_by_any_of_the_keys() -> None:
    with override_settings(HOLDFAST={"ENCRYPTION_KEYS": [KEY]}):
        encrypted = EncryptedValue.encrypt("text")
    with override_settings(HOLDFAST={"ENCRYPTION_KEYS": [Fernet.generate_key().decode(), KEY]}):
        assert secrets.check_secrets([encrypted, None]) == []


def test_migrating_an_empty_database_is_no_trouble_and_lost_keys_stop_it(tmp_path: Path) -> None:
    environment = PRODUCTION | {
        "DATABASE_URL": f"sqlite:///{tmp_path / 'new.sqlite3'}",
        "PROBE_ALLOWED_HOSTS": "127.0.0.1:1",
    }
    migrated = run_alone("migrate", "-v", "0", environment=environment)
    assert migrated.code == 0, migrated.err
    key = ("main", "--access-key-id", "KEY1", "--endpoint", "http://127.0.0.1:1")
    assert "Added main" in run_alone("add_key", *key, stdin="secret", environment=environment).out
    other = environment | {"ENCRYPTION_KEYS": Fernet.generate_key().decode()}
    lost = run_alone("migrate", "-v", "0", environment=other)
    assert lost.code == 1
    assert "holdfast.E003" in lost.err


def test_a_houses_name_is_spelt_right(tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text("<svg/>")
    assert ids(pages.check_brand(str(logo), "#0e5f69", {"IMPRINT_URL": "https://example.com/imprint"})) == []
    assert ids(pages.check_brand("", "", {"PRIVACY_URL": ""})) == []
    wrong = pages.check_brand(str(tmp_path / "logo.gif"), "green", {"IMPRINT_URL": "javascript:alert(1)"})
    assert ids(wrong) == ["E010", "E011", "E012"]


@pytest.mark.parametrize(
    "host", ["*", ".com", ".jp", ".co.uk", ".co.jp", ".com.au", ".github.io", ".Herokuapp.com", "."]
)
def test_hosts_that_anybody_can_have_are_told(host: str) -> None:
    (found,) = addresses.check_allowed_hosts(["share.example.com", host])
    assert found.id == "holdfast.W051"
    assert host in str(found.msg)
    assert found.hint


def test_hosts_of_ones_own_are_taken() -> None:
    assert (
        addresses.check_allowed_hosts(["share.example.com", ".example.com", "localhost", "[::1]", ".example.co.uk"])
        == []
    )


@pytest.mark.parametrize(
    ("mode", "told"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o644, True)]
)
def test_a_file_of_secrets_that_others_read_is_told_with_its_cure(tmp_path: Path, mode: int, told: bool) -> None:
    (tmp_path / ".env").write_text("SECRET_KEY=x")
    (tmp_path / ".env").chmod(mode)
    found = secrets.check_secret_files([str(tmp_path / ".env"), str(tmp_path / "none")])
    assert [message.id for message in found] == (["holdfast.W050"] if told else [])
    assert all(f"chmod 600 {tmp_path / '.env'}" in str(message.hint) for message in found)


@pytest.mark.parametrize(("token", "told"), [("", []), ("x" * 31, ["W095"]), ("x" * 32, [])])
def test_a_token_for_figures_that_could_be_guessed_is_told(token: str, told: list[str]) -> None:
    found = secrets.check_metrics_token(token)
    assert ids(found) == told
    assert "xxx" not in str(found)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", []),
        ("https://hc-ping.com/0b2f", []),
        ("http://monitor.internal:8000/ping/0b2f", []),
        ("file:///etc/passwd", ["E014"]),
        ("ftp://monitor.example/x", ["E014"]),
        ("https://user:password@monitor.example/x", ["E014"]),
        ("monitor.example", ["E014"]),
    ],
)
def test_the_monitor_is_asked_by_http_alone(url: str, told: list[str]) -> None:
    assert ids(alerts.check_monitor(url)) == told


def test_a_sites_own_templates_can_be_read_and_take_anothers_place(tmp_path: Path) -> None:
    assert ids(pages.check_templates("")) == []
    assert ids(pages.check_templates(str(tmp_path / "nowhere"))) == ["E081"]
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "incident.txt").write_text("{{ lead }}")
    (tmp_path / "mail" / "incidnet.txt").write_text("{{ lead }}")
    (tmp_path / "mail" / "link.txt").write_text("{% if %}")
    (template,) = site.TEMPLATES
    with override_settings(TEMPLATES=[{**template, "DIRS": [tmp_path, site.BASE_DIR / "templates"]}]):
        found = pages.check_templates(str(tmp_path))
    assert ids(found) == ["W081", "E082"]
    assert "mail/incidnet.txt" in found[0].msg
    assert "mail/link.txt" in found[1].msg


def test_the_environment_names_the_folder_of_templates(tmp_path: Path) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "link.txt").write_text("{% if %}")
    assert "E082" in list_all_reported(check({**PRODUCTION, "TEMPLATE_DIR": str(tmp_path)}))


def test_a_deployment_without_a_second_factor_is_told_how_to_require_one() -> None:
    (found,) = second_factor.check_second_factor([])
    assert (found.id, "SECOND_FACTOR_ROLES=superusers" in str(found.hint)) == ("holdfast.W060", True)
    assert second_factor.check_second_factor(["everyone"]) == []


def test_a_misspelt_role_is_an_error_and_not_a_role_that_requires_nothing(db: None) -> None:
    assert second_factor.check_role_names(["Everyone", "SUPERUSERS", "key keeper"]) == []
    (found,) = second_factor.check_role_names(["Manager", "Kee keeper"])
    assert found.id == "holdfast.E061"
    assert "Kee keeper" in found.msg
    assert "Manager" not in found.msg

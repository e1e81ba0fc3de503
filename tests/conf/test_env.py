from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from links.conf import env


@pytest.fixture(autouse=True)
def _no_name_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("THING", "THING_FILE", "OTHER"):
        monkeypatch.setenv(name, "")  # so that whatever a test sets is taken back
        monkeypatch.delenv(name)


def test_a_value_may_stand_in_a_file_of_its_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "thing").write_text(" two\nlines \r\n")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "thing"))
    assert env.text("THING") == " two\nlines "


def test_a_value_and_its_file_at_once_are_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("THING", "topsecret")
    monkeypatch.setenv("THING_FILE", str(tmp_path))
    with pytest.raises(ImproperlyConfigured, match="Keep one of them") as refused:
        env.text("THING")
    assert "topsecret" not in str(refused.value)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_named_by_its_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes | None
) -> None:
    if content:
        (tmp_path / "thing").write_bytes(content)
    monkeypatch.setenv("THING_FILE", str(tmp_path / "thing"))
    with pytest.raises(ImproperlyConfigured, match="THING_FILE"):
        env.text("THING")


def test_lists_are_separated_by_commas_or_line_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING", " a, b ,,\nc\n")
    assert env.words("THING") == ["a", "b", "c"]
    assert env.words("OTHER") == []


@pytest.mark.parametrize(("value", "read"), [("on", True), ("TRUE", True), ("1", True), ("no", False), ("", False)])
def test_a_flag_is_on_or_off(monkeypatch: pytest.MonkeyPatch, value: str, read: bool) -> None:
    monkeypatch.setenv("THING", value)
    assert env.flag("THING") is read


@pytest.mark.parametrize("value", ["maybe", "2", "нет"])
def test_a_flag_that_is_neither_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("THING", value)
    with pytest.raises(ImproperlyConfigured, match="Write on or off"):
        env.flag("THING")


@pytest.mark.parametrize(
    "value", ["hello", "mysql://u:topsecret@h/d", "foo://u:topsecret@h", "postgres://u:topsecret@h:port/d"]
)
def test_a_database_that_is_none_is_refused_without_its_password(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("THING", value)
    with pytest.raises(ImproperlyConfigured, match="THING") as refused:
        env.database("THING", "")
    assert "topsecret" not in str(refused.value)


def test_a_password_with_signs_of_its_own_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING", "postgres://u:a%2Fb%40c@h:5433/d")
    read = env.database("THING", "")
    assert (read["PASSWORD"], read["HOST"], read["PORT"], read["NAME"]) == ("a/b@c", "h", 5433, "d")


@pytest.mark.parametrize("value", ["hello", "smtp://u:topsecret@h:port", "pigeon://u:topsecret@h"])
def test_a_mail_server_that_is_none_is_refused_without_its_password(
    monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    monkeypatch.setenv("THING", value)
    with pytest.raises(ImproperlyConfigured, match="THING") as refused:
        env.mailer("THING", "")
    assert "topsecret" not in str(refused.value)


def test_a_mail_url_is_an_entry_of_mailers_with_the_options_of_its_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THING", "smtp+ssl://u:a%2Fb@mail.example.com:465")
    assert env.mailer("THING", "") == {
        "BACKEND": "links.channels.smtp.EmailBackend",
        "OPTIONS": {
            "host": "mail.example.com",
            "port": 465,
            "username": "u",
            "password": "a/b",
            "use_tls": False,
            "use_ssl": True,
        },
    }
    monkeypatch.setenv("THING", "filemail:////var/mail")
    assert env.mailer("THING", "")["OPTIONS"] == {"file_path": "/var/mail"}
    monkeypatch.setenv("THING", "consolemail://")
    assert env.mailer("THING", "")["OPTIONS"] == {}


def test_a_dotenv_gives_what_the_environment_does_not(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text('# words\n\n  \nexport THING="from the file"\nOTHER=a#b\n', encoding="utf-8-sig")
    monkeypatch.setenv("OTHER", "from the environment")
    env.load(tmp_path / ".env")
    assert (env.text("THING"), env.text("OTHER")) == ("from the file", "from the environment")


@pytest.mark.parametrize("line", ["THING = topsecret", "THING: topsecret", "topsecret", "1=topsecret; x"])
def test_a_dotenv_line_that_cannot_be_read_is_refused_by_its_number_alone(
    tmp_path: Path, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / ".env").write_text(f"# words\n{line}\n")
    with pytest.raises(ImproperlyConfigured, match="Line 2 of") as refused:
        env.load(tmp_path / ".env")
    assert "topsecret" not in str(refused.value) + caplog.text


def test_no_dotenv_is_nothing(tmp_path: Path) -> None:
    env.load(tmp_path / ".env")
    assert env.text("THING", "default") == "default"


def test_the_names_that_settings_read_are_known_without_running_them(tmp_path: Path) -> None:
    lines = [
        'A = env.text("A")',
        'B = [*env.words("B", ""), other.text("X")]',
        'env.load(HERE / ".env")',
        'env.flag("C")',
    ]
    (tmp_path / "settings.py").write_text("\n".join(lines))
    assert sorted(env.find_names(tmp_path / "settings.py")) == ["A", "B", "C"]

import pytest
from botocore.config import Config

from links.domain.credentials import KeyPair
from links.s3.sessions import _IsolatedSession, make_session


def test_a_session_knows_its_key_and_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "not-there")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "foreign")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "many")
    pair = KeyPair("AKIAIOSFODNN7EXAMPLE", "secret")
    client = make_session(pair.access_key_id, pair.secret).client(
        "sts", region_name="eu-central-1", endpoint_url="http://store.example", config=Config()
    )
    credentials = make_session(pair.access_key_id, pair.secret).get_credentials()
    assert client.meta.endpoint_url == "http://store.example"
    assert credentials is not None
    assert (credentials.access_key, credentials.token) == (pair.access_key_id, None)


def test_what_was_not_given_is_looked_for_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAOTHER")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "other")
    monkeypatch.setenv("AWS_BEARER_TOKEN_S3", "bearer")
    assert _IsolatedSession().get_credentials() is None
    assert _IsolatedSession().get_auth_token(signing_name="s3") is None  # type: ignore[call-arg]  # the stubs are older


def test_sessions_share_what_they_load_but_not_where_they_look() -> None:
    first, second = make_session("AKIA1", "secret"), make_session("AKIA2", "secret")
    first._loader.search_paths.append("/somewhere")
    assert "/somewhere" not in second._loader.search_paths
    assert not [path for path in second._loader.search_paths if ".aws" in path]

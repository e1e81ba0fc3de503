import pytest

from links.domain.credentials import (
    CallerKind,
    KeyState,
    check_caller,
    check_pair,
    is_long_lived_id,
    is_temporary_id,
    read_arn,
)
from links.domain.errors import KeyRefused

KEY_ID = "AKIAIOSFODNN7EXAMPLE"
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
TEMPORARY_ID = "ASIAIOSFODNN7EXAMPLE"


@pytest.mark.parametrize(
    ("arn", "kind"),
    [
        ("arn:aws:iam::123456789012:user/share", CallerKind.IAM_USER),
        ("arn:aws:iam::123456789012:user/team/eu/share", CallerKind.IAM_USER),
        ("arn:aws-cn:iam::123456789012:user/share", CallerKind.IAM_USER),
        ("arn:aws-us-gov:iam::123456789012:user/share", CallerKind.IAM_USER),
        ("arn:aws:iam::123456789012:root", CallerKind.ROOT),
        ("arn:aws:sts::123456789012:assumed-role/app/session", CallerKind.ROLE),
        ("arn:aws:sts::123456789012:federated-user/Bob", CallerKind.FEDERATED_USER),
    ],
)
def test_the_caller_is_told_by_its_arn(arn: str, kind: CallerKind) -> None:
    caller = read_arn(arn)
    assert (caller.kind, caller.account, caller.arn) == (kind, "123456789012", arn)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "arn",
        "arn:aws:iam::123456789012:user/",
        "arn:aws:iam::123456789012:role/share",
        "arn:aws:iam::123456789012:group/user/share",
        "arn:aws:sts::123456789012:user/share",
        "arn:aws:iam::12345:user/share",
        "arn:minio:iam::123456789012:user/share",
        "x arn:aws:iam::123456789012:user/share",
    ],
)
def test_whatever_is_not_known_is_never_taken_for_a_user(arn: str) -> None:
    assert read_arn(arn).kind is CallerKind.OTHER


def test_a_users_name_is_the_last_part_of_its_path_and_nobody_else_has_one() -> None:
    assert read_arn("arn:aws:iam::123456789012:user/team/eu/share").user_name == "share"
    assert read_arn("arn:aws:sts::123456789012:assumed-role/app/session").user_name == ""


@pytest.mark.parametrize(
    ("arn", "code"),
    [
        ("arn:aws:iam::123456789012:root", "key-of-root"),
        ("arn:aws:sts::123456789012:assumed-role/app/session", "key-of-role"),
        ("arn:aws:sts::123456789012:federated-user/Bob", "key-of-federated-user"),
        ("arn:aws:iam::123456789012:role/share", "key-of-stranger"),
    ],
)
def test_a_key_of_anybody_but_an_iam_user_is_refused(arn: str, code: str) -> None:
    with pytest.raises(KeyRefused) as caught:
        check_caller(read_arn(arn))
    assert (caught.value.code, caught.value.params) == (code, {"arn": arn})


def test_an_iam_users_key_passes() -> None:
    check_caller(read_arn("arn:aws:iam::123456789012:user/share"))


@pytest.mark.parametrize(
    ("access_key_id", "secret"),
    [
        (KEY_ID, SECRET),
        ("minioadmin", "minioadmin"),
        ("0001234567890abcdef0000001", "K001+slash/and=equals"),
        (KEY_ID, "a secret with blanks inside"),
    ],
)
def test_a_static_pair_passes_whatever_store_it_is_of(access_key_id: str, secret: str) -> None:
    check_pair(access_key_id, secret)
    check_pair(access_key_id, secret, token="")


@pytest.mark.parametrize(
    ("access_key_id", "secret", "token", "code"),
    [
        (KEY_ID, SECRET, "a-token", "key-token"),
        (TEMPORARY_ID, SECRET, "a-token", "key-token"),
        (None, SECRET, None, "key-id-empty"),
        ("", SECRET, None, "key-id-empty"),
        (" \t", SECRET, None, "key-id-empty"),
        (KEY_ID, None, None, "key-secret-empty"),
        (KEY_ID, "", None, "key-secret-empty"),
        (KEY_ID, "\n", None, "key-secret-empty"),
        (TEMPORARY_ID, SECRET, None, "key-temporary"),
        (TEMPORARY_ID.lower(), SECRET, None, "key-temporary"),
        (f" {TEMPORARY_ID}", SECRET, None, "key-temporary"),
        (f" {KEY_ID}", SECRET, None, "key-id-malformed"),
        (f"{KEY_ID}\n", SECRET, None, "key-id-malformed"),
        ("AKIA/2026", SECRET, None, "key-id-malformed"),
        ("ＡＫＩＡ", SECRET, None, "key-id-malformed"),
        ("ab", SECRET, None, "key-id-malformed"),
        (KEY_ID, f"{SECRET} ", None, "key-secret-malformed"),
        (KEY_ID, "sec\x00ret", None, "key-secret-malformed"),
    ],
)
def test_what_cannot_be_a_static_pair_is_refused_before_any_library_is_asked(
    access_key_id: str | None, secret: str | None, token: str | None, code: str
) -> None:
    with pytest.raises(KeyRefused) as caught:
        check_pair(access_key_id, secret, token)
    assert caught.value.code == code


@pytest.mark.parametrize("token", [None, "a-token-that-nobody-may-see"])
@pytest.mark.parametrize("access_key_id", [KEY_ID, TEMPORARY_ID, "", "AKIA/2026"])
def test_no_refusal_of_a_pair_repeats_its_secret_or_token(access_key_id: str, token: str | None) -> None:
    secret = "a-secret-that-nobody-may-see\x00"
    with pytest.raises(KeyRefused) as caught:
        check_pair(access_key_id, secret, token)
    assert "nobody-may-see" not in f"{caught.value} {caught.value!r}"


def test_the_prefix_tells_temporary_from_long_lived_ids_and_is_silent_on_other_stores() -> None:
    assert is_temporary_id(TEMPORARY_ID)
    assert not is_temporary_id(KEY_ID)
    assert is_long_lived_id(KEY_ID)
    assert not is_long_lived_id(TEMPORARY_ID)
    assert not is_temporary_id("minioadmin")
    assert not is_long_lived_id("minioadmin")


def test_only_proved_and_unproved_keys_sign() -> None:
    assert {state for state in KeyState if state.signs} == {KeyState.PROVED, KeyState.UNPROVED}


@pytest.mark.parametrize("access_key_id", ["AKIA", "akia", "AKIAIOSFODNN7EX", "abc"])
def test_at_aws_an_id_of_fewer_than_sixteen_characters_was_not_copied_whole(access_key_id: str) -> None:
    with pytest.raises(KeyRefused) as caught:
        check_pair(access_key_id, SECRET, at_aws=True)
    assert (caught.value.code, caught.value.params) == ("key-id-short", {"access_key_id": access_key_id})


def test_other_stores_have_short_ids_but_none_is_the_prefix_of_aws_alone() -> None:
    check_pair("abc", SECRET)
    check_pair("AKIAONE", SECRET)
    with pytest.raises(KeyRefused, match="key-id-short"):
        check_pair("AKIA", SECRET)
    check_pair(KEY_ID, SECRET, at_aws=True)

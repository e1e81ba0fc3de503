import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from links.admin.base import badges
from links.domain.link_state import LinkState
from links.domain.stores.answers import Answer, Trouble
from links.models import ShareLink, SigningKey
from links.services.pasted import doctor
from tests.domain.session_records import ACCOUNT, make_signed
from tests.fixtures import World
from tests.management.running import ROOT, Runner, run_alone

TOKEN = "IQoJb3JpZ2luX2VjEXAMPLETOKEN"
SIGNATURE = "0123456789abcdef" * 4


def sigv4(
    key_id: str = "AKIAIOSFODNN7EXAMPLE", token: str = "", host: str = "files.s3.eu-central-1.amazonaws.com"
) -> str:
    signed_at = datetime.now(UTC) - timedelta(hours=1)
    pairs = {
        "X-Amz-Algorithm": "AWS4-HMAC-SHA256",
        "X-Amz-Credential": f"{key_id}%2F{signed_at:%Y%m%d}%2Feu-central-1%2Fs3%2Faws4_request",
        "X-Amz-Date": f"{signed_at:%Y%m%dT%H%M%SZ}",
        "X-Amz-Expires": "604800",
        "X-Amz-SignedHeaders": "host",
        **({"X-Amz-Security-Token": token} if token else {}),
        "X-Amz-Signature": SIGNATURE,
    }
    return f"https://{host}/report.pdf?" + "&".join(f"{name}={value}" for name, value in pairs.items())


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What git has: no `.env`, no database, no file of anybody's."""
    folder = tmp_path_factory.mktemp("checkout")
    shutil.copy(ROOT / "manage.py", folder)
    for part in ("config", "links", "templates", "locale", "static"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def files_in(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if "__pycache__" not in path.parts}


def test_a_bare_checkout_is_enough_and_stays_as_it_was(checkout: Path) -> None:
    before = files_in(checkout)
    ran = run_alone("check_url", sigv4("ASIAIOSFODNN7EXAMPLE", TOKEN), "--json", cwd=checkout)
    assert (ran.code, ran.err) == (1, "")
    assert (ran.json["style"], ran.json["credential_kind"], ran.json["verdict"]) == ("sigv4", "temporary", "at_risk")
    assert [finding["code"] for finding in ran.json["findings"]] == ["temporary-credentials"]
    assert files_in(checkout) == before


def test_with_nothing_wrong_to_be_seen_it_says_what_that_means(checkout: Path) -> None:
    ran = run_alone("check_url", sigv4(), cwd=checkout)
    assert (ran.code, ran.err) == (0, "")
    assert "healthy: no problem found in the URL. Only the URL was read; --probe asks the store" in ran.out
    assert "AKIAIOSFODNN7EXAMPLE, not verified as an IAM user's key" in ran.out


def test_a_probe_needs_no_database_either(checkout: Path, world: World) -> None:
    url = world.s3.presigner(world.access, world.store).v4("report.pdf", expires=600)
    before = files_in(checkout)
    allowed = {"PROBE_ALLOWED_HOSTS": "127.0.0.1"}
    ran = run_alone("check_url", "-", "--probe", "--json", stdin=url, cwd=checkout, environment=allowed)
    assert (ran.code, ran.err, ran.json["verdict"]) == (0, "", "healthy")
    assert files_in(checkout) == before


def test_neither_signature_nor_token_is_ever_printed(run: Runner) -> None:
    for url in (sigv4("ASIAIOSFODNN7EXAMPLE", TOKEN), sigv4("AKIAIOSFODNN7EXAMPLE", TOKEN)):
        for arguments in ((url,), (url, "--json"), (url, "--json", "--bad"), (url[6:],), (url, "--probe", "-v", "3")):
            ran = run("check_url", *arguments)
            assert TOKEN not in ran.out + ran.err
            assert SIGNATURE not in ran.out + ran.err


def test_json_holds_what_was_promised(run: Runner) -> None:
    told = run("check_url", sigv4(), "--json").json
    assert list(told) == [
        "style",
        "signer",
        "access_key_id",
        "credential_kind",
        "signed_at",
        "expires_at",
        "forecast",
        "verdict",
        "answer",
        "findings",
        "cautions",
        "probably",
        "link",
        "repairs",
        "unchecked",
    ]
    assert told["signed_at"].endswith("Z")
    lifetime = datetime.fromisoformat(told["expires_at"]) - datetime.fromisoformat(told["signed_at"])
    assert lifetime == timedelta(days=7)


@pytest.mark.parametrize(
    ("url", "style", "key_id", "kind"),
    [
        (
            "https://b.s3.amazonaws.com/k?AWSAccessKeyId=AKIAX&Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=4102444800",
            "sigv2",
            "AKIAX",
            "unproved",
        ),
        ("https://d1.cloudfront.net/k?Expires=4102444800&Signature=x&Key-Pair-Id=K1", "cloudfront", "K1", None),
        ("https://example.com/k", "unsigned", None, None),
        ("https://storage.googleapis.com/b/k?X-Goog-Signature=00&X-Goog-Credential=a", "other", None, None),
    ],
)
def test_every_style_is_named(run: Runner, url: str, style: str, key_id: str | None, kind: str | None) -> None:
    told = run("check_url", url, "--json").json
    assert (told["style"], told["access_key_id"], told["credential_kind"]) == (style, key_id, kind)
    assert run("check_url", url).out.startswith("Signed by")


def test_only_a_key_that_was_proved_here_is_an_iam_users(run: Runner, world: World) -> None:
    url = world.s3.presigner(world.access, world.store).v4("report.pdf", expires=600)
    assert run("check_url", url, "--json").json["credential_kind"] == "iam-user-key"
    SigningKey.objects.update(state="pending")
    assert run("check_url", url, "--json").json["credential_kind"] == "unproved"


def test_people_read_the_true_end_beside_the_stated_one(run: Runner) -> None:
    out = run("check_url", sigv4("ASIAIOSFODNN7EXAMPLE", TOKEN)).out
    assert "UTC at the latest, although the URL says " in out
    assert "What to do: " in out


def test_a_signature_that_ends_before_the_promise_is_a_finding(run: Runner) -> None:
    until = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    ran = run("check_url", sigv4(), "--promised-until", until, "--json")
    assert ran.code == 1
    assert [finding["code"] for finding in ran.json["findings"]] == ["signature-ends-early"]
    assert ran.json["findings"][0]["fails_at"] == ran.json["expires_at"]


def test_a_promise_that_is_over_is_no_finding(run: Runner) -> None:
    ran = run("check_url", sigv4(), "--promised-until", "2020-01-01", "--json")
    assert (ran.code, ran.json["verdict"]) == (0, "ended")


def test_a_probe_tells_what_the_store_answers(run: Runner, world: World) -> None:
    url = world.s3.presigner(world.access, world.store).v4("report.pdf", expires=600)
    assert run("check_url", url, "--probe").code == 0
    world.s3.delete_key(world.access.id)
    ran = run("check_url", url, "--probe", "--json")
    assert (ran.code, ran.json["verdict"]) == (1, "broken")
    assert [finding["code"] for finding in ran.json["findings"]] == ["key-unknown"]


def test_a_host_that_may_not_be_asked_is_unknown_and_the_cure_says_how_to_allow_it(run: Runner) -> None:
    ran = run("check_url", sigv4(host="files.example.net"), "--probe")
    assert ran.code == 1
    assert "Verdict     unknown. Nobody was asked" in ran.out
    assert "PROBE_ALLOWED_HOSTS" in ran.out


@pytest.mark.parametrize(
    "url", ["hello", "", "https://", "ftp://example.com/a", "https://user:password@example.com/", "https://[::1/"]
)
def test_what_is_no_url_is_an_unusable_argument_in_one_line(run: Runner, url: str) -> None:
    ran = run("check_url", url)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "password@" not in ran.err


@pytest.mark.parametrize("moment", ["tomorrow", "2026-13-01", "0001-01-01T00:00:00+23:00", ""])
def test_what_is_no_time_is_an_unusable_argument_in_one_line(run: Runner, moment: str) -> None:
    ran = run("check_url", sigv4(), "--promised-until", moment)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_anything_but_one_url_on_standard_input_is_unusable(run: Runner) -> None:
    for stdin in ("", "\n", f"{sigv4()}\n{sigv4()}\n"):
        assert run("check_url", "-", stdin=stdin).code == 2
    assert run("check_url", "-", "--json", stdin=f"{sigv4()}\r\n").code == 0


def test_what_mail_did_to_a_url_is_undone_and_said(run: Runner) -> None:
    url = sigv4()
    mangled = f"<{url[:76]}\n{url[76:]}>".replace("&", "&amp;")
    for arguments, stdin in (((mangled,), ""), (("-",), f"{mangled}\n")):
        ran = run("check_url", *arguments, "--json", stdin=stdin)
        assert (ran.code, ran.json["verdict"]) == (0, "healthy")
        assert ran.json["repairs"] == ["line-breaks", "surroundings", "html-entities"]
    assert "Repaired    It was broken into several lines. They were joined." in run("check_url", mangled).out
    assert run("check_url", url, "--json").json["repairs"] == []


def test_what_is_recognised_but_not_judged_is_said_to_be(run: Runner) -> None:
    out = run("check_url", "https://storage.googleapis.com/b/k?X-Goog-Signature=00&X-Goog-Credential=a").out
    assert "Signature   Google Cloud Storage signed URL, version 4" in out
    assert "But         Google signs such URLs by rules of its own" in out


def test_what_stands_in_a_url_cannot_move_the_cursor(run: Runner) -> None:
    url = sigv4(key_id="%1B%5B2J%0AAKIA").replace("report.pdf", "%FF%0A%1B")
    ran = run("check_url", url)
    assert "\x1b" not in ran.out
    assert ran.code == 1


def test_a_stable_link_of_this_site_is_named_and_its_token_is_not(run: Runner, world: World) -> None:
    new_link = world.create_link()
    for more in ((), ("--probe",)):
        ran = run("check_url", new_link.url, *more)
        assert f"Ours        link {new_link.link.pk}:" in ran.out
        assert new_link.url.rpartition("/")[2] not in ran.out
        assert (ran.code, "--probe asks" in ran.out) == (1, False)
        assert f"unknown. This is link {new_link.link.pk} of this site, not validated yet" in ran.out
    assert run("check_url", new_link.url, "--json").json["link"] == new_link.link.pk


def test_how_a_link_of_this_site_fares_is_what_its_last_validation_found(run: Runner, world: World) -> None:
    new_link = world.create_link()
    links = ShareLink.objects.filter(pk=new_link.link.pk)
    links.update(verdict="healthy", validated_at=datetime(2026, 5, 1, tzinfo=UTC))
    for more in ((), ("--probe",)):
        ran = run("check_url", new_link.url, *more)
        assert (ran.code, ran.err) == (0, "")
        assert f"healthy. This is link {new_link.link.pk} of this site, validated 1 May 2026" in ran.out
        assert "promised until " in ran.out
        assert "What to do" not in ran.out
    links.update(verdict="broken")
    ran = run("check_url", new_link.url, "--json")
    assert (ran.code, ran.json["verdict"]) == (1, "broken")
    links.update(verdict="healthy", revoked_at=datetime(2026, 5, 2, tzinfo=UTC))
    ran = run("check_url", new_link.url)
    assert (ran.code, "Verdict     revoked." in ran.out) == (1, True)


@pytest.mark.parametrize(
    ("fields", "state", "code"),
    [
        ({"verdict": "broken", "revoked_at": datetime(2026, 5, 2, tzinfo=UTC)}, "revoked", 1),
        ({"verdict": "at_risk", "rescued_by": 0}, "rescued", 1),
        ({"verdict": "broken", "promised_until": datetime(2026, 5, 2, tzinfo=UTC)}, "ended", 0),
        ({"verdict": "healthy", "download_limit": 2, "visit_count": 2}, "used_up", 0),
        ({"verdict": ""}, "new", 1),
        ({"verdict": "ended"}, "new", 1),
        *(({"verdict": verdict}, verdict, int(verdict != "healthy")) for verdict in ("healthy", "at_risk", "broken")),
        ({"verdict": "unknown"}, "unknown", 1),
    ],
)
def test_the_command_and_the_admin_say_the_same_state(
    run: Runner, world: World, admin_client: Client, fields: dict[str, object], state: str, code: int
) -> None:
    new_link = world.create_link()
    if "rescued_by" in fields:
        fields = {**fields, "rescued_by": world.create_link().link}
    ShareLink.objects.filter(pk=new_link.link.pk).update(**fields)
    ran = run("check_url", new_link.url, "--json")
    assert (ran.code, ran.json["verdict"]) == (code, state)
    assert f"Verdict     {state.replace('_', ' ')}" in run("check_url", new_link.url).out
    word = badges.of_link(LinkState(state)).word
    doctor = admin_client.post("/admin/links/doctor/", {"url": new_link.url}).content.decode()
    page = admin_client.get(f"/admin/links/sharelink/{new_link.link.pk}/change/").content.decode()
    found = admin_client.get(f"/admin/links/sharelink/?state={state}").context["cl"].result_list
    assert new_link.link.pk in {link.pk for link in found}
    for shown in (doctor, page):
        assert f"</span>{word}</span>" in shown


def test_empty_standard_input_is_called_empty(run: Runner) -> None:
    for stdin in ("", "\n"):
        ran = run("check_url", "-", stdin=stdin)
        assert (ran.code, ran.err) == (2, "Standard input is empty. Put the URL there.\n")


def test_a_single_check_does_not_promise_to_try_again_by_itself(run: Runner, world: World) -> None:
    url = world.s3.presigner(world.access, world.store).v4("report.pdf", expires=600)
    world.s3.stop()
    ran = run("check_url", url, "--probe")
    assert ran.code == 1
    assert "accepts no connection" in ran.out
    assert "by itself" not in ran.out
    assert "then ask again" in ran.out


def test_a_url_that_no_store_ever_took_has_no_end_that_it_works_until(run: Runner) -> None:
    url = sigv4().replace("X-Amz-Expires=604800", "X-Amz-Expires=2592000")
    assert "Ends        Never worked" in run("check_url", url).out
    assert run("check_url", url, "--json").json["forecast"] == {"kind": "never-worked", "at": None}


def test_the_stores_own_words_are_told_and_which_findings_are_certain(run: Runner, world: World) -> None:
    signed = world.s3.presigner(world.access, world.store)
    told = run("check_url", signed.v4("not-there.pdf", expires=600), "--probe", "--json").json
    assert (told["answer"]["status"], told["answer"]["code"]) == (404, "NoSuchKey")
    assert (told["answer"]["written_in"], told["signer"]) == ("xml", "sigv4")
    assert [(each["code"], each["certain"]) for each in told["findings"]] == [("object-missing", True)]
    changed = signed.v4("report.pdf", expires=600).replace("report.pdf", "other.pdf")
    ran = run("check_url", changed, "--probe", "--json")
    assert [(each["code"], each["certain"]) for each in ran.json["findings"]] == [("signature-mismatch", False)]
    assert changed.rpartition("=")[2] not in ran.out
    assert "signature-mismatch (not certain)" in run("check_url", changed, "--probe").out
    assert run("check_url", changed, "--json").json["answer"] is None


def test_what_a_session_token_tells_is_said_as_probable_and_nothing_of_it_shown(run: Runner) -> None:
    began_at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=30)
    token = make_signed(began_at)
    url = sigv4("ASIAY34FZKBOKMUTVV7A", quote(token, safe="")).replace("eu-central-1", "us-west-2")
    told, text = run("check_url", url, "--json"), run("check_url", url)
    assert told.json["probably"] == {
        "account": None,
        "session_began_at": f"{began_at:%Y-%m-%dT%H:%M:%SZ}",
        "session_region": "us-west-2",
    }
    assert "The session that signed it probably began on" in text.out
    assert "in the region us-west-2." in text.out
    assert "probably be by" in text.out
    for shown in (told.out, text.out):
        assert token[:40] not in shown
        assert ACCOUNT not in shown
    assert run("check_url", sigv4("AKIAY34FZKBOKMUTVV7A"), "--json").json["probably"]["account"] == "609629065308"


def test_what_the_url_itself_shows_is_not_said_to_be_unknown(run: Runner) -> None:
    ran = run("check_url", sigv4().replace("604800", "691200"))
    assert "Verdict     broken: by what the URL contains, it cannot work. The store was not asked" in ran.out


def test_a_host_that_nobody_knows_was_not_asked(run: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    unresolved = Answer(trouble=Trouble.UNRESOLVED, asked_at=datetime.now(UTC))
    monkeypatch.setattr(doctor, "probe", lambda *_given, **_named: unresolved)
    ran = run("check_url", sigv4(), "--probe")
    assert "No store was found under the URL's host" in ran.out
    assert "The store was asked" not in ran.out


def test_a_url_without_a_signature_is_not_said_to_have_one(run: Runner) -> None:
    ran = run("check_url", "http://files.internal/s/abc")
    assert "can only be reached from within its own network" in ran.out
    assert "break the signature" not in ran.out

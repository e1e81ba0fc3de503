from datetime import datetime, timedelta

from django.contrib.auth.models import User
from django.test.utils import override_settings

from links.models import Bucket, Customer, ShareLink
from links.services.visits import clicks
from tests.fixtures import CONTENT, World, fetch
from tests.management.running import Runner


def test_a_stable_link_works_and_is_printed_with_its_promise(run: Runner, world: World) -> None:
    ran = run("create_link", "files", "report.pdf", "--lifetime", "30d", "--json")
    assert ran.code == 0
    assert set(ran.json) == {"id", "url", "delivery", "promised_until", "promise"}
    link = ShareLink.objects.get(pk=ran.json["id"])
    assert ran.json["delivery"] == "stable"
    assert datetime.fromisoformat(ran.json["promised_until"]) == link.promised_until
    assert link.promised_until - link.created_at == timedelta(days=30)
    assert "signed again at each click" in ran.json["promise"]
    followed = clicks.follow(ran.json["url"].rpartition("/")[2], now=world.clock())
    assert fetch(followed.url) == CONTENT


def test_times_are_printed_in_utc(run: Runner, world: World) -> None:
    with override_settings(TIME_ZONE="Asia/Tokyo"):
        ran = run("create_link", "files", "report.pdf", "--lifetime", "2027-12-24", "--json")
        people = run("create_link", "files", "report.pdf", "--lifetime", "2027-12-24")
    assert ran.json["promised_until"] == "2027-12-24T14:59:59Z"
    assert "24 December 2027, 14:59 UTC" in people.out


def test_a_presigned_link_is_the_stores_own_url(run: Runner, world: World) -> None:
    arguments = ("--lifetime", "7 days", "--delivery", "presigned", "--filename", "見積書.pdf", "--note", "for A")
    ran = run("create_link", "files", "report.pdf", *arguments, "--json")
    assert ran.code == 0
    assert ran.json["url"].startswith(world.s3.url)
    assert fetch(ran.json["url"]) == CONTENT
    link = ShareLink.objects.get()
    assert (link.filename, link.note) == ("見積書.pdf", "for A")


def test_people_read_the_url_alone_in_the_first_line(run: Runner, world: World) -> None:
    first, promise, *_ = run("create_link", "files", "report.pdf", "--lifetime", "30d").out.splitlines()
    assert first.startswith("http://holdfast.test/s/")
    assert promise.startswith("Promised until ")


def test_without_redis_a_link_is_made_all_the_same_and_nothing_is_complained_of(run: Runner, world: World) -> None:
    ran = run("create_link", "files", "report.pdf", "--lifetime", "30d")
    assert (ran.code, ran.err) == (0, "")
    assert ShareLink.objects.get().due_at is not None


def test_verbosity_2_shows_the_log(run: Runner, world: World, caplog: object) -> None:
    ran = run("create_link", "files", "report.pdf", "--lifetime", "30d", "--verbosity", "2")
    assert ran.code == 0
    assert "queue not reached" in ran.err + getattr(caplog, "text", "")


def test_a_presigned_link_past_seven_days_is_refused_in_one_line(run: Runner, world: World) -> None:
    ran = run("create_link", "files", "report.pdf", "--lifetime", "8d", "--delivery", "presigned")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert "stable" in ran.err
    assert not ShareLink.objects.exists()


def test_an_object_that_is_not_there_is_refused(run: Runner, world: World) -> None:
    ran = run("create_link", "files", "nothing.pdf", "--lifetime", "30d")
    assert ran.code == 1
    assert "nothing.pdf" in ran.err


def test_a_refused_link_leaves_no_new_customer_behind(run: Runner, world: World) -> None:
    User.objects.create_superuser("mika", "mika@example.com")
    made = ("create_link", "files", "report.pdf", "--lifetime", "30d", "--customer", "Ogata Ltd.", "--owner", "mika")
    for refused in (("--remind-days", "60"), ("--slug", "report"), ("--delivery", "presigned")):
        assert run(*made, *refused).code == 1
        assert not Customer.objects.exists()
    assert run(*made).code == 0
    assert ShareLink.objects.get().customer == Customer.objects.get(name="Ogata Ltd.")


def test_a_store_that_does_not_answer_is_no_traceback(run: Runner, world: World) -> None:
    world.s3.stop()
    ran = run("create_link", "files", "report.pdf", "--lifetime", "30d")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1


def test_a_lifetime_that_cannot_be_read_is_an_unusable_argument(run: Runner, world: World) -> None:
    for lifetime in ("soon", "3m"):
        ran = run("create_link", "files", "report.pdf", "--lifetime", lifetime)
        assert (ran.code, ran.err.count("\n")) == (2, 1)


def test_a_bucket_that_does_not_exist_is_an_unusable_argument(run: Runner, world: World) -> None:
    assert run("create_link", "fils", "report.pdf", "--lifetime", "30d").code == 2


def test_of_two_buckets_with_one_name_the_endpoint_tells(run: Runner, world: World) -> None:
    other_store = "https://s3.example.com"
    Bucket.objects.create(
        name="files", key=world.key, endpoint=other_store, region="us-east-1", created_at=world.clock()
    )
    arguments = ("create_link", "files", "report.pdf", "--lifetime", "30d")
    assert run(*arguments).code == 2
    assert run(*arguments, "--endpoint", world.s3.url).code == 0
    assert ShareLink.objects.get().bucket == world.bucket


def test_an_object_key_with_signs_of_its_own_is_taken_as_it_is(run: Runner, world: World) -> None:
    key = "-a b/100%+&?#'\"\n見積書.pdf"
    world.store.put(key, CONTENT)
    ran = run("create_link", "--lifetime", "1 hour", "--delivery", "presigned", "--json", "--", "files", key)
    assert ran.code == 0, ran.err
    assert fetch(ran.json["url"]) == CONTENT


def test_a_lifetime_that_begins_with_a_minus_is_refused_in_words(run: Runner, world: World) -> None:
    ran = run("create_link", "files", "report.pdf", "--lifetime", "-5d")
    assert ran.code == 2
    assert "one that begins with - is given with =, as in --option=-value" in ran.err
    ran = run("create_link", "files", "report.pdf", "--lifetime=-5d")
    assert (ran.code, ran.out) == (2, "")
    assert "expected one argument" not in ran.err


REMIND = ("create_link", "files", "report.pdf", "--lifetime", "30d", "--remind-days", "3")


def test_a_reminder_that_nobody_would_read_is_refused_before_anything_is_made(run: Runner, world: World) -> None:
    User.objects.create_superuser("mika", "")
    for owner in ((), ("--owner", "mika")):
        ran = run(*REMIND, *owner)
        assert ran.code == 2
        assert "--owner" in ran.err
        assert "ALERT_MAILS" in ran.err
    assert not ShareLink.objects.exists()


def test_the_command_says_who_is_written_to_about_the_link(run: Runner, world: World) -> None:
    User.objects.create_superuser("mika", "mika@example.com")
    assert "told of customers' requests" not in run(*REMIND, "--owner", "mika").out
    assert "Nobody is told of customers' requests" in run(*REMIND[:5]).out
    with override_settings(HOLDFAST={"ALERT_MAILS": ["ops@example.com"]}):
        assert "go to the alert addresses" in run(*REMIND).out
    assert ShareLink.objects.filter(remind_at__isnull=False).count() == 2

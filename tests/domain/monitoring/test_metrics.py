from links.domain.monitoring.metrics import LAST_BUCKET, Timed

TIMED = Timed("seconds", "", (0.1, 1.0))


def test_a_time_falls_into_the_bucket_that_ends_at_it_or_above() -> None:
    assert [TIMED.find_bucket(seconds) for seconds in (0.0, 0.1, 0.5, 9.0)] == ["0.1", "0.1", "1.0", LAST_BUCKET]


def test_each_bucket_tells_what_is_below_it_too() -> None:
    assert TIMED.add_up({"0.1": 2, LAST_BUCKET: 1}) == [("0.1", 2), ("1.0", 2), (LAST_BUCKET, 3)]

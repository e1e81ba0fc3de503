"""What the fuzzer once found, and text made up anew: no reader fails, and none takes long or much memory."""

import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzzing.readers import MAX_LENGTH, READERS, feed, list_corpus
from tests.timing import find_slowness, untraced

SECONDS = 1.0
MAX_BYTES = 50 * 1024 * 1024
KEPT = [(name, path) for name in READERS for path in list_corpus(name)]


@pytest.mark.parametrize(("name", "path"), KEPT, ids=[f"{name} {path.name}" for name, path in KEPT])
def test_what_a_fuzzer_found_is_read_or_refused(name: str, path: Path) -> None:
    data = path.read_bytes()
    began = time.thread_time()
    with untraced():
        feed(name, data)
    assert time.thread_time() - began < SECONDS * find_slowness(time.thread_time, attempts=1)


@pytest.mark.parametrize("name", READERS)
def test_many_times_what_was_found_takes_little_memory(name: str) -> None:
    tracemalloc.start()
    try:
        for path in list_corpus(name):
            feed(name, (path.read_bytes() * (MAX_LENGTH // max(path.stat().st_size, 1) + 1))[:MAX_LENGTH])
        assert tracemalloc.get_traced_memory()[1] < MAX_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=40)
@given(data=st.data())
def test_text_that_is_cut_and_joined_is_read_or_refused(name: str, data: st.DataObject) -> None:
    kept = [path.read_bytes() for path in list_corpus(name)]
    one, other = data.draw(st.sampled_from(kept)), data.draw(st.sampled_from(kept))
    at, to = data.draw(st.integers(0, len(one))), data.draw(st.integers(0, len(other)))
    feed(name, one[:at] + data.draw(st.binary(max_size=8)) + other[to:])


def test_each_reader_has_a_corpus_that_is_small() -> None:
    assert all(len(list_corpus(name)) >= 3 for name in READERS)
    assert sum(path.stat().st_size for _, path in KEPT) < 200_000

"""Whether the time to read a text grows faster than the text."""

import gc
import time
import urllib.parse
from collections.abc import Callable, Iterable
from contextlib import suppress

from links.domain.errors import HoldfastError
from tests.growth.shapes import SHAPES, Shape
from tests.timing import find_slowness, untraced

SIZES = tuple(2**power for power in range(9, 17))  # 512 characters to 64 K
MEASURABLE_SECONDS = 0.005
MAX_GROWTH = 3.0  # at a doubling: linear is 2, quadratic 4
MAX_SECONDS = 0.5  # for 64 K: a reader holds the interpreter for everybody; on a slow machine, as much longer
ATTEMPTS, MOST_ATTEMPTS = 5, 20  # as many at least; more only while it seems too much

Reader = Callable[[str], object]

WHAT_TO_DO = """
It reads text that strangers write, and takes far longer for text that is only a little longer. Cut the text to what
can be meant before anything looks at it, and look at each character a fixed number of times: no pattern that may begin
anywhere and then runs on (`\\S*x`, `[a-z]+:`, `a.*b`), no slice or count of the whole inside a loop.
"""


def find_growth(read: Reader, shapes: Iterable[Shape] = SHAPES, *, measurable: float = MEASURABLE_SECONDS) -> list[str]:
    """The shapes on which a reader needs more than three times as long for twice the text, each with its figures.

    What takes less than `measurable` seconds is not judged."""
    return [told for shape in shapes if (told := _judge(read, shape, measurable))]


def _judge(read: Reader, shape: Shape, measurable: float) -> str:
    before, shorter = _time(read, shape.write(SIZES[0])), SIZES[0]
    for size in SIZES[1:]:
        took = _time(read, shape.write(size))
        if _is_too_much(took, before, measurable):  # or the machine was busy, or is slow: the best of many tells
            pairs = list[tuple[float, float]]()
            while len(pairs) < ATTEMPTS or (len(pairs) < MOST_ATTEMPTS and _is_too_much(took, before, measurable)):
                pairs.append((_time(read, shape.write(shorter)), _time(read, shape.write(size))))
                before, took = map(min, zip(*pairs, strict=True))
            if _is_too_much(took, before, measurable) and _is_too_much(
                took, before, measurable, slowness=find_slowness(time.thread_time)
            ):
                return f"{shape}: {before * 1000:.1f} ms for {shorter} characters, {took * 1000:.1f} ms for {size}"
        before, shorter = took, size
    return ""


def _is_too_much(took: float, before: float, measurable: float, *, slowness: float = 1) -> bool:
    return took > MAX_SECONDS * slowness or (took > measurable * slowness and took > MAX_GROWTH * before)


def _time(read: Reader, text: str) -> float:
    """Seconds of this thread's processor time. A refusal is as good an answer as any; another error is none."""
    urllib.parse.urlsplit.cache_clear()  # type: ignore[attr-defined]  # it remembers what it has split
    gc.disable()  # what others left is not this reader's
    begun = time.thread_time()
    try:
        with untraced(), suppress(HoldfastError):
            read(text)
    finally:
        took = time.thread_time() - begun
        gc.enable()
    return took

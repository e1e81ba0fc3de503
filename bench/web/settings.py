"""The product's settings with the benchmarks' own addresses beside the product's."""

import os

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.web.urls"
if os.environ.get("BENCH_BARE"):  # a bare Django view, to compare with
    MIDDLEWARE = []

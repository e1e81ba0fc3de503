"""Benchmarks: `make bench`. They are run and read, never asserted on; what they found stands in RESULTS.md."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

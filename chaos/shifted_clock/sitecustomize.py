"""Python imports this before anything else, where its folder is in PYTHONPATH: the process's clock is wrong by
`CLOCK_AHEAD` seconds. What passes on it passes as ever."""

import os
from datetime import UTC, datetime, timedelta

import time_machine

ahead = timedelta(seconds=float(os.environ["CLOCK_AHEAD"]))
time_machine.travel(datetime.now(UTC) + ahead, tick=True).start()

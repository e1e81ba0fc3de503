"""In a process that is watched by strace, and in a network namespace without a network: every hostile host through
every entrance, then rounds of rebinding. `python -m security.dialling SEED ROUNDS`; it prints its counts as JSON.
"""

from __future__ import annotations

import json
import random
import socket
import sys
from collections import Counter
from contextlib import suppress

from security.play import playing

CONTROL = ("192.0.2.77", 4242)
"""Connected to by this process itself, so that it is seen that what connects is seen."""
BROKER = "192.0.2.78"
"""Where the settings say that Redis is; nobody else is told this address."""


def main(seed: int, size: float) -> None:
    with playing("dialling", seed, size) as play:
        play.set_up_site(PROBE_ALLOWED_HOSTS="", REDIS_URL=f"redis://{BROKER}/0")
        from tests.dialling.entrances import ENTRANCES, enter
        from tests.dialling.hostile_addresses import HOSTS, REBINDING
        from tests.dialling.resolving import RebindingResolver, resolve, resolving

        with suppress(OSError):
            socket.create_connection(CONTROL, timeout=1).close()
        counts = Counter[str]()
        hosts = HOSTS[:: max(round(1 / size), 1)]
        with resolving(resolve):
            for entrance in ENTRANCES.values():
                for host in hosts:
                    enter(entrance, host)
                    counts["entered"] += 1
        rebinding = RebindingResolver(random.Random(seed))
        with resolving(rebinding):
            for number in range(play.scale(1000)):
                entrance = list(ENTRANCES.values())[number % len(ENTRANCES)]
                enter(entrance, f"{number}.{REBINDING}")
                counts["rounds"] += 1
        counts["lookups"] = rebinding.asked
        print(json.dumps({"hosts": len(hosts), "entrances": len(ENTRANCES), **counts}))


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))

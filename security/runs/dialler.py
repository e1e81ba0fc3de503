"""Hostile hosts and names that change their mind, through every entrance; what is connected to, the kernel tells."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from links.lib.network import Reach, judge_address
from security.dialling import BROKER, CONTROL
from security.play import ROOT, Measured, NotPlayed, Play, require_tool

TARGET = "300 hostile hosts through every entrance, 1,000 rounds of rebinding: 0 connections to a forbidden address"

_CONNECT = re.compile(
    r"connect\(\d+<(?P<kind>TCP|UDP)[^>]*>.*?sin6?_port=htons\((?P<port>\d+)\).*?"
    r'(?:inet_addr\("(?P<v4>[^"]+)"\)|inet_pton\(AF_INET6, "(?P<v6>[^"]+)")'
)


def run(play: Play) -> Measured:
    """strace writes down every connect of the process and of its children; the network namespace, which `unshare`
    makes, has no network, so that nothing leaves this machine where a public address is connected to."""
    trace = play.folder / "connects"
    command = [require_tool("unshare"), "-rn", require_tool("strace"), "-f", "-qq", "-yy", "-e", "trace=connect"]
    command += ["-e", "signal=none", "-o", str(trace), sys.executable, "-m", "security.dialling"]
    command += [str(play.rng.randrange(1_000_000)), str(play.size)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if "Operation not permitted" in done.stderr and not trace.exists():
        raise NotPlayed("it needs to make a network namespace (unshare -rn), or root")
    if done.returncode:
        return Measured("", (f"its process failed: {done.stderr.strip()[-300:]}",))
    counts = json.loads(done.stdout.splitlines()[-1])
    connected = read_connects(trace)
    control = connected.pop(CONTROL[0], 0)
    connected.pop(BROKER, None)
    forbidden = {address: times for address, times in connected.items() if judge_address(address) is not Reach.PUBLIC}
    broken = [f"connected to {address}, {times} times" for address, times in sorted(forbidden.items())]
    if not control or not connected:
        broken.append("strace saw nothing of what was certainly connected to")
    return Measured(
        f"{counts['hosts']} hosts through {counts['entrances']} entrances, {counts['rounds']} rounds of rebinding "
        f"({counts['lookups']} lookups): {sum(connected.values())} connections, {len(forbidden)} forbidden",
        tuple(broken),
    )


def read_connects(trace: Path) -> Counter[str]:
    """How often each address was connected to. A datagram's "connection" to port 0 is how the C library sorts
    addresses, and sends nothing."""
    found = (_CONNECT.search(line) for line in trace.read_text().splitlines())
    return Counter(
        match["v4"] or match["v6"] for match in found if match and (match["kind"] == "TCP" or match["port"] != "0")
    )

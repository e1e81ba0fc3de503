"""For how long the URL is signed that a click leads to."""

# Below two minutes clock skew begins to kill URLs; above five a leaked one is worth something.
CLICK_SECONDS = 180


def is_too_short(lifetime: int | None, wanted: int) -> bool:
    """Whether a URL that was signed for `lifetime` seconds may have been too old for its store when it came there, now
    that clicks are signed for `wanted` seconds: the store's clock is further ahead of ours than was known before."""
    return wanted - (lifetime or 0) >= CLICK_SECONDS // 3

"""The ways in which an object of the scenario `poison_links` kills whoever judges it, and how it is called."""

HOWS = ("abort", "loop", "memory", "recursion")


def name_object(how: str) -> str:
    return f"poison-{how}.pdf"

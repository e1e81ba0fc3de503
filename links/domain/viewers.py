"""Who looks at what there is. Whoever may see everything is named, never left out."""

from typing import TypeVar, final


@final
class Operator:
    """Whoever runs commands on the server: sees everything, and is no row of anybody's."""

    pk = None


OPERATOR = Operator()
Person = TypeVar("Person")


def find_person(who: Person | Operator) -> Person | None:
    """What a row keeps of who did something: nobody, where it was the operator."""
    return None if isinstance(who, Operator) else who

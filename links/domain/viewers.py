"""Who looks at what there is. Whoever may see everything is named, never left out."""

from typing import final


@final
class Operator:
    """Whoever runs commands on the server: sees everything, and is no row of anybody's."""

    pk = None


OPERATOR = Operator()

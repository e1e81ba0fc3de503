"""Pages that somebody who is signed in was refused, and operations of the API that their token was."""

from datetime import datetime, timedelta

from django.contrib.auth.models import User

from links.domain.audit.acts import Act
from links.domain.visits.throttling import Limit
from links.services import throttle
from links.services.audit.recording import record_if_possible
from links.services.throttle import Key

LIMIT = Limit(1, timedelta(minutes=1))
MAX_PAGE_LENGTH = 200  # characters


def record_refused_page(person: User, view: str, page: str, method: str, now: datetime) -> None:
    """At most once a minute for a person and a view, whatever the numbers in the address: nobody fills the trail by
    it. `page` is the path alone: what stands in a query may be anything."""
    if throttle.take(Key("refused page", (person.pk, view)), LIMIT, now):
        record_if_possible(Act.PAGE_REFUSED, after={"page": page[:MAX_PAGE_LENGTH], "method": method[:10]})

"""In whose name a customer is written to, and who can be written to at all."""

from django.contrib.auth.models import User

from links.channels.mail import Sender
from links.conf import site
from links.models import LinkMail
from links.models.people.accounts import list_accounts
from links.texts.formatting import plain
from links.texts.people import full_name

PRODUCT = "Holdfast"  # BRAND_NAME where a site has set none: no company to write in the name of


def reaches_by_mail(person: User | None) -> bool:
    return person is not None and person.is_active and bool(person.email)


def name_company() -> str:
    """The company whose site this is; "" where it has given no name."""
    return "" if site.BRAND_NAME == PRODUCT else site.BRAND_NAME


def find_granter(link_mail: LinkMail) -> Sender:
    """Whoever granted more time, by their full name, since customers read no account's; a reply goes to the link's
    owner. Where there is none of one of them, the other stands in."""
    granter = list_accounts().filter(pk=link_mail.params.get("granted_by")).first()
    people = [person for person in (granter, link_mail.link.owner) if person]
    name = next((name for person in people if (name := full_name(person))), "")
    reply_to = next((person.email for person in reversed(people) if reaches_by_mail(person)), "")
    return Sender(plain(name, 80), reply_to)

"""Letters: mails about one link to one person. Writing one is a row; it is delivered later, at least once."""

from datetime import datetime

from django.conf import settings

from links.domain.letters import LetterKind
from links.models import Letter, Reader, ShareLink


def write_to_owner(link: ShareLink, kind: LetterKind, now: datetime, **params: object) -> Letter | None:
    """Write to whoever made the link, in the language and zone in which they read; None where no mail would arrive."""
    if link.owner is None or not link.owner.email or not link.owner.is_active:
        return None
    reader = Reader.objects.filter(user=link.owner).first()
    language, zone = (reader.language, reader.zone) if reader else (settings.LANGUAGE_CODE, "")
    return write_to(link.owner.email, link, kind, now, language=language, zone=zone, **params)


def write_to(
    mail: str, link: ShareLink, kind: LetterKind, now: datetime, *, language: str, zone: str = "", **params: object
) -> Letter:
    """`params` are plain values for JSON, never a URL; `zone` "" is the site's own."""
    return Letter.objects.create(
        link=link, kind=kind.value, to=mail, language=language, zone=zone, params=params, created_at=now, due_at=now
    )

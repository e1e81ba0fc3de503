"""Of two incidents that are open about one store's outage the older one stays, with the harms of both."""

from typing import Any

from django.db import migrations, models
from django.db.models import Count, Min, Q

OUTAGE = ['store-overloaded', 'unreachable']


def join_outages(apps: Any, schema_editor: Any) -> None:  # noqa: ARG001  Django's order of arguments
    incident = apps.get_model('links', 'Incident')
    is_open = incident.objects.filter(resolved_at=None, code__in=OUTAGE)
    twice = is_open.order_by().values('subject').annotate(count=Count('pk'), first=Min('pk')).filter(count__gt=1)
    for subject, first in list(twice.values_list('subject', 'first')):
        kept = incident.objects.get(pk=first)
        for other in is_open.filter(subject=subject).exclude(pk=first):
            _join(apps, kept, other)


def _join(apps: Any, kept: Any, other: Any) -> None:
    harms, known = apps.get_model('links', 'Harm').objects, kept.harms.values('link')
    present = list(other.harms.filter(over_at=None).values_list('link', flat=True))
    harms.filter(incident=kept, link__in=present).update(over_at=None)
    harms.filter(incident=other).exclude(link__in=list(known.values_list('link', flat=True))).update(incident=kept)
    harms.filter(incident=other, over_at=None).update(over_at=other.changed_at)
    other.notices.filter(delivered_at=None, given_up_at=None).delete()
    other.resolved_at = other.changed_at
    other.save(update_fields=['resolved_at'])
    kept.link_count = harms.filter(incident=kept, over_at=None).count()
    kept.save(update_fields=['link_count'])


class Migration(migrations.Migration):

    dependencies = [
        ('links', '0009_limited_links'),
    ]

    operations = [
        migrations.RunPython(join_outages, migrations.RunPython.noop, elidable=True),
        migrations.AddConstraint(
            model_name='incident',
            constraint=models.UniqueConstraint(condition=models.Q(('code__in', OUTAGE), ('resolved_at__isnull', True)), fields=('subject',), name='incident_outage_once'),
        ),
    ]

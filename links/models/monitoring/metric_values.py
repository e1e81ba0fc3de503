"""What all processes together have counted."""

from collections.abc import Mapping

from django.db import connection, models, transaction


class MetricValue(models.Model):
    """One number for those who watch the site: of a metric and the value of its label, or a bucket of a histogram."""

    metric = models.CharField(max_length=60)
    label = models.CharField(max_length=40)
    value = models.FloatField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["metric", "label"], name="metric_value_once")]

    def __str__(self) -> str:
        return f"{self.metric} {self.label}: {self.value:g}"

    @staticmethod
    def add(counts: Mapping[tuple[str, str], float]) -> None:
        """Add what a process has counted, by metric and label. In one order, so that two processes never wait for each
        other's rows."""
        rows = [(metric, label, value) for (metric, label), value in sorted(counts.items())]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.executemany(_ADD, rows)

    @staticmethod
    def replace(metric: str, values: Mapping[str, float]) -> None:
        """Write what was counted anew."""
        MetricValue.objects.bulk_create(
            [MetricValue(metric=metric, label=label, value=value) for label, value in sorted(values.items())],
            update_conflicts=True,
            unique_fields=["metric", "label"],
            update_fields=["value"],
        )


_ADD = """
    INSERT INTO links_metricvalue (metric, label, value) VALUES (%s, %s, %s)
    ON CONFLICT (metric, label) DO UPDATE SET value = links_metricvalue.value + excluded.value"""

from django.apps import AppConfig


class StorageChecksConfig(AppConfig):
    """Among INSTALLED_APPS of any project, "links.storage" checks how its storages sign. It needs nothing else."""

    name = "links.storage"
    label = "holdfast_storage"

    def ready(self) -> None:
        from links.storage import checks  # noqa: F401, PLC0415  registers them

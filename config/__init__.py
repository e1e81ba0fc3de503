"""The project around the app. Celery's application is loaded with it, so that tasks find their broker."""

from .celery import app as celery_app

__all__ = ["celery_app"]

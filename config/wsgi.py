import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

application = get_wsgi_application()

from links.database import limits  # noqa: E402  reads the settings

limits.use(limits.WEB)

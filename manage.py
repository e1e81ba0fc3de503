#!/usr/bin/env python
"""The way to every command: `python manage.py help`."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.db import OperationalError

from links.management.command_line import CommandLine

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        CommandLine(sys.argv).execute()
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"The database cannot be asked: {str(error).strip()}. Check DATABASE_URL, and run: manage.py migrate")

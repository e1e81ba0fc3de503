#!/usr/bin/env python
"""The way to every command: `python manage.py help`."""

import os
import sys

from config.command import say_errors
from links.management.command_line import CommandLine

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    say_errors(lambda: CommandLine(sys.argv).execute())

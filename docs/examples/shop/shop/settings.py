"""A shop that has nothing to do with Holdfast, but that its documents' links shall work for a year."""

import os
from pathlib import Path
from urllib.parse import urlsplit

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = os.environ["SHOP_SECRET_KEY"]
ALLOWED_HOSTS = ["shop.example.com"]
AUTH_USER_MODEL = "shop.Account"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("fr", "Français")]
ROOT_URLCONF = "shop.urls"
STATIC_URL = "static/"

INSTALLED_APPS = [
    "shop",
    "links",
    "links.admin.apps.HoldfastAdminConfig",  # in the place of django.contrib.admin
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "rest_framework",
]
SESSION_ENGINE = "links.models.people.sessions"  # staff see and end their own sessions
MIDDLEWARE = [
    "links.public.middleware.proxies.ProxyHeaders",
    "links.public.middleware.security_headers.SecurityHeaders",
    "links.public.middleware.caching.NeverStore",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "links.public.middleware.outages.DatabaseOutage",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "links.public.middleware.zones.ReaderZone",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "links.public.middleware.audit_source.AuditSource",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "links.public.branding.brand",
                "links.admin.watch.watch",
            ]
        },
    }
]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {"default-src": ["'self'"], "img-src": ["'self'", "data:"], "form-action": ["'self'"]}
}

_database = urlsplit(os.environ["SHOP_DATABASE_URL"])
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": _database.path.removeprefix("/"),
        "USER": _database.username,
        "PASSWORD": _database.password,
        "HOST": _database.hostname,
        "PORT": _database.port,
    }
}

HOLDFAST = {
    "BASE_URL": "https://shop.example.com",
    "ENCRYPTION_KEYS": os.environ["SHOP_ENCRYPTION_KEY"],
    "PROBE_ALLOWED_HOSTS": os.environ.get("SHOP_S3_HOSTS", ""),
    "BRAND_NAME": "Example Shop",
}
STORAGES = {
    "default": {
        "BACKEND": "links.storage.StableLinkStorage",
        "OPTIONS": {
            "access_key": os.environ["SHOP_S3_KEY_ID"],
            "secret_key": os.environ["SHOP_S3_SECRET"],
            "bucket_name": "shop-files",
            "endpoint_url": os.environ.get("SHOP_S3_ENDPOINT"),
            "lifetime": "1 year",
        },
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
REST_FRAMEWORK = {"DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"], "UNAUTHENTICATED_USER": None}

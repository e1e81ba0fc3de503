"""The one settings file. Everything that differs between places is read from the environment."""

from datetime import timedelta
from urllib.parse import urlsplit

import django
import structlog
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from structlog.typing import Processor

from links.conf import env, values

from . import log_records, logs, places

BASE_DIR = places.CODE
SITE_DIR = places.find_site(env.text("HOLDFAST_HOME"))
env.load(SITE_DIR / ".env")

# From the environment -------------------------------------------------------------------------------------------

DEBUG = env.flag("DEBUG")
SECRET_KEY = env.text("SECRET_KEY")
REDIS_URL = env.text("REDIS_URL", "redis://127.0.0.1:6379/0")
TEMPLATE_DIR = env.text("TEMPLATE_DIR")
LOG_FORMAT = values.choice("lines", "json")("LOG_FORMAT", env.text("LOG_FORMAT", "lines"))

# Our own settings, by the names in links/conf. What does not stand here is read from the environment.
HOLDFAST: dict[str, object] = {}

_site = urlsplit(env.site("BASE_URL"))
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", _site.hostname or "")
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"] if _site.netloc else []

# The application ------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "links.apps.LinksConfig",
    "links.admin.apps.HoldfastAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
]
MIDDLEWARE = [
    # Who asks, and by which scheme, has to be known before anybody decides by it.
    "links.public.middleware.proxies.ProxyHeaders",
    "links.public.middleware.request_ids.RequestId",
    # Outside of whatever answers by itself.
    "links.public.middleware.security_headers.SecurityHeaders",
    "links.public.middleware.caching.NeverStore",
    # What machines ask, by an address that is no host of the site's, and by http.
    "links.public.middleware.monitoring.Monitoring",
    "links.api.middleware.ApiRequests",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # Whatever needs the database comes after it.
    "links.public.middleware.outages.DatabaseOutage",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "links.public.middleware.zones.ReaderZone",
    "django.middleware.common.CommonMiddleware",
    "links.public.middleware.visible_text.VisibleText",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "links.public.middleware.audit_source.AuditSource",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = f"{__package__}.urls"
WSGI_APPLICATION = f"{__package__}.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # A site's own templates come first; the product's own stay last: links.texts.mail.templates falls back to them.
        "DIRS": [*([TEMPLATE_DIR] if TEMPLATE_DIR else []), places.PRODUCT / "templates"],
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

DATABASES = {"default": env.database("DATABASE_URL", f"sqlite:///{SITE_DIR / 'holdfast.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if "sqlite" in str(DATABASES["default"]["ENGINE"]):
    DATABASES["default"]["ENGINE"] = "links.database.sqlite3"
    # A relative path means the same file wherever a command is started.
    if DATABASES["default"]["NAME"] != ":memory:":
        DATABASES["default"]["NAME"] = str(SITE_DIR / str(DATABASES["default"]["NAME"]))
    # To open the file anew takes longer than all that a click reads and writes in it.
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    # Writers queue instead of failing, and readers never wait for them.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["ENGINE"] = "links.database.postgresql"
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # A host that drops packets must not hang a command, least of all check_url. In seconds; the last in milliseconds.
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": 5,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "tcp_user_timeout": 30_000,
        # What is prepared (links.database.prepared) is so at once; the ORM's statements never are.
        "prepare_threshold": 0,
        **DATABASES["default"].get("OPTIONS", {}),
    }

# One alone looks at a password: each would hash it, and be a way past our page and its limits.
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]

# What was hashed by the others is hashed anew when its owner signs in.
PASSWORD_HASHERS = [
    f"django.contrib.auth.hashers.{name}"
    for name in ("Argon2PasswordHasher", "PBKDF2PasswordHasher", "PBKDF2SHA1PasswordHasher", "ScryptPasswordHasher")
]
# Length and not being common is what counts; no rule asks for digits or signs (NIST SP 800-63B, 3.1.1.2).
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": name, "OPTIONS": options}
    for name, options in (
        ("django.contrib.auth.password_validation.UserAttributeSimilarityValidator", {}),
        ("django.contrib.auth.password_validation.MinimumLengthValidator", {"min_length": 12}),
        ("django.contrib.auth.password_validation.CommonPasswordValidator", {}),
        ("links.forms.people.password_validation.GuessablePasswordValidator", {"min_length": 12}),
    )
]

STATIC_URL = "static/"
STATIC_ROOT = SITE_DIR / "staticfiles"
STATICFILES_DIRS = [] if places.IS_INSTALLED else [places.PRODUCT / "static"]  # the application's are found anyway
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("ja", _("Japanese"))]
LOCALE_PATHS = [places.PRODUCT / "locale"]
TIME_ZONE = env.zone("TIME_ZONE", "UTC")
USE_TZ = True

MAILERS = {"default": env.mailer("EMAIL_URL", "consolemail://")}
if django.VERSION < (6, 1):  # which reads MAILERS; before, each option is a setting, for whatever sends mail but us
    _options = MAILERS["default"]["OPTIONS"]
    EMAIL_BACKEND = MAILERS["default"]["BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _options.get("host", "localhost"), _options.get("port", 25)
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _options.get("username", ""), _options.get("password", "")
    EMAIL_USE_TLS, EMAIL_USE_SSL = _options.get("use_tls", False), _options.get("use_ssl", False)
    EMAIL_FILE_PATH = _options.get("file_path")
DEFAULT_FROM_EMAIL = env.text("FROM_MAIL", f"holdfast@{_site.hostname or 'localhost'}")

# Security -------------------------------------------------------------------------------------------------------

_https = _site.scheme == "https"
SECURE_SSL_REDIRECT = _https
SECURE_REDIRECT_EXEMPT = [r"^health$"]  # asked by load balancers, from inside and over http
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _https
# `__Host-`: no other host of the same domain, and no plain http, can set it. Browsers take it under https alone.
_host = "__Host-" if _https else ""
SESSION_COOKIE_NAME = f"{_host}sessionid"
CSRF_COOKIE_NAME = f"{_host}csrftoken"
LANGUAGE_COOKIE_NAME = f"{_host}django_language"
MESSAGE_STORAGE = "links.admin.base.message_cookies.MessageStorage"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True  # scripts take the token from the page's forms
LANGUAGE_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "links.models.people.sessions"
SESSION_COOKIE_AGE = 12 * 3600  # seconds from signing in, however busy somebody is
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DEFAULT_EXCEPTION_REPORTER = f"{__package__}.debug_pages.QuietReporter"
DEFAULT_EXCEPTION_REPORTER_FILTER = f"{__package__}.debug_pages.HiddenValues"
# A thousand URLs of temporary credentials, pasted at once, have some 2,500 characters each.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5_000_000
# No form takes a file, and nobody else's is written to the disk.
FILE_UPLOAD_HANDLERS = ["links.public.uploads.NoFiles"]
# Preloading a domain cannot be undone for months: that is for its owner to decide, not for a default.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# Work in the background -----------------------------------------------------------------------------------------
# The database is the truth and Redis only tells of it: no results, no arguments but ids, every task may run twice.

CELERY_BROKER_URL = REDIS_URL
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# For tasks that hold no lease; links.tasks derives the others from their leases.
CELERY_TASK_TIME_LIMIT = 240
CELERY_TASK_SOFT_TIME_LIMIT = 210
# A child that has grown beyond this is replaced after its task; config.celery bounds it while the task runs.
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 400_000  # KiB
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
# Whoever can write to Redis could else end every worker with one message.
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
# However long Redis is away, and whatever it answers (no disk, no memory, a replica), a worker comes back to it.
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_CHANNEL_ERROR_RETRY = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
    "socket_keepalive": True,
    "health_check_interval": 30,
}
CELERY_BEAT_SCHEDULER = f"{__package__}.beat.Scheduler"  # whose clock may be set
CELERY_BEAT_SCHEDULE = {
    name: {
        "task": f"links.tasks.{name}",
        # No tick expires: by the clock of a worker that is ahead of beat's, each would have done so before it came.
        # Whatever is late finds its rows taken, and costs a query.
        "schedule": timedelta(seconds=seconds),
    }
    for name, seconds in {
        "validate_due_links": 5,
        "deliver_notices": 5,
        "deliver_link_mails": 30,
        "deliver_webhooks": 5,
        "remind_of_endings": 60,
        "prove_due_keys": 60,
        "read_due_configurations": 60,
        "watch_clocks": 60,
        "ping_monitor": 60,
        "maintain_audit_trail": 60,
        "count_links": 300,
        "delete_expired": 3600,
    }.items()
}

# Logging --------------------------------------------------------------------------------------------------------


_SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    *([structlog.stdlib.add_logger_name] if LOG_FORMAT == "json" else []),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
    logs.scrub if LOG_FORMAT == "lines" else logs.scrub_for_json,
]
_RENDERER: Processor = (
    structlog.dev.ConsoleRenderer(colors=False, pad_event_to=24, pad_level=False)
    if LOG_FORMAT == "lines"
    else structlog.processors.JSONRenderer(default=logs.clean_text)
)
structlog.configure(
    processors=[*_SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
log_records.install()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _SHARED,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _RENDERER,
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        # Every line goes one way: Django's own handlers, which print what they get, and the servers' go.
        **{name: {"level": "INFO", "propagate": True} for name in ("django", "django.server", "granian.access")},
        # Their INFO and DEBUG lines carry URLs, headers and signatures.
        **{
            name: {"level": "WARNING"}
            for name in ("botocore", "boto3", "urllib3", "s3transfer", "apprise", "fido2", "celery.redirected")
        },
    },
}

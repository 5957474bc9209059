"""Settings, all from the environment (docs/operations.md lists every variable)."""

import os
import sys
from pathlib import Path

import dj_database_url

from .environment import env_bool, env_list, secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(os.environ.get("LINEAGE_DATA_DIR") or BASE_DIR / "data")
LINEAGE_LOCAL = env_bool("LINEAGE_LOCAL")
DEBUG = env_bool("DEBUG")
SECRET_KEY = secret_key(DATA_DIR, make=LINEAGE_LOCAL or DEBUG)

LOOPBACK = ["127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS = env_list("ALLOWED_HOSTS", LOOPBACK)
CSRF_TRUSTED_ORIGINS = env_list("CSRF_TRUSTED_ORIGINS", [])
# A console that other machines reach is served over HTTPS, unless its administrator says otherwise.
HTTPS = env_bool("LINEAGE_HTTPS", not (LINEAGE_LOCAL or DEBUG) and not set(ALLOWED_HOSTS) <= set(LOOPBACK))

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_filters",
    "rest_framework",
    "drf_spectacular",
    "lineage_console",
    "clouds",
    "lineage",
    "ingestion",
    "catalogue",
    "impact",
    "compat.marquez",
    "datasets",
    "models_registry",
    "workloads",
    "runs",
]
ROOT_URLCONF = "lineage_console.urls"
WSGI_APPLICATION = "lineage_console.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CSRF_FAILURE_VIEW = "lineage_console.errors.form_too_old"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "datasets:list"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

# Events pass none of them (ingestion/door.py).
MIDDLEWARE = [
    "lineage_console.middleware.ContentSecurityPolicy",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "clouds.middleware.ViewerMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "lineage_console.middleware.FormsOnly",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{DATA_DIR / 'lineage.sqlite3'}", conn_max_age=None
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATA_DIR.mkdir(parents=True, exist_ok=True)
    # A file, not memory: tests with several writers and with a server of their own share it.
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # A page that many groups write goes to the database's own file once for 40 MB of them: by default it went there
        # with nearly every group, and waited for the disk each time.
        "init_command": (
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
            " PRAGMA wal_autocheckpoint=10000;"
        ),
    }
else:
    # Arrays of parameters travel in binary form, which client-side binding cannot do (docs/decisions/0003).
    # An index is read from an SSD or from memory: with PostgreSQL's default, made for disks, it walks whole tables
    # where a node has many edges.
    DATABASES["default"].setdefault("OPTIONS", {})["server_side_binding"] = True
    DATABASES["default"]["OPTIONS"].setdefault("options", "-c random_page_cost=1.1")
    # Only what asks for it is prepared (lineage/upsert.py). None, Django's default, forbids even that.
    DATABASES["default"]["OPTIONS"].setdefault("prepare_threshold", 10**9)

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
# Collected files are served compressed under hashed names. Without `collectstatic`, and on a developer's machine
# where files change, they come from where they are written.
COLLECTED = not (LINEAGE_LOCAL or DEBUG) and (BASE_DIR / "staticfiles/staticfiles.json").exists()
COLLECTED = COLLECTED or "collectstatic" in sys.argv
STATIC_ROOT = BASE_DIR / "staticfiles" if COLLECTED else None
WHITENOISE_USE_FINDERS = not COLLECTED
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if COLLECTED
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}

SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
# A client that posts to the wrong scheme must not be answered with a redirect, nor a probe inside the cluster.
SECURE_REDIRECT_EXEMPT = [r"^api/v1/", r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env_bool("LINEAGE_TRUST_PROXY") else None
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'"
)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "clouds.authentication.KeyAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "URL_FORMAT_OVERRIDE": None,
    "DEFAULT_PARSER_CLASSES": [
        "clouds.parsers.JSONParser",
        "rest_framework.parsers.FormParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "lineage.problems.handler",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Lineage Console",
    "DESCRIPTION": "Lineage of datasets, models and workloads, taken from OpenLineage events.",
    "VERSION": "1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "ingestion.openapi.describe"],
}

LOG_LEVEL = os.environ.get("LINEAGE_LOG_LEVEL", "INFO").upper()
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # A client's mistake is answered to the client; it is no line in our log.
        "django.request": {"level": "ERROR"},
    },
}

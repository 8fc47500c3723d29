"""Settings for every environment; what differs between them is read from the environment.

``.env.example`` lists every variable. A variable without a default here is required:
a missing secret stops the process at start instead of at the first visitor.
"""

from datetime import timedelta
from pathlib import Path

import django_include_bootstrap
import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

SECRET_KEY = env("SECRET_KEY")
IDENTITY_KEYS = env.list("IDENTITY_KEYS")
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
SITE_URL = env("SITE_URL").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    # First: the models of the others have their texts in two languages when they get ready.
    "modeltrans",
    "mig_site",
    "signups",
    "matching",
    "spotlights",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.forms",
    "axes",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_tasks_db",
    "simple_history",
    "timezone_field",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mig_site.caching.CompressTextMiddleware",
    "mig_site.caching.PrivateByDefaultMiddleware",
    "csp.middleware.CSPMiddleware",
    "mig_site.middleware.RefuseNulMiddleware",
    "mig_site.middleware.RefuseOtherCharsetsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "mig_site.languages.LanguageMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mig_site.middleware.SecondFactorMiddleware",
    "axes.middleware.AxesMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "mig_site.urls"
WSGI_APPLICATION = "mig_site.wsgi.application"

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
                "mig_site.context_processors.site",
                # After Django's own messages, which it leaves out of pages for everybody.
                "mig_site.context_processors.public_pages",
                "mig_site.context_processors.rooms",
                "mig_site.context_processors.languages",
            ],
        },
    },
    {
        # Letters are plain text: without escaping, and from a folder of their own so that
        # no page can be rendered this way.
        "NAME": "plaintext",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates" / "emails"],
        "OPTIONS": {"autoescape": False},
    },
]

# Widgets are found among our templates too; see templates/django/forms.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": env.db("DATABASE_URL")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["NAME"] = str(BASE_DIR / DATABASES["default"]["NAME"])
    DATABASES["default"]["OPTIONS"] = {
        # A transaction that reads and then writes takes the write lock at once: it waits its
        # turn instead of failing half-way when the worker writes at the same time.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # A server that does not answer is noticed in seconds, by /healthz and by the worker.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

vars().update(env.email("EMAIL_URL"))
EMAIL_TIMEOUT = 20
# These names come from env.email() above, where ruff cannot see them.
if EMAIL_BACKEND == "django.core.mail.backends.filebased.EmailBackend":  # noqa: F821
    EMAIL_BACKEND = "mig_site.email.ConsoleAndFolderBackend"
    EMAIL_FILE_PATH = str(BASE_DIR / EMAIL_FILE_PATH)  # noqa: F821
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="committee@example.org")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# The first language has plain addresses; every other one is the first part of its addresses.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("es", "Español")]
LOCALE_PATHS = [BASE_DIR / "mig_site" / "locale"]
FORMAT_MODULE_PATH = "mig_site.formats"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / env("STATIC_ROOT", default="var/static")
STATICFILES_DIRS = [
    BASE_DIR / "static",
    # Bootstrap's own files as PyPI has them. The package's templates are of no use here, so it
    # is not an installed app.
    ("vendor/bootstrap", Path(django_include_bootstrap.__file__).parent / "static"),
]
# Pictures that everybody may see, under random names; served by the site itself.
MEDIA_ROOT = BASE_DIR / env("MEDIA_ROOT", default="var/media")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
    "public": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT, "base_url": None},
    },
    # What applicants hand in: served by a view that asks who may read it, and by nothing else.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": BASE_DIR / env("FILES_ROOT", default="var/files"),
            "base_url": None,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
}
MAX_FILE_MB = env.int("MAX_FILE_MB", default=5)
# More than any form takes: of a larger file nothing is kept but its size, to say so.
LARGEST_UPLOAD_MB = max(MAX_FILE_MB, 25)
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "mig_site.large_uploads.CutOffHandler",
]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "png", "jpg", "webp", "gz", "br", "woff2"]

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

LOGIN_URL = "admin:login"
AUTHENTICATION_BACKENDS = [
    # Refuses who has guessed too often, before a password is looked at.
    "axes.backends.AxesStandaloneBackend",
    "mig_site.logging_in.CommitteeBackend",
]

# Whether chairs, stewards and superusers need a code of an app beside their password.
match env.str("REQUIRE_SECOND_FACTOR", default="off").lower():
    case "on" | "off" as required:
        REQUIRE_SECOND_FACTOR = required == "on"
    case _:
        # A slip would leave open what someone meant to close.
        raise ImproperlyConfigured("REQUIRE_SECOND_FACTOR is on or off.")
OTP_TOTP_ISSUER = "Library Mentoring"

# A name is locked only in the place from where it was guessed: nobody can lock a chair out of
# every place, and tries while it is locked do not make it last longer.
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "mig_site.logging_in.place_of"
AXES_LOCKOUT_CALLABLE = "mig_site.logging_in.locked_out"
# Who logged in when and from where is not kept.
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # Bootstrap draws its icons as data: images from its style sheet.
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# A chair who decides on a whole run sends one field for each pair.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = not DEBUG
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 0 if DEBUG else env.int("HSTS_SECONDS", default=31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
if env.bool("BEHIND_TLS_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# How many proxies in front of the site add to X-Forwarded-For; that many entries, counted from
# its end, are true. Everything before them anyone can write.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
# Whether nobody is held up for doing something too often: for drills from one machine.
WITHOUT_LIMITS = env.bool("WITHOUT_LIMITS", default=False)
MIN_SECONDS_TO_FILL = 5

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "filters": {"without_tokens": {"()": "mig_site.logs.WithoutTokens"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["without_tokens"],
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    # The worker asks the queue every second, and every login is counted; only what goes wrong
    # there is news.
    "loggers": {"django_tasks_db": {"level": "WARNING"}, "axes": {"level": "WARNING"}},
}

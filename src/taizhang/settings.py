"""The one settings file. Everything an office may set comes from the environment; a wrong value stops with advice."""

import secrets
import sys
import tempfile
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from taizhang import sqlite_library

sqlite_library.use_newest()

env = environ.Env()


def _kept_secret(path: Path) -> str:
    """A secret made once and kept in a file only its owner can read."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii").strip()


TESTING = "pytest" in sys.modules
HOME = Path(env.str("TAIZHANG_HOME", default=tempfile.mkdtemp(prefix="taizhang-test-") if TESTING else "taizhang-data")).resolve()
KEYS = Path(env.str("TAIZHANG_KEYS", default=str(HOME / "keys"))).resolve()
DATABASE_URL = env.str("TAIZHANG_DATABASE_URL", default=f"sqlite:///{HOME / 'taizhang.sqlite3'}")
SECRET_KEY = env.str("TAIZHANG_SECRET_KEY", default="") or ("test" * 16 if TESTING else _kept_secret(KEYS / "web.key"))
DEBUG = env.bool("TAIZHANG_DEBUG", default=False)
ALLOWED_HOSTS = env.list("TAIZHANG_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
HTTPS = env.bool("TAIZHANG_HTTPS", default=False)

if not DATABASE_URL.startswith(("sqlite:", "postgres")):
    raise ImproperlyConfigured("TAIZHANG_DATABASE_URL must start with sqlite:/// or postgresql://")

DATABASES = {"default": env.db_url_config(DATABASE_URL)}
if DATABASE_URL.startswith("sqlite:"):
    DATABASES["default"] |= {
        "ENGINE": "taizhang.journal.sqlite",
        "CONN_MAX_AGE": 60,  # opening a connection reads the whole schema: a fifth of a list page
        "TEST": {"NAME": str(HOME / "test.sqlite3")},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": f"PRAGMA journal_mode={sqlite_library.journal_mode()};PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
            "PRAGMA recursive_triggers=ON;PRAGMA mmap_size=0;PRAGMA cache_size=-65536;PRAGMA temp_store=MEMORY;",
        },
    }
else:
    _asked = DATABASES["default"].get("OPTIONS", {})
    DATABASES["default"] |= {
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # compiling a wide statement costs seconds (a roll-over: 4.4 of 17), a list page's needs none of it
        "OPTIONS": {**_asked, "options": f"-c jit=off {_asked.get('options', '')}".strip()},
    }

INSTALLED_APPS = [
    "taizhang.journal",
    "taizhang.places",
    "taizhang.accounts",
    "taizhang.households",
    "taizhang.support",
    "taizhang.villages",
    "taizhang.intake",
    "taizhang.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_tasks",
    "django_tasks_db",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "taizhang.web.door.DoorMiddleware",
]
ROOT_URLCONF = "taizhang.web.urls"
WSGI_APPLICATION = "taizhang.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [Path(__file__).parent / "web" / "templates"],
        "OPTIONS": {"environment": "taizhang.web.jinja.environment", "context_processors": ["taizhang.web.shell.shell"]},
    },
]

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
OTP_TOTP_ISSUER = "台账"  # what an account is called on the telephone
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "desk"
SESSION_IDLE_SECONDS = env.int("TAIZHANG_IDLE_MINUTES", default=30) * 60
SESSION_ABSOLUTE_SECONDS = env.int("TAIZHANG_SESSION_HOURS", default=12) * 3600
SESSION_COOKIE_AGE = SESSION_ABSOLUTE_SECONDS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "taizhang.web.errors.unsafe_form"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True
DEFAULT_AUTO_FIELD = "taizhang.journal.fields.RowNumber"

STATIC_URL = "/static/"
STATICFILES_DIRS = [Path(__file__).parent / "web" / "static"]
STATIC_ROOT = HOME / "static"
if TESTING:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": HOME / "files"}},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
UPLOAD_BYTES = env.int("TAIZHANG_UPLOAD_MEGABYTES", default=100) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

TASKS = {
    "default": {
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend" if TESTING else "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env.str("TAIZHANG_LOG_LEVEL", default="WARNING")},
}

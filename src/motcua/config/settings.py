"""One settings file, read from the environment with typed helpers; every variable is in docs/reference/settings.md."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from motcua import __version__
from motcua.config import embedded

BASE_DIR = Path(__file__).resolve().parents[1]
CHECKOUT = BASE_DIR.parents[1]
HOME = embedded.home()


def env_text(name: str, default: str = "") -> str:
    """A text from the environment."""
    return os.environ.get(name, default)


def env_flag(name: str, *, default: bool) -> bool:
    """A yes or no from the environment: 1/0, true/false, yes/no."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text not in {"1", "0", "true", "false", "yes", "no"}:
        raise ValueError(f"{name} must be 1 or 0, true or false, yes or no; it is {text!r}")
    return text in {"1", "true", "yes"}


def database(url: str) -> dict[str, object]:
    """A `postgresql://user:password@host:port/name?option=…` address as Django's settings."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgresql", "postgres"}:
        raise ValueError(f"DATABASE_URL must begin with postgresql://; it begins with {parts.scheme!r}")
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or query.pop("port", "")),
        "OPTIONS": query,
    }


# A site on the embedded database is for trying out, and lets one sign in as the cast; one with a server of its own is not,
# unless it says so.
DEVELOPMENT = env_flag("MOTCUA_DEVELOPMENT", default=not env_text("DATABASE_URL"))
DEBUG = env_flag("MOTCUA_DEBUG", default=False)
VERSION = __version__


def _secret_key() -> str:
    """MOTCUA_SECRET_KEY, else a key made once and kept in the home folder, readable by its owner only."""
    if key := env_text("MOTCUA_SECRET_KEY"):
        return key
    file = HOME / "secret-key"
    if not file.exists():
        HOME.mkdir(parents=True, exist_ok=True)
        try:
            with open(
                os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii"
            ) as new:
                new.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass
    return file.read_text(encoding="ascii")


SECRET_KEY = _secret_key()
ALLOWED_HOSTS = env_text("MOTCUA_HOSTS", "localhost 127.0.0.1 [::1] testserver").split()
CSRF_TRUSTED_ORIGINS = env_text("MOTCUA_ORIGINS").split()

# The role we connect as: the application may not change events or messages, only the owner may migrate.
ROLE = env_text("MOTCUA_ROLE", "application")
EMBEDDED = None if env_text("DATABASE_URL") else embedded.Embedded(HOME)
if EMBEDDED is None:
    _app_url = env_text("DATABASE_URL")
    _default = database(env_text("DATABASE_OWNER_URL", _app_url) if ROLE == "owner" else _app_url)
    APPLICATION_ROLE = str(database(_app_url)["USER"])
else:
    _default = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": embedded.DATABASE,
        "USER": embedded.OWNER if ROLE == "owner" else embedded.APPLICATION,
        "HOST": str(EMBEDDED.socket),
        "PORT": "5432",
        "OPTIONS": {},
    }
    APPLICATION_ROLE = embedded.APPLICATION
DATABASES = {"default": {**_default, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "motcua.people",
    "motcua.exchange",
    "motcua.casework",
    "motcua.procedures",
    "motcua.declarations",
    "motcua.dossiers",
    "motcua.nsw",
    "motcua.manifest",
    "motcua.origin",
    "motcua.reform",
    "motcua.reporting",
    "motcua.consignment",
    "motcua.publication",
    "motcua.timerelease",
    "motcua.portal",
    "motcua.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "motcua.people.middleware.ActorMiddleware",
    "motcua.portal.middleware.RefusedMiddleware",
]

ROOT_URLCONF = "motcua.config.urls"
WSGI_APPLICATION = "motcua.config.wsgi.application"
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
                "motcua.portal.context.shell",
            ],
            "builtins": ["motcua.portal.templatetags.motcua"],
        },
    }
]

AUTH_USER_MODEL = "people.User"
# Every table of permissions, one per app; motcua.people.permissions merges them.
PERMISSION_TABLES = [
    "motcua.people.permissions.PERMISSIONS",
    "motcua.exchange.permissions.PERMISSIONS",
    "motcua.casework.permissions.PERMISSIONS",
    "motcua.dossiers.permissions.PERMISSIONS",
    "motcua.dossiers.officer_permissions.PERMISSIONS",
    "motcua.dossiers.api_permissions.PERMISSIONS",
    "motcua.manifest.permissions.PERMISSIONS",
    "motcua.origin.permissions.PERMISSIONS",
    "motcua.reform.permissions.PERMISSIONS",
    "motcua.nsw.permissions.PERMISSIONS",
    "motcua.reporting.permissions.PERMISSIONS",
    "motcua.publication.permissions.PERMISSIONS",
    "motcua.consignment.permissions.PERMISSIONS",
    "motcua.timerelease.permissions.PERMISSIONS",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# Copies of procedures that are watched: this site as the public sees it, and the national database of procedures.
SITE_URL = env_text("MOTCUA_SITE_URL")
NATIONAL_DATABASE_URL = env_text("MOTCUA_NATIONAL_DATABASE_URL")
NATIONAL_DATABASE_KEY_FILE = env_text("MOTCUA_NATIONAL_DATABASE_KEY_FILE")

LANGUAGE_CODE = "vi"
LANGUAGES = [("vi", "Tiếng Việt"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Ho_Chi_Minh"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEVELOPMENT
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 2**20

# What this department is, and where its law and its files lie.
DEPARTMENT = env_text("MOTCUA_DEPARTMENT", "20")
DEPARTMENT_NAME = {"vi": "Cục Hải quan tỉnh Quảng Ninh", "en": "Quảng Ninh Customs Department"}
LAW = Path(
    env_text(
        "MOTCUA_LAW", str(CHECKOUT / "law" if (CHECKOUT / "law").exists() else BASE_DIR / "data" / "law")
    )
)
# Addresses of reverse proxies (networks, separated by spaces) that are believed about a client's certificate.
CERTIFICATE_PROXIES = env_text("MOTCUA_CERTIFICATE_PROXIES").split()
CODES = CHECKOUT / "codes" if (CHECKOUT / "codes").exists() else BASE_DIR / "data" / "codes"
STUDIES = CHECKOUT / "studies" if (CHECKOUT / "studies").exists() else BASE_DIR / "data" / "studies"
FILES = HOME / "files"
KEYS = HOME / "keys"

from motcua.config.registry import (  # noqa: E402, F401
    ANSWERS,
    CASE_PAGES,
    DECLARATION_FACTS,
    DETECTORS,
    EVIDENCE,
    FEEDS,
    HANDLERS,
    HANDLERS_TOGETHER,
    INDICATORS,
    LIFECYCLES,
    PROCEDURE_CATALOGUE,
    TIMED_JOBS,
)

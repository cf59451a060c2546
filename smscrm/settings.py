"""
Everything comes from the environment; `.env` beside manage.py is read if it is there.

`.env.example` names and explains every variable. The names are a public contract.
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from smscrm.environment import (
    checked_hosts,
    checked_hours,
    checked_public_url,
    checked_secret_key,
    checked_webhook_token,
    gateways,
)
from smscrm.variables import Variables

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"
VAR_DIR.mkdir(exist_ok=True)

env = Variables()
env.read(BASE_DIR / ".env")

DEMO = env.yes("DEMO", default=False)
DEBUG = env.yes("DEBUG", default=False)
SECRET_KEY = checked_secret_key(env.text("SECRET_KEY"), demo=DEMO)
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")

# Addresses: PUBLIC_URL's scheme decides the transport rules.
PORT = env.whole("PORT", default=8000, least=1, most=65535)
PUBLIC_URL, _public_host = checked_public_url(
    env.text("PUBLIC_URL"), default=f"http://127.0.0.1:{PORT}" if DEMO else ""
)
SECURE = urlsplit(PUBLIC_URL).scheme == "https"
ALLOWED_HOSTS = [_public_host, *checked_hosts(env.words("ALLOWED_HOSTS"), demo=DEMO)]
if not SECURE:
    ALLOWED_HOSTS = [*ALLOWED_HOSTS, "127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

SECURE_SSL_REDIRECT = SECURE
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
# The supervisor's health probe and the gateways' webhooks arrive through the same TLS proxy.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# How long people stay signed in (messaging.signing_in.sessions)
SESSION_IDLE_MINUTES = env.whole("SESSION_IDLE_MINUTES", default=720)  # 0: as long as SESSION_DAYS
SESSION_DAYS = env.whole("SESSION_DAYS", default=14, least=1, most=3650)
SESSION_COOKIE_AGE = SESSION_DAYS * 86_400
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "smscrm.static.StaticFiles",
    "django.forms",  # its widgets' templates, beside our own in templates/django/
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_q",
    "ninja",  # its Swagger UI, from our own address
    "template_partials",
    "contacts",
    "messaging",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",  # safe: CSRF tokens are masked, lengths padded
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "messaging.signing_in.sessions.keep_time",
    "messaging.signing_in.second_factor.demand",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "contacts.access.AccessMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "messaging.members.own_time_zone",
    "messaging.hooks.bell.ring_after",
    "axes.middleware.AxesMiddleware",
]

# Ten wrong passwords for one name, or from one address, and both wait; the wait never grows, and
# who signed in with a browser before is not kept out of it by what others guess elsewhere.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "messaging.members.MemberBackend",
]
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_LOCKOUT_PARAMETERS = "messaging.signing_in.guessing.counted"
AXES_LOCKOUT_CALLABLE = "messaging.signing_in.guessing.locked_out"
AXES_CLIENT_IP_CALLABLE = "messaging.signing_in.guessing.address"
AXES_RESET_ON_SUCCESS = False  # it would forget what somebody guessed about others: guessing does
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

REQUIRE_2FA = env.yes("REQUIRE_2FA", default=True)  # of admins and managers, outside demo mode
OTP_TOTP_ISSUER = "smscrm"
PASSWORD_RESET_TIMEOUT = 3600  # seconds a link that was mailed opens something

ROOT_URLCONF = "smscrm.urls"
WSGI_APPLICATION = "smscrm.wsgi.application"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"

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
                "messaging.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {
    "default": env.database("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'smscrm.sqlite3'}")
}
DATABASES["default"]["CONN_MAX_AGE"] = 600
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    # IMMEDIATE: a writer waits at BEGIN instead of failing half-way. FULL: a committed claim
    # survives a power cut, which is what “never twice” stands on.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 30,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
    }
else:
    # PostgreSQL plans a question it has met three times once for all: planning the joins of a
    # timeline took it longer than answering.
    DATABASES["default"]["OPTIONS"] = {
        "server_side_binding": True,
        "prepare_threshold": 3,
        **DATABASES["default"].get("OPTIONS", {}),
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis rings and holds nothing else: sessions are rows, so that who is signed out stays out, and
# pages come also while Redis is away.
REDIS_URL = env.redis("REDIS_URL")
DATABASE_BROKER = {"orm": "default", "broker_class": "messaging.broker.GlancingBroker"}
# django-q2 is a doorbell: the Message row is the queue (docs/promise.md says what each is for).
Q_CLUSTER = {
    "name": "smscrm",
    "workers": 2,
    "queue_limit": 2,
    "bulk": 1,
    "timeout": 60,
    "retry": 240,  # > timeout * (1 + queue_limit / workers) + 60: the clock starts at dequeue
    "max_attempts": 1,
    "ack_failures": True,
    "catch_up": False,
    "recycle": 10_000,
    "save_limit": -1,
    "poll": 0.02 if IS_SQLITE else 0.06,  # seconds a ring may wait at most; Redis knows no wait
    "label": "Queue",
    "log_level": "WARNING",
    **({"redis": REDIS_URL} if REDIS_URL else DATABASE_BROKER),
}

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
TIME_ZONE = env.zone("TIME_ZONE")
DATE_FORMAT, TIME_FORMAT, DATETIME_FORMAT = "j F Y", "H:i", "j F Y, H:i"
SHORT_DATE_FORMAT, SHORT_DATETIME_FORMAT = "j M Y", "j M Y, H:i"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", *[d for d in [VAR_DIR / "assets"] if d.is_dir()]]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "smscrm.static.StaticStorage"
    },
}

# E-mail: to members of the team only
EMAIL_URL, _mail_server = env.mail_server("EMAIL_URL")
vars().update(_mail_server)
EMAIL_TIMEOUT = 5  # seconds somebody who commented waits for a mail server
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", default="smscrm@localhost")

# Texting by e-mail (messaging.mail); empty: off
MAIL_DOMAIN = env.text("MAIL_DOMAIN").strip().lower()
MAIL_AUTHSERV_ID = env.text("MAIL_AUTHSERV_ID").strip().lower()
MAIL_LMTP = env.text("MAIL_LMTP")
MAIL_IMAP_URL = env.text("MAIL_IMAP_URL")

# Texting
DEFAULT_REGION = env.country("DEFAULT_REGION", default="US")
WEBHOOK_TOKEN = checked_webhook_token(env.text("WEBHOOK_TOKEN"), demo=DEMO)
UNDO_SECONDS = env.whole("UNDO_SECONDS", default=5, most=86_400)
TEXTING_HOURS = checked_hours(env.text("TEXTING_HOURS", default="08:00-21:00"))
USER_DAILY_LIMIT = env.whole("USER_DAILY_LIMIT", default=0)
ORG_MONTHLY_LIMIT = env.whole("ORG_MONTHLY_LIMIT", default=0)
BROADCAST_RATE = env.rate("BROADCAST_RATE", default=5.0)  # texts a second and number; 0: at once
BROADCAST_APPROVAL = env.whole("BROADCAST_APPROVAL", default=0)  # people; 0: nobody is asked
ALLOWED_COUNTRIES = env.countries("ALLOWED_COUNTRIES")
WEBHOOK_ALLOW_PRIVATE = env.yes("WEBHOOK_ALLOW_PRIVATE", default=False)
RECONCILE_MINUTES = env.whole("RECONCILE_MINUTES", default=10, least=1)
# For how many days the nightly tidying keeps what nobody needs for long (messaging.tidying); 0: all
KEEP_EVENTS_DAYS = env.whole("KEEP_EVENTS_DAYS", default=30, most=36_500)
KEEP_EXCHANGES_DAYS = env.whole("KEEP_EXCHANGES_DAYS", default=90, most=36_500)
KEEP_ANSWERS_DAYS = env.whole("KEEP_ANSWERS_DAYS", default=30, most=36_500)
KEEP_DELIVERIES_DAYS = env.whole("KEEP_DELIVERIES_DAYS", default=30, most=36_500)
KEEP_IMPORTS_DAYS = env.whole("KEEP_IMPORTS_DAYS", default=90, most=36_500)
FENCE_FILE = env.text("FENCE_FILE", default=str(VAR_DIR / "instance.json"))
GATEWAYS = gateways(env)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "()": "messaging.masking.Masking",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"messaging": {"level": "INFO"}, "contacts": {"level": "INFO"}},
}

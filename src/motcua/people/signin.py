"""
Signing in: the password, the brake on guessing, the second factor's place, and the session that follows.

Guessing is braked per account *and* address, so nobody can lock another person out from elsewhere; and per address, so
that one machine cannot try one password on a thousand accounts.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from motcua.lib.errors import Refused
from motcua.people import cast
from motcua.people.models import SignIn, SignInAttempt, User

WINDOW = timedelta(minutes=15)
TRIES_PER_ACCOUNT = 5
TRIES_PER_ADDRESS = 60
BACKEND = "django.contrib.auth.backends.ModelBackend"


class TooManyTries(Refused):
    """So many wrong passwords came from this address that it must wait; the right one is not tried either."""


def check_password(request: HttpRequest, username: str, password: str, *, now: datetime) -> User:
    """The account of this name and password; `Refused` when they do not match, `TooManyTries` after too many times.

    An unknown name, a wrong password and a disabled account give one and the same answer.
    """
    address = address_of(request)
    account = salted_hmac("motcua.people.signin", username.strip().lower(), algorithm="sha256").hexdigest()
    _brake(account, address, now)
    # The cast's password is printed in our own source: it opens nothing where real work is done.
    if not settings.DEVELOPMENT and password == cast.PASSWORD:
        password = ""
    user = authenticate(request, username=username.strip().lower(), password=password)
    if not isinstance(user, User):
        raise Refused(
            "Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra phím Caps Lock và bộ gõ tiếng Việt rồi thử lại.",
            "The user name or the password is wrong. Check Caps Lock and the Vietnamese keyboard, then try again.",
        )
    SignInAttempt.objects.filter(account=account, address=address).delete()
    return user


def _brake(account: str, address: str, now: datetime) -> None:
    """Count this try before its password is looked at, so that tries sent at the same moment are all counted."""
    since = now - WINDOW
    SignInAttempt.objects.filter(tried_at__lte=since).delete()
    attempt = SignInAttempt.objects.create(account=account, address=address, tried_at=now)
    recent = SignInAttempt.objects.filter(address=address, tried_at__gt=since)
    for tries, limit in (
        (recent.filter(account=account), TRIES_PER_ACCOUNT),
        (recent, TRIES_PER_ADDRESS),
    ):
        times = list(tries.order_by("-tried_at").values_list("tried_at", flat=True)[: limit + 1])
        if len(times) > limit:
            # A refused try does not lengthen the wait: whoever waits the time shown gets in.
            attempt.delete()
            minutes = max(1, -(-(times[-1] + WINDOW - now) // timedelta(minutes=1)))
            raise TooManyTries(
                f"Đã nhập sai quá nhiều lần từ máy này. Hãy thử lại sau {minutes} phút; "
                f"nếu quên mật khẩu, hãy liên hệ quản trị hệ thống.",
                f"Too many wrong tries from this machine. Try again in {minutes} "
                f"minute{'' if minutes == 1 else 's'}; if you forgot the password, ask the administrator.",
            )


def address_of(request: HttpRequest) -> str:
    """The caller's address. Behind n trusted proxies (`settings.TRUSTED_PROXIES`) it is the n-th from the right."""
    proxies = int(getattr(settings, "TRUSTED_PROXIES", 0))
    if proxies:
        forwarded = [
            part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",") if part.strip()
        ]
        if len(forwarded) >= proxies:
            return forwarded[-proxies][:45]
    return str(request.META.get("REMOTE_ADDR", ""))[:45]


def second_step(request: HttpRequest, user: User) -> HttpResponse | None:
    """What must come between the password and the session: a page of `settings.SECOND_FACTOR`, or nothing.

    The setting names a function `(request, user) -> HttpResponse | None`; None lets the person in.
    """
    path: str = getattr(settings, "SECOND_FACTOR", "")
    answer: HttpResponse | None = import_string(path)(request, user) if path else None
    return answer


def enter(request: HttpRequest, user: User, *, now: datetime) -> None:
    """Give the person a session of its own: the key changes always, so a key known before is worth nothing after."""
    login(request, user, backend=BACKEND)
    request.session.cycle_key()
    living = Session.objects.filter(expire_date__gt=now)
    SignIn.objects.filter(user=user).exclude(session_key__in=living.values("session_key")).delete()
    SignIn.objects.create(
        user=user,
        session_key=str(request.session.session_key),
        address=address_of(request),
        browser=request.headers.get("User-Agent", "")[:200],
        started_at=now,
    )


def end_sessions(sign_ins: list[SignIn]) -> None:
    """End these sessions at once: the next request with their key is nobody's."""
    Session.objects.filter(pk__in=[one.session_key for one in sign_ins]).delete()
    SignIn.objects.filter(pk__in=[one.pk for one in sign_ins]).delete()

"""The doors: sign in and out, the language, my account, mandates."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from motcua.lib.bilingual import known_language
from motcua.lib.errors import Refused
from motcua.people import actions, cast, queries, signin
from motcua.people.forms import MandateForm, SignInForm, both
from motcua.people.models import Mandate, SignIn, User
from motcua.people.permissions import may, permission, public, signed_in
from motcua.people.request import Request

YEAR = 365 * 24 * 3600


@public
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: Request) -> HttpResponse:
    """The sign-in page; on a development site it lists the cast."""
    form = SignInForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_valid():
        given = form.cleaned_data
        try:
            user = signin.check_password(request, given["username"], given["password"], now=timezone.now())
        except Refused as refused:
            form.add_error(None, both(refused.text, refused.text_en))
            status = 429 if isinstance(refused, signin.TooManyTries) else 422
        else:
            return signin.second_step(request, user) or _entered(request, user)
    elif form.is_bound:
        status = 422
    context = {
        "form": form,
        "next": _next(request),
        "cast": cast.listed() if settings.DEVELOPMENT else [],
        "cast_url": reverse("sign-in-as"),
    }
    return render(request, "people/sign_in.html", context, status=status)


@public
@never_cache
@require_POST
def sign_in_as(request: Request) -> HttpResponse:
    """Sign in as one of the cast without a password; there is no such page on any but a development site."""
    username = request.POST.get("as", "")
    if not settings.DEVELOPMENT or username not in cast.usernames():
        raise Http404
    return _entered(request, get_object_or_404(User, username=username, is_active=True))


def _entered(request: Request, user: User) -> HttpResponse:
    signin.enter(request, user, now=timezone.now())
    response = HttpResponseRedirect(_next(request) or settings.LOGIN_REDIRECT_URL)
    _remember_language(response, user.language)
    return response


def _next(request: Request) -> str:
    """Where to go afterwards: an address of this site, or nothing."""
    address = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if safe else ""


@public
@require_POST
def sign_out(request: Request) -> HttpResponse:
    """End this session."""
    if request.session.session_key:
        SignIn.objects.filter(session_key=request.session.session_key).delete()
    logout(request)
    return redirect(settings.LOGIN_URL)


@public
@require_POST
def language(request: Request) -> HttpResponse:
    """Switch between Vietnamese and English, and remember it for the person."""
    try:
        chosen = known_language(request.POST.get("language", ""))
    except ValueError:
        return HttpResponseBadRequest(both("Ngôn ngữ là vi hoặc en.", "The language is vi or en."))
    if request.user.is_authenticated:
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    response = HttpResponseRedirect(_next(request) or "/")
    _remember_language(response, chosen)
    return response


def _remember_language(response: HttpResponse, chosen: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        chosen,
        max_age=YEAR,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )


def _me(request: Request) -> User:
    assert isinstance(request.user, User), "the view is for the signed-in"
    return request.user


@signed_in
@require_http_methods(["GET", "HEAD"])
def account(request: Request) -> HttpResponse:
    """Who I am here: my roles, the mandates of my organisation, my sessions."""
    user = User.objects.select_related("organisation").get(pk=_me(request).pk)
    today = timezone.localdate()
    offices = queries.office_names()
    grants = user.grants.order_by("role", "office", "valid_from")
    context = {
        "person": user,
        "office": offices.get(user.office),
        "grants": [(grant, offices.get(grant.office), grant.holds_on(today)) for grant in grants],
        "sessions": queries.sessions_of(user),
        "this_session": request.session.session_key,
        "may_see_mandates": may(request.actor, "mandates.see"),
    }
    return render(request, "people/account.html", context)


@signed_in
@require_POST
def end_session(request: Request, pk: int) -> HttpResponse:
    """End one of my sessions."""
    signin.end_sessions([get_object_or_404(SignIn, pk=pk, user=_me(request))])
    messages.success(request, both("Đã kết thúc phiên đăng nhập.", "The session is ended."))
    return redirect("account")


@signed_in
@require_POST
def end_other_sessions(request: Request) -> HttpResponse:
    """End all my sessions but this one."""
    others = SignIn.objects.filter(user=_me(request)).exclude(session_key=request.session.session_key)
    signin.end_sessions(list(others))
    messages.success(request, both("Đã kết thúc mọi phiên khác.", "All other sessions are ended."))
    return redirect("account")


@permission("mandates.see")
@require_http_methods(["GET", "HEAD"])
def mandates(request: Request) -> HttpResponse:
    """Who acts for my organisation, and for whom it acts."""
    return _mandates_page(request, MandateForm(initial={"valid_from": timezone.localdate()}))


@permission("mandates.change")
@require_POST
def grant_mandate(request: Request) -> HttpResponse:
    """Let another organisation act for mine."""
    form = MandateForm(request.POST)
    if not form.is_valid():
        return _mandates_page(request, form, status=422)
    given = form.cleaned_data
    try:
        mandate = actions.grant_mandate(
            _my_organisation(request),
            given["tax_code"],
            valid_from=given["valid_from"],
            valid_to=given["valid_to"],
            procedures=given["procedures"],
            actor=request.actor,
            at=timezone.now(),
        )
    except Refused as refused:
        form.refuse(refused)
        return _mandates_page(request, form, status=422)
    name = mandate.agent.name
    messages.success(request, both(f"Đã ủy quyền cho {name}.", f"{name} may act for you now."))
    return redirect("mandates")


@permission("mandates.change")
@require_POST
def revoke_mandate(request: Request, pk: int) -> HttpResponse:
    """Take a mandate of my organisation back."""
    mandate = get_object_or_404(Mandate, pk=pk, principal_id=_my_organisation(request))
    try:
        actions.revoke_mandate(mandate, actor=request.actor, at=timezone.now())
    except Refused as refused:
        messages.error(request, both(refused.text, refused.text_en))
    else:
        messages.success(request, both("Đã thu hồi ủy quyền.", "The mandate is revoked."))
    return redirect("mandates")


def _mandates_page(request: Request, form: MandateForm, status: int = 200) -> HttpResponse:
    own = _my_organisation(request)
    today = timezone.localdate()
    context = {
        "form": form,
        "may_change": may(request.actor, "mandates.change"),
        "given": [(mandate, mandate.holds_on(today)) for mandate in queries.mandates_given([own])],
        "held": [(mandate, mandate.holds_on(today)) for mandate in queries.mandates_held(own)],
    }
    return render(request, "people/mandates.html", context, status=status)


def _my_organisation(request: Request) -> int:
    if request.actor.organisation is None:
        raise Http404
    return request.actor.organisation

"""The addresses of the people app."""

from __future__ import annotations

from django.urls import path

from motcua.people import views

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign-in"),
    path("sign-in/as/", views.sign_in_as, name="sign-in-as"),
    path("sign-out/", views.sign_out, name="sign-out"),
    path("language/", views.language, name="language"),
    path("account/", views.account, name="account"),
    path("account/sessions/end-others/", views.end_other_sessions, name="end-other-sessions"),
    path("account/sessions/<int:pk>/end/", views.end_session, name="end-session"),
    path("mandates/", views.mandates, name="mandates"),
    path("mandates/grant/", views.grant_mandate, name="grant-mandate"),
    path("mandates/<int:pk>/revoke/", views.revoke_mandate, name="revoke-mandate"),
]

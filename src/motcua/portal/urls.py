"""The addresses of the house itself."""

from __future__ import annotations

from django.urls import path

from motcua.portal import views

urlpatterns = [
    path("", views.home, name="home"),
    path("verify/", views.verify, name="verify"),
    # The short address that is printed on papers.
    path("check/", views.verify, name="check"),
    path("verify/motcua_verify.py", views.verifier_file, name="verifier-file"),
    path("verify/key.pem", views.public_key, name="public-key"),
]

"""The officers' addresses for cases of any kind."""

from __future__ import annotations

from django.urls import path

from motcua.casework import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("work/", views.worklist, name="worklist"),
    path("work/<path:reference>/papers/<int:pk>/", views.paper, name="case-paper"),
    # Certificates bear slashes and spaces in their numbers, so a reference may hold any.
    path("work/<path:reference>/", views.case, name="case"),
]

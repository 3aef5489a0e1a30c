"""Addresses of what is posted and public."""

from __future__ import annotations

from django.urls import path

from motcua.publication import views

urlpatterns = [
    path("publication/", views.overview, name="publication"),
    path("publication/offices/<str:code>/", views.office, name="publication-office"),
    path("publication/offices/<str:code>/<slug:field>/<slug:name>/", views.place, name="publication-place"),
    path(
        "publication/offices/<str:code>/<slug:field>/<slug:name>/post/", views.post, name="publication-post"
    ),
    path("publication/postings/<int:pk>/check/", views.check, name="publication-check"),
    path("publication/postings/<int:pk>/remove/", views.remove, name="publication-remove"),
    path("publication/postings/<int:pk>/proof/", views.proof, name="publication-proof"),
    path("procedures/<slug:field>/<slug:name>/poster.pdf", views.poster, name="poster"),
    path(
        "posters/<slug:field>/<slug:name>/<day:since>/<slug:digest>/", views.poster_check, name="poster-check"
    ),
]

"""The addresses of the gateway: the protocol for programs under v1/, the pages for people beside it."""

from __future__ import annotations

from django.urls import path

from motcua.exchange import api

urlpatterns = [
    path("v1/messages", api.post_message, name="exchange-post"),
    path("v1/messages/<int:pk>", api.message_state, name="exchange-state"),
    path("v1/messages/<int:pk>/content", api.message_content, name="exchange-content"),
    path("v1/outbox", api.outbox_list, name="exchange-outbox"),
    path("v1/outbox/<int:pk>/taken", api.outbox_taken, name="exchange-taken"),
]

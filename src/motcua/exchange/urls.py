"""The addresses of the gateway: the protocol for programs under v1/, the pages for people beside it."""

from __future__ import annotations

from django.urls import path

from motcua.exchange import api, desk_views, partner_views

urlpatterns = [
    path("v1/messages", api.post_message, name="exchange-post"),
    path("v1/messages/<int:pk>", api.message_state, name="exchange-state"),
    path("v1/messages/<int:pk>/content", api.message_content, name="exchange-content"),
    path("v1/outbox", api.outbox_list, name="exchange-outbox"),
    path("v1/outbox/<int:pk>/taken", api.outbox_taken, name="exchange-taken"),
    path("desk/", desk_views.desk_list, name="exchange-desk"),
    path("desk/<int:pk>/", desk_views.message_page, name="exchange-message"),
    path("desk/<int:pk>/content", desk_views.content, name="exchange-message-content"),
    path("desk/<int:pk>/repair/", desk_views.repair, name="exchange-repair"),
    path("desk/<int:pk>/replay/", desk_views.replay, name="exchange-replay"),
    path("desk/<int:pk>/resend/", desk_views.resend, name="exchange-resend"),
    path("desk/<int:pk>/give-up/", desk_views.give_up, name="exchange-give-up"),
    path("partners/", partner_views.lines, name="exchange-partners"),
    path("partners/new/", partner_views.new_partner, name="exchange-partner-new"),
    path("partners/<slug:code>/", partner_views.partner_page, name="exchange-partner"),
    path("partners/<slug:code>/edit/", partner_views.edit_partner, name="exchange-partner-edit"),
    path("partners/<slug:code>/switch/", partner_views.switch_partner, name="exchange-partner-switch"),
    path("partners/<slug:code>/keys/", partner_views.new_key, name="exchange-partner-key"),
    path("partners/<slug:code>/keys/<int:pk>/end/", partner_views.end_key, name="exchange-partner-key-end"),
]

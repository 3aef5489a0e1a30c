"""Addresses of the reform plan."""

from __future__ import annotations

from django.urls import path

from motcua.reform import petition_views, steering_views, task_views, views

TASK = "reform/tasks/<str:reference>/"

urlpatterns = [
    path("reform/", views.index, name="reform"),
    path("reform/import/", views.take_plan, name="reform-import"),
    path("reform/<int:year>/", views.glance, name="reform-plan"),
    path("reform/<int:year>/tasks/", views.tasks, name="reform-tasks"),
    path("reform/<int:year>/report/", views.quarterly, name="reform-report"),
    path("reform/<int:year>/plan.xlsx", views.plan_xlsx, name="reform-xlsx"),
    path(TASK, task_views.show, name="reform-task"),
    path(f"{TASK}claim/", task_views.claim, name="reform-claim"),
    path(f"{TASK}accept/", task_views.accept, name="reform-accept"),
    path(f"{TASK}send-back/", task_views.send_back, name="reform-send-back"),
    path(f"{TASK}extend/", task_views.extend, name="reform-extend"),
    path(f"{TASK}move/", task_views.move, name="reform-move"),
    path(f"{TASK}drop/", task_views.drop, name="reform-drop"),
    path(f"{TASK}reopen/", task_views.reopen, name="reform-reopen"),
    path(f"{TASK}evidence/<int:pk>/", task_views.evidence, name="reform-evidence"),
    path("reform/committee/", steering_views.committee, name="reform-committee"),
    path("reform/committee/new/", steering_views.add_committee, name="reform-committee-new"),
    path("reform/committee/<int:pk>/members/", steering_views.add_member, name="reform-member"),
    path("reform/committee/<int:pk>/meetings/", steering_views.add_meeting, name="reform-meeting"),
    path("reform/members/<int:pk>/replace/", steering_views.replace_member, name="reform-member-replace"),
    path("reform/meetings/<int:pk>/assign/", steering_views.add_assignment, name="reform-assign"),
    path("reform/strategies/", steering_views.strategy_list, name="reform-strategies"),
    path("reform/strategies/<slug:code>/", steering_views.strategy, name="reform-strategy"),
    path("reform/strategies/<slug:code>.pdf", steering_views.strategy_pdf, name="reform-strategy-pdf"),
    path("reform/objectives/<int:pk>/", steering_views.strategy_value, name="reform-strategy-value"),
    path("petitions/", petition_views.answered, name="petitions"),
    path("petitions/new/", petition_views.new, name="petition-new"),
    path("petitions/desk/", petition_views.desk, name="petition-desk"),
    path("petitions/<str:reference>/", petition_views.show, name="petition"),
    path("petitions/<str:reference>/answer/", petition_views.answer, name="petition-answer"),
    path("petitions/<str:reference>/refuse/", petition_views.refuse, name="petition-refuse"),
    path("petitions/<str:reference>/link/", petition_views.link, name="petition-link"),
]

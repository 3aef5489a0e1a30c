"""Addresses of the reform plan."""

from __future__ import annotations

from django.urls import path

from motcua.reform import task_views, views

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
]

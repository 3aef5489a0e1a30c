"""The pages of the plan: at a glance, a task through the hands of unit and reform office, the workbook, the report."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.people.models import User
from motcua.reform.models import Acceptance, Plan
from motcua.reform.workbook import workbook
from tests.reform.conftest import PDF, at, stood, task
from tests.reform.test_workbook import sheet


def signed_in(people: dict[str, User], name: str) -> Client:
    client = Client()
    client.force_login(people[name])
    return client


def test_everybody_sees_the_plan_with_red_first(plan: Plan) -> None:
    page = Client().get("/reform/2020/?quarter=3").content.decode()
    assert page.index("<h2>Quá hạn, cần xử lý ngay") < page.index("<h2>Đang thực hiện, trong hạn")
    assert "CCHC-2020-III.2" in page
    assert Client().get("/reform/").headers["Location"] == "/reform/2020/"
    assert Client().get("/reform/2019/").status_code == 404


@pytest.mark.parametrize(
    ("query", "rows"),
    [("share=done_of_due", 3), ("state=open_in_time", 1), ("area=VIII", 1), ("unit=20CF", 2), ("", 4)],
)
def test_behind_every_figure_stand_exactly_its_rows(plan: Plan, query: str, rows: int) -> None:
    page = Client().get(f"/reform/2020/tasks/?quarter=3&{query}").content.decode()
    assert page.count('class="mono" href="/reform/tasks/') == rows


def test_a_task_goes_from_its_unit_to_the_reform_office(plan: Plan, people: dict[str, User]) -> None:
    address = "/reform/tasks/CCHC-2020-III.1/"
    lead, clerk = signed_in(people, "tuan"), signed_in(people, "cuc")
    assert "Báo hoàn thành</button>" in lead.get(address).content.decode()
    form = {
        "kind": "document",
        "mark": "215/HQQN-VP",
        "dated_on": "2020-05-20",
        "file": SimpleUploadedFile("a.exe", PDF),
    }
    refused = lead.post(f"{address}claim/", form)
    assert refused.status_code == 422
    assert "a.exe" in refused.content.decode()
    form["file"] = SimpleUploadedFile("a.pdf", PDF)
    assert lead.post(f"{address}claim/", form).status_code == 302
    assert lead.post(f"{address}accept/").status_code == 404
    assert "Chờ công nhận" in clerk.get(address).content.decode()
    assert clerk.post(f"{address}accept/").status_code == 302
    assert clerk.post(f"{address}accept/").status_code == 409
    assert Acceptance.objects.get().accepted_by == people["cuc"].key
    file = clerk.get(address).content.decode()
    assert "Đã công nhận" in file
    assert clerk.get(f"{address}evidence/{Acceptance.objects.get().pk}/").content == PDF


def test_the_clerk_extends_moves_and_drops_by_paper(plan: Plan, people: dict[str, User]) -> None:
    clerk, address = signed_in(people, "cuc"), "/reform/tasks/CCHC-2020-III.3/"
    assert (
        clerk.post(f"{address}extend/", {"due_on": "2020-12-20", "paper": "", "reason": "x"}).status_code
        == 422
    )
    assert (
        clerk.post(
            f"{address}extend/", {"due_on": "2020-12-20", "paper": "88/HQQN", "reason": "x"}
        ).status_code
        == 302
    )
    assert clerk.post(f"{address}move/", {"to": "lead:20BC", "paper": "61/HQQN"}).status_code == 302
    assert task("III.3").lead == "20BC"
    assert clerk.post(f"{address}drop/", {"paper": "90/HQQN"}).status_code == 302
    page = clerk.get("/reform/2020/").content.decode()
    for word in ("88/HQQN", "61/HQQN", "90/HQQN", "20CF → 20BC"):
        assert word in page


def test_the_workbook_is_taken_whole_or_not_at_all(plan: Plan, people: dict[str, User]) -> None:
    clerk = signed_in(people, "cuc")
    content = workbook(stood(plan, at(10, 1, 0)))
    form = {"year": 2021, "decision": "2/QĐ", "adopted_on": "2021-01-15", "regular_rule": "year_end"}
    broken = sheet(("I", "x"), (1, "a", "b", "Phòng Ma", "", "khi nào xong", ""))
    page = clerk.post("/reform/import/", {**form, "file": SimpleUploadedFile("a.xlsx", broken)})
    assert page.status_code == 422
    assert "D4" in page.content.decode()
    assert "F4" in page.content.decode()
    assert not Plan.objects.filter(pk=2021).exists()
    good = sheet(("I", "x"), (1, "a", "b", "20BB", "", "30/9/2021", ""))
    assert (
        clerk.post("/reform/import/", {**form, "file": SimpleUploadedFile("a.xlsx", good)}).status_code == 302
    )
    assert Plan.objects.filter(pk=2021).exists()
    assert (
        clerk.post("/reform/import/", {**form, "file": SimpleUploadedFile("a.xlsx", content)}).status_code
        == 422
    )


def test_the_report_says_it_in_both_languages(plan: Plan) -> None:
    page = Client().get("/reform/2020/report/?quarter=3").content.decode()
    assert "đã hoàn thành 0/4 (0,00%)" in page
    assert "Quá hạn chưa hoàn thành (3)" in page
    client = Client()
    client.post("/language/", {"language": "en", "next": "/"})
    assert "Overdue and not done (3)" in client.get("/reform/2020/report/?quarter=3").content.decode()

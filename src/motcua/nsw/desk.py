"""What may be done to an inspection on our pages, side by side: the firm, the ministry, the branch. Each act is a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from motcua.lib.bilingual import Text
from motcua.nsw import acts, applications, customs_acts, requests, results
from motcua.nsw import forms as f
from motcua.nsw.documents import Covered, Notice
from motcua.nsw.doing import Doing
from motcua.nsw.lifecycle import AT_WORK, UNDECIDED
from motcua.nsw.models import Inspection
from motcua.people.actor import Actor
from motcua.procedures.catalogue import local_date

Run = Callable[[Inspection, Mapping[str, Any], Actor, datetime], object]


@dataclass(frozen=True)
class Act:
    """One act: where it stands in the address, what it is called, when it is offered, what it asks, what it does."""

    name: str
    title: Text
    form: type[f.ActForm]
    statuses: tuple[str, ...]
    run: Run
    weight: str = "other"
    icon: str = "check"
    explains: Text | None = None


def _request(inspection: Inspection, data: Mapping[str, Any], actor: Actor, at: datetime) -> object:
    changes = {data["field"]: data["value"]} if data["kind"] == "edit" and data["field"] else {}
    return requests.ask(inspection, data["kind"], reason=data["text"], changes=changes, actor=actor, at=at)


def _result(inspection: Inspection, data: Mapping[str, Any], actor: Actor, at: datetime) -> object:
    notice = Notice(
        "result", number=data["number"], outcome=data["outcome"], agency=data["agency"], issued_on=local_date(at),
        valid_until=data["valid_until"], text=data["text"],
    )  # fmt: skip
    give = results.replace if inspection.case.status == "decided" else results.give
    return give(inspection, notice, Doing.here(actor, at))


FIRM = (
    Act(
        "supplement", Text("Bổ sung hồ sơ", "Supplement"), f.TextForm, tuple(applications.ANSWERS),
        lambda i, d, actor, at: applications.supplement(i, text=d["text"], actor=actor, at=at), "main", "upload",
    ),
    Act(
        "conformity", Text("Nộp kết quả đánh giá sự phù hợp", "Submit the conformity result"), f.ConformityForm,
        ("awaiting_conformity",),
        lambda i, d, actor, at: applications.submit_conformity(
            i, outcome=d["outcome"], number=d["number"], text=d["text"], actor=actor, at=at
        ), "main", "upload",
    ),
    Act(
        "ask", Text("Xin sửa, hủy, sửa giấy chứng nhận", "Ask to edit, cancel, or change the certificate"), f.RequestForm,
        (*UNDECIDED, "decided"), _request, "other", "edit",
        Text(
            "Bộ trả lời yêu cầu; trong lúc chờ, hồ sơ vẫn được xử lý như thường.",
            "The ministry answers; meanwhile the application is handled as it stands.",
        ),
    ),
    Act(
        "withdraw", Text("Rút hồ sơ", "Withdraw"), f.TextForm, ("waiting", "incomplete"),
        lambda i, d, actor, at: applications.withdraw(i, reason=d["text"], actor=actor, at=at), "danger", "cross",
        Text("Hồ sơ dừng ngay, không mở lại được.", "The application stops at once and cannot be opened again."),
    ),
)  # fmt: skip

MINISTRY = (
    Act(
        "accept", Text("Tiếp nhận", "Accept"), f.PlainForm, ("waiting",),
        lambda i, d, actor, at: acts.accept(i, Doing.here(actor, at)), "main", "check",
        Text("Thời hạn của bộ tính từ lúc này.", "The ministry's time limit runs from now."),
    ),
    Act(
        "result", Text("Ra kết quả", "Decide"), f.ResultForm, (*AT_WORK, "decided"), _result, "main", "check-circle",
        Text(
            "Kết quả đến doanh nghiệp và hải quan ngay. Ra lại khi đã có kết quả sẽ thay bản trước, bản trước vẫn được lưu.",
            "The result reaches the firm and customs at once. Decided again, it replaces the former, which is kept.",
        ),
    ),
    Act(
        "ask-supplement", Text("Yêu cầu bổ sung", "Ask for a supplement"), f.SupplementForm, tuple(acts.ASKS),
        lambda i, d, actor, at: acts.ask_supplement(i, Doing.here(actor, at), text=d["text"], desk=d["desk"]), "other", "mail",
    ),
    Act(
        "assign", Text("Chuyển cán bộ", "Assign"), f.AssignForm, AT_WORK,
        lambda i, d, actor, at: acts.assign(i, Doing.here(actor, at), officer=d["officer"]), "other", "user",
    ),
    Act(
        "sample", Text("Lấy mẫu", "Take a sample"), f.SampleForm, ("accepted", "assessing"),
        lambda i, d, actor, at: acts.take_sample(
            i, Doing.here(actor, at), number=d["number"], laboratory=int(d["laboratory"]), asked=d["text"]
        ), "other", "box",
    ),
    Act(
        "confirm", Text("Xác nhận đăng ký", "Confirm the registration"), f.PlainForm, ("accepted",),
        lambda i, d, actor, at: acts.confirm(i, Doing.here(actor, at)), "other", "check",
        Text(
            "Hàng được thông quan trước; kết quả đánh giá sự phù hợp nộp sau.",
            "The goods may be cleared first; the conformity result follows.",
        ),
    ),
    Act(
        "refuse", Text("Từ chối", "Refuse"), f.TextForm, ("waiting", "incomplete"),
        lambda i, d, actor, at: acts.refuse(i, Doing.here(actor, at), text=d["text"]), "danger", "cross",
    ),
    Act(
        "recall", Text("Thu hồi kết quả", "Recall the result"), f.TextForm, ("decided",),
        lambda i, d, actor, at: results.recall(i, Doing.here(actor, at), text=d["text"]), "danger", "cross",
        Text(
            "Chi cục hải quan đã thông quan theo kết quả này được cảnh báo ngay.",
            "The customs branch that cleared goods by this result is alerted at once.",
        ),
    ),
)  # fmt: skip

CUSTOMS = (
    Act(
        "use", Text("Dùng kết quả cho tờ khai khác", "Use the result for another declaration"), f.UseForm, ("decided",),
        lambda i, d, actor, at: results.use(
            i, Covered(d["declaration"], d["line_number"], d["goods_line"], d["quantity"]), actor=actor, at=at
        ), "other", "copy",
        Text("Số lượng còn lại của kết quả được kiểm soát.", "What is left of the result is controlled."),
    ),
    Act(
        "store", Text("Cho đưa hàng về bảo quản", "Let the goods be stored"), f.StoreForm, (*UNDECIDED, "decided"),
        lambda i, d, actor, at: customs_acts.store(i, declaration=d["declaration"], place=d["place"], actor=actor, at=at),
        "other", "box",
        Text(
            "Kết quả phải đến trong 30 ngày (chưa xác minh); quá hạn, chi cục được cảnh báo.",
            "The result must come within 30 days (unverified); after that the branch is alerted.",
        ),
    ),
    Act(
        "order-measure", Text("Yêu cầu xử lý hàng không đạt", "Order a measure"), f.MeasureForm, ("decided",),
        lambda i, d, actor, at: customs_acts.order_measure(i, measure=d["measure"], text=d["text"], actor=actor, at=at),
        "other", "alert",
    ),
    Act(
        "finish-measure", Text("Ghi đã xử lý xong", "Note that it is done"), f.TextForm, ("decided",),
        lambda i, d, actor, at: customs_acts.finish_measure(i, text=d["text"], actor=actor, at=at), "other", "check",
    ),
)  # fmt: skip


def offered(table: tuple[Act, ...], inspection: Inspection) -> list[Act]:
    """What may be done as it stands; measures only where goods failed."""
    found = [one for one in table if inspection.case.status in one.statuses]
    failed = inspection.case.outcome == "failed"
    return [one for one in found if failed or not one.name.endswith("-measure")]

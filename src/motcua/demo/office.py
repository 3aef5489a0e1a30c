"""The reform office of the demo: the plan of 2020 with its tasks and their evidence, and the acts the article counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from motcua.casework.attachments import described, keep
from motcua.casework.batch import Filing, record_many
from motcua.casework.models import Attachment, Case
from motcua.casework.record import NewEvent
from motcua.demo.chance import chance, local
from motcua.people.models import Office, RoleGrant, User
from motcua.people.roles import Role
from motcua.reform.actions import NewTask, filing, reference_of
from motcua.reform.models import (
    Acceptance,
    Act,
    Assignment,
    Committee,
    Evidence,
    Meeting,
    Member,
    Objective,
    Plan,
    Strategy,
    Task,
    YearValue,
)

ARTICLE = "Hải quan Online, 9/2020: Hải quan Quảng Ninh hoàn thành 48/52 nhiệm vụ cải cách hành chính"
YEAR, PLANNED = 2020, local(date(2020, 1, 15), 9)
INVENTED = "Minh họa"

# Named in the article: (area, title, output, lead unit, due month, still open at the end of September).
_NAMED = (
    (
        "III",
        "Rà soát, đánh giá thủ tục hành chính cần sửa đổi, bổ sung, cắt giảm thời gian, giấy tờ",
        "Báo cáo rà soát",
        "20ZZ-GSQL",
        6,
        False,
    ),
    ("III", "Rà soát, kiến nghị công bố thủ tục hành chính", "Văn bản kiến nghị", "20ZZ-GSQL", 8, False),
    (
        "III",
        "Niêm yết công khai thủ tục hành chính tại các đơn vị trực tiếp tiếp nhận, giải quyết",
        "Bảng niêm yết tại 9 đơn vị",
        "20ZZ-GSQL",
        5,
        False,
    ),
    (
        "III",
        "Kết nối, tích hợp dữ liệu thủ tục hành chính trên Cơ sở dữ liệu quốc gia",
        "Dữ liệu đã tích hợp",
        "20ZZ-GSQL",
        7,
        False,
    ),
    (
        "VIII",
        "Kiện toàn Ban chỉ đạo cải cách, hiện đại hóa năm 2020",
        "Quyết định kiện toàn",
        "20ZZ-TXNK",
        3,
        False,
    ),
    (
        "VIII",
        "Đánh giá Chiến lược phát triển Hải quan giai đoạn 2011-2020",
        "Báo cáo đánh giá",
        "20ZZ-GSQL",
        9,
        False,
    ),
    (
        "VIII",
        "Đánh giá Kế hoạch cải cách, phát triển, hiện đại hóa giai đoạn 2016-2020",
        "Báo cáo đánh giá",
        "20ZZ-GSQL",
        9,
        False,
    ),
    ("VIII", "Đo thời gian giải phóng hàng lần 1 năm 2020", "Báo cáo đo thời gian", "20ZZ-GSQL", 6, False),
    ("VIII", "Đo thời gian giải phóng hàng lần 2 năm 2020", "Báo cáo đo thời gian", "20ZZ-GSQL", 12, True),
    (
        "VIII",
        "Đánh giá năng lực cạnh tranh cấp cơ sở (CDCI 2020) đối với 6 chi cục",
        "Bảng xếp hạng CDCI",
        "20ZZ-KTSTQ",
        12,
        True,
    ),
    (
        "VIII",
        "Triển khai giải pháp giữ vững vị trí dẫn đầu DDCI 2020",
        "Báo cáo kết quả",
        "20ZZ-KTSTQ",
        12,
        True,
    ),
    (
        "VIII",
        "Mở rộng Hệ thống một cửa quốc gia, một cửa ASEAN theo lộ trình",
        "Thủ tục được kết nối",
        "20ZZ-GSQL",
        9,
        False,
    ),
    ("VII", "Đẩy mạnh dịch vụ công trực tuyến", "Tỷ lệ hồ sơ trực tuyến", "20ZZ-GSQL", 9, False),
)
_TOTAL, _DONE = 52, 48
_AREAS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")
# Invented: what such plans usually hold, one text and one output an area; marked so in the note of each task.
_INVENTED: dict[str, tuple[tuple[str, str], ...]] = {
    "I": (
        ("Ban hành kế hoạch cải cách hành chính của đơn vị", "Kế hoạch"),
        ("Kiểm tra công tác cải cách hành chính", "Thông báo kết luận"),
        ("Giao ban công tác cải cách hành chính quý", "Biên bản"),
        ("Tuyên truyền cải cách hành chính", "Tin, bài"),
        ("Báo cáo cải cách hành chính định kỳ", "Báo cáo"),
    ),
    "II": (
        ("Rà soát văn bản quy phạm pháp luật lĩnh vực hải quan", "Báo cáo rà soát"),
        ("Góp ý dự thảo văn bản quy phạm pháp luật", "Văn bản góp ý"),
        ("Phổ biến văn bản mới cho doanh nghiệp", "Hội nghị"),
        ("Kiểm tra việc thi hành pháp luật", "Báo cáo"),
        ("Hệ thống hóa văn bản nội bộ", "Danh mục"),
    ),
    "III": (
        ("Đối thoại với cộng đồng doanh nghiệp", "Biên bản đối thoại"),
        ("Kiểm tra bộ phận một cửa", "Thông báo kết luận"),
        ("Xử lý phản ánh, kiến nghị về thủ tục hành chính", "Văn bản trả lời"),
    ),
    "IV": (
        ("Rà soát chức năng, nhiệm vụ của đội công tác", "Báo cáo"),
        ("Sắp xếp bộ phận một cửa", "Quyết định"),
        ("Rà soát vị trí việc làm", "Đề án"),
        ("Phân công lãnh đạo phụ trách", "Thông báo"),
        ("Rà soát quy chế làm việc", "Quy chế"),
    ),
    "V": (
        ("Tập huấn nghiệp vụ một cửa cho công chức", "Lớp tập huấn"),
        ("Luân phiên, luân chuyển công chức", "Quyết định"),
        ("Kiểm tra kỷ luật, kỷ cương hành chính", "Thông báo"),
        ("Đánh giá năng lực công chức", "Kết quả đánh giá"),
        ("Bồi dưỡng ngoại ngữ, tin học", "Lớp bồi dưỡng"),
    ),
    "VI": (
        ("Công khai dự toán, quyết toán", "Văn bản công khai"),
        ("Rà soát quy chế chi tiêu nội bộ", "Quy chế"),
        ("Nộp thuế điện tử 24/7 tại đơn vị", "Báo cáo"),
        ("Kiểm kê tài sản công", "Biên bản"),
        ("Tiết kiệm chi thường xuyên", "Báo cáo"),
    ),
    "VII": (
        ("Ứng dụng chữ ký số trong văn bản", "Báo cáo"),
        ("Cập nhật cổng thông tin điện tử", "Tin, bài"),
        ("Duy trì hệ thống quản lý chất lượng ISO", "Báo cáo"),
        ("Kiểm tra an toàn thông tin", "Biên bản"),
        ("Gửi, nhận văn bản điện tử", "Báo cáo"),
    ),
    "VIII": (
        ("Giám sát hàng hóa tự động tại cảng, kho, bãi", "Báo cáo"),
        ("Phát triển quan hệ đối tác hải quan - doanh nghiệp", "Kế hoạch"),
        ("Hỗ trợ doanh nghiệp tuân thủ tự nguyện", "Báo cáo"),
    ),
}
_LEADS = ("20BB", "20BC", "20BD", "20CE", "20CF", "20CG", "20ZZ-KTSTQ", "20ZZ-TXNK")
# Given more time by a paper (invented): the code and the month of the new due date; and one that changed its lead unit.
_EXTENDED = {"V.4": 9, "VII.3": 9}
_MOVED = {"IV.2": ("20CE", "20CF")}


@dataclass(frozen=True)
class _Done:
    """When a task was claimed and accepted, and by which paper."""

    claimed: datetime
    accepted: datetime
    mark: str


def plan() -> Plan:
    """The plan of 2020; its decision is invented."""
    return Plan.objects.create(
        year=YEAR, decision="Quyết định 25/QĐ-HQQN (minh họa)", adopted_on=PLANNED.date(),
        regular_rule=Plan.Regular.WHEN_SHOWN, source=ARTICLE,
    )  # fmt: skip


def _lines() -> Iterator[tuple[NewTask, bool]]:
    """The 52 lines: those the article names, the rest invented plausibly and marked so; with whether each is still open."""
    counted: Counter[str] = Counter()
    open_invented = _TOTAL - _DONE - sum(1 for task in _NAMED if task[5])
    rest = [(area, *text) for area in _AREAS for text in _INVENTED[area]]
    rest += [
        (area, f"{title} (đợt 2)", output)
        for area in ("III", "VIII", "I")
        for title, output in _INVENTED[area]
    ]
    invented = rest[: _TOTAL - len(_NAMED)]
    named = {(task[0], task[1]): task for task in _NAMED}
    every = [(task[0], task[1], task[2]) for task in _NAMED] + invented
    for number, (area, title, output) in enumerate(every):
        counted[area] += 1
        known = named.get((area, title))
        is_open = known[5] if known else number >= _TOTAL - open_invented
        month = known[4] if known else 11 if is_open else 2 + number % 8
        yield (
            NewTask(
                code=f"{area}.{counted[area]}", area=area, title=title, output=output,
                lead=known[3] if known else _LEADS[number % len(_LEADS)], due_on=date(YEAR, month, 28),
                co_units=("20BB", "20CF") if known else (), regular=title.startswith("Báo cáo cải cách"),
                start_on=date(YEAR, 1, 15), note="" if known else INVENTED, invented=known is None,
            ),
            is_open,
        )  # fmt: skip


def tasks() -> int:
    """Record the plan's tasks with their evidence, accepted by the reform office, which leads none of them."""
    plan()
    random = chance("tasks")
    clerk = User.objects.get(username="cuc").key
    leaders = {
        grant.office: grant.user.key
        for grant in RoleGrant.objects.filter(
            role=Role.LEADER, office__in=(*_LEADS, "20ZZ-GSQL")
        ).select_related("user")
    }
    filings: list[Filing] = []
    shown: dict[str, _Done] = {}
    for number, (line, is_open) in enumerate(_lines(), 1):
        early = random.randrange(40)
        events = list(_before(line, clerk))
        if not is_open:
            accepted = min(local(_due(line), 15) - timedelta(days=early - 6), local(date(2020, 9, 28), 10))
            claimed = accepted - timedelta(days=2)
            shown[reference_of(YEAR, line.code)] = done = _Done(
                claimed, accepted, f"{number + 100}/HQQN-CCHC"
            )
            events += _claimed_and_accepted(done, leaders[_lead(line)], clerk)
        filings.append(filing(YEAR, line, at=PLANNED, actor=clerk, more=events))
    for made in filings:
        if made.subject is not None and made.subject.code in _MOVED:  # type: ignore[union-attr]
            made.subject.lead = _MOVED[made.subject.code][1]  # type: ignore[union-attr]
    written = record_many(filings).cases
    _evidence(shown, leaders, clerk)
    return written


def _lead(line: NewTask) -> str:
    return _MOVED[line.code][1] if line.code in _MOVED else line.lead


def _due(line: NewTask) -> date:
    return date(YEAR, _EXTENDED[line.code], 28) if line.code in _EXTENDED else line.due_on


def _before(line: NewTask, clerk: str) -> Iterator[NewEvent]:
    """What happened to a task before it was claimed: more time, another lead unit."""
    at = local(date(2020, 2, 3), 9)
    if line.code in _EXTENDED:
        details = {
            "due_on": _due(line).isoformat(),
            "paper": "88/HQQN-CCHC (minh họa)",
            "reason": "giãn cách do dịch COVID-19",
        }
        yield NewEvent(kind="extended", at=at, recorded_at=at, actor=clerk, channel="desk", details=details)
    if line.code in _MOVED:
        before, after = _MOVED[line.code]
        details = {"what": "lead", "before": before, "after": after, "paper": "61/HQQN-TCCB (minh họa)"}
        yield NewEvent(kind="moved", at=at, recorded_at=at, actor=clerk, channel="desk", details=details)


def _claimed_and_accepted(done: _Done, leader: str, clerk: str) -> list[NewEvent]:
    digest = described("a.pdf", _paper(done.mark))["sha256"]
    details = {"kind": "document", "mark": done.mark, "sha256": digest}
    return [
        NewEvent(kind="claimed", at=done.claimed, recorded_at=done.claimed, actor=leader, channel="desk", details=details),
        NewEvent(
            kind="accepted", at=done.accepted, recorded_at=done.accepted, actor=clerk, channel="desk",
            details={"sha256": digest},
        ),
    ]  # fmt: skip


def _evidence(shown: dict[str, _Done], leaders: dict[str, str], clerk: str) -> None:
    """The files behind the claims and who accepted them, as the doors would have kept them."""
    cases = Case.objects.filter(reference__in=shown).select_related("task").order_by("pk")
    rows: list[Evidence] = []
    for case in cases:
        done, content = shown[case.reference], _paper(shown[case.reference].mark)
        keep(content)
        number = case.events.get(kind="claimed").number
        leader = leaders[case.task.lead]
        attachment = Attachment.objects.create(
            case=case, document="evidence", added_at=done.claimed, added_by=leader,
            **described(f"{done.mark.replace('/', '-')}.pdf", content),
        )  # fmt: skip
        rows.append(
            Evidence(
                case=case, event=number, kind="document", mark=done.mark, dated_on=done.claimed.date(),
                title=case.task.output, sha256=attachment.sha256, attachment=attachment, lead=case.task.lead,
                submitted_by=leader, submitted_at=done.claimed,
            )
        )  # fmt: skip
    made = Evidence.objects.bulk_create(rows)
    Acceptance.objects.bulk_create(
        Acceptance(
            evidence=one, kind=one.kind, lead=one.lead, submitted_by=one.submitted_by, accepted_by=clerk,
            accepted_office="20ZZ", accepted_at=shown[one.case.reference].accepted,
        )
        for one in made
    )  # fmt: skip


def _paper(mark: str) -> bytes:
    """A one-page PDF that says what it stands for. Laying fifty of them out in full would cost seconds of every demo."""
    text = f"Van ban minh hoa / illustrative document: {mark}"
    stream = f"BT /F1 14 Tf 72 770 Td ({text}) Tj ET"
    parts = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    body, places = "%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{part}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = f"xref\n0 6\n0000000000 65535 f \n{table}trailer << /Size 6 /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return (body + end).encode("ascii")


def steering() -> None:
    """The committee renewed in 2020 and the strategy evaluated in 2020: names, notice and figures are invented."""
    made = Committee.objects.create(
        name="Ban chỉ đạo cải cách, hiện đại hóa hải quan (minh họa)", decision="Quyết định 118/QĐ-HQQN (minh họa)",
        decided_on=date(2020, 3, 16), term_to=date(2020, 12, 31),
    )  # fmt: skip
    posts = Member.Post
    for name, post, office in (
        ("Dương Quốc Vinh", posts.HEAD, "20ZZ"), ("Nguyễn Minh Tuấn", posts.DEPUTY, "20BB"),
        ("Ngô Kim Cúc", posts.STANDING, "20ZZ"), ("Lý Thu Hà", posts.MEMBER, "20ZZ"),
    ):  # fmt: skip
        Member.objects.create(committee=made, name=name, post=post, office=office, since=made.decided_on)
    meeting = Meeting.objects.create(
        committee=made,
        held_on=date(2020, 7, 8),
        notice="215/TB-HQQN (minh họa)",
        subject="Sơ kết sáu tháng, việc còn lại của năm",
    )
    for task in Task.objects.filter(year=YEAR, case__status="open", invented=False):
        Assignment.objects.create(meeting=meeting, task=task)
    strategy = Strategy.objects.create(
        code="chien-luoc-2011-2020", title="Chiến lược phát triển Hải quan đến năm 2020", decision="Quyết định 448/QĐ-TTg",
        first_year=2011, last_year=2020, source="Mục tiêu và số liệu từng năm là minh họa",
    )  # fmt: skip
    rows = (
        ("1", "Hồ sơ nộp trực tuyến", "% hồ sơ mới", 0, 90, ((2018, 71), (2019, 88)), "", ""),
        ("2", "Thời gian thông quan trung bình hàng nhập khẩu", "giờ", 34, 20, ((2016, 30), (2020, 23)),
         "Kiểm tra chuyên ngành chiếm phần lớn thời gian", "Mở rộng công nhận kết quả kiểm tra lẫn nhau"),
    )  # fmt: skip
    for code, title, unit, baseline, target, values, cause, proposal in rows:
        one = Objective.objects.create(
            strategy=strategy, code=code, title=title, unit=unit, baseline=baseline, target=target, cause=cause,
            proposal=proposal, invented=True,
        )  # fmt: skip
        for year, value in values:
            YearValue.objects.create(
                objective=one,
                year=year,
                value=value,
                source=INVENTED,
                entered_by="clock",
                entered_at=local(date(2020, 9, 1), 9),
            )


_REVIEWED = (
    ("clearance/cancel-declaration", date(2020, 5, 20)),
    ("processing-export-production/production-facility-notice", date(2020, 6, 12)),
    ("confirmation/declaration-confirmation", date(2020, 7, 3)),
)
_PROPOSED = (
    "transit/independent-transport", "transport/ship-port-transfer", "warehousing/bonded-goods-exit",
    "clearance/supplementary-declaration", "clearance/release-to-storage", "luggage-persons/household-effects",
    "tax/general-guarantee", "manifest/amend-cargo-declaration",
)  # fmt: skip
_SURVEYED = ("20BB", "20BC", "20BD", "20CE", "20CF", "20CG")


def acts(posting: list[Office]) -> list[Act]:
    """Reviews, proposals, postings at the receiving offices, surveyed branches, rounds of the time release study."""
    kind = Act.Kind
    found = [_act(kind.REVIEW, procedure, f"Rà soát {procedure}", on, on) for procedure, on in _REVIEWED]
    found += [
        _act(
            kind.PROPOSAL,
            procedure,
            f"Kiến nghị công bố {procedure}",
            date(2020, 7, 1),
            date(2020, 7, 6) + timedelta(days=3 * n),
        )
        for n, procedure in enumerate(_PROPOSED)
    ]
    found += [
        _act(
            kind.POSTING,
            office.code,
            f"Niêm yết tại {office.name_vi}",
            date(2020, 5, 4),
            date(2020, 5, 5) + timedelta(days=n),
            office.code,
        )
        for n, office in enumerate(posting)
    ]
    found += [
        _act(
            kind.SURVEY_BRANCH,
            f"CDCI-2020-{code}",
            f"CDCI 2020 tại {code}",
            date(2020, 8, 3),
            date(2020, 8, 3),
            code,
        )
        for code in _SURVEYED
    ]
    found.append(
        _act(
            kind.RELEASE_ROUND,
            "TRS-2020-1",
            "Đo thời gian giải phóng hàng lần 1",
            date(2020, 5, 11),
            date(2020, 6, 20),
        )
    )
    found.append(
        _act(kind.RELEASE_ROUND, "TRS-2020-2", "Đo thời gian giải phóng hàng lần 2", date(2020, 9, 15), None)
    )
    return found


def _act(
    kind: Act.Kind, reference: str, title: str, planned: date, done: date | None, office: str = ""
) -> Act:
    return Act(
        kind=kind, reference=reference, title=title, office=office, planned_on=planned, done_on=done,
        recorded_at=local(done or planned, 17), source=ARTICLE,
    )  # fmt: skip

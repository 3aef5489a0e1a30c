"""The reform office of the demo: the plan of 2020 with its tasks, and the acts the article counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from motcua.casework.batch import Filing
from motcua.casework.record import NewCase, NewEvent
from motcua.demo.chance import chance, local
from motcua.people.models import Office
from motcua.reform.models import Act, Task

ARTICLE = "Hải quan Online, 9/2020: Hải quan Quảng Ninh hoàn thành 48/52 nhiệm vụ cải cách hành chính"

AREAS = (
    "Chỉ đạo, điều hành", "Cải cách thể chế", "Cải cách thủ tục hành chính", "Cải cách tổ chức bộ máy",
    "Nâng cao chất lượng đội ngũ công chức", "Cải cách tài chính công", "Hiện đại hoá hành chính",
    "Cải cách, phát triển và hiện đại hoá hải quan",
)  # fmt: skip

# Named in the article: (area, title, due month, still open at the end of September).
_NAMED = (
    (2, "Rà soát, đánh giá thủ tục hành chính cần sửa đổi, bổ sung, cắt giảm thời gian, giấy tờ", 6, False),
    (2, "Rà soát, kiến nghị công bố thủ tục hành chính", 8, False),
    (2, "Niêm yết công khai thủ tục hành chính tại các đơn vị trực tiếp tiếp nhận, giải quyết", 5, False),
    (2, "Kết nối, tích hợp dữ liệu thủ tục hành chính trên Cơ sở dữ liệu quốc gia", 7, False),
    (7, "Kiện toàn Ban chỉ đạo cải cách, hiện đại hoá năm 2020", 3, False),
    (7, "Đánh giá Chiến lược phát triển Hải quan giai đoạn 2011-2020", 9, False),
    (7, "Đánh giá Kế hoạch cải cách, phát triển, hiện đại hoá giai đoạn 2016-2020", 9, False),
    (7, "Đo thời gian giải phóng hàng lần 1 năm 2020", 6, False),
    (7, "Đo thời gian giải phóng hàng lần 2 năm 2020", 12, True),
    (7, "Đánh giá năng lực cạnh tranh cấp cơ sở (CDCI 2020) đối với 6 chi cục", 12, True),
    (7, "Triển khai giải pháp giữ vững vị trí dẫn đầu DDCI 2020", 12, True),
    (7, "Mở rộng Hệ thống một cửa quốc gia, một cửa ASEAN theo lộ trình", 9, False),
    (6, "Đẩy mạnh dịch vụ công trực tuyến", 9, False),
)
_TOTAL, _DONE = 52, 48
_INVENTED = (
    "Ban hành và quán triệt kế hoạch cải cách hành chính năm", "Kiểm tra công tác cải cách hành chính tại đơn vị",
    "Tập huấn nghiệp vụ một cửa cho công chức", "Rà soát văn bản quy phạm pháp luật lĩnh vực hải quan",
    "Đối thoại với cộng đồng doanh nghiệp", "Rà soát vị trí việc làm", "Luân phiên, luân chuyển công chức",
    "Công khai dự toán, quyết toán", "Ứng dụng chữ ký số trong văn bản", "Cập nhật cổng thông tin điện tử",
)  # fmt: skip


def tasks() -> Iterator[Filing]:
    """The plan's tasks: the named ones as in the article, the rest invented plausibly and marked so."""
    random = chance("tasks")
    still_open = _TOTAL - _DONE
    offices = ("20ZZ", "20BB", "20BC", "20BD", "20CE", "20CF", "20CG")
    open_named = sum(1 for task in _NAMED if task[3])
    for number in range(_TOTAL):
        if number < len(_NAMED):
            area, title, month, is_open = _NAMED[number]
            lead, invented = "20ZZ", False
        else:
            area, month = number % len(AREAS), 2 + number % 8
            title = f"{_INVENTED[number % len(_INVENTED)]} ({number + 1})"
            lead, invented = offices[number % len(offices)], True
            is_open = number >= _TOTAL - (still_open - open_named)
            month = 11 if is_open else month
        due = date(2020, month, 28)
        yield _task(
            number + 1,
            area,
            title,
            lead,
            due,
            invented,
            None if is_open else _done_at(due, random.randrange(40)),
        )


def _done_at(due: date, early: int) -> datetime:
    return min(local(due, 15) - timedelta(days=early - 6), local(date(2020, 9, 28), 10))


def _task(
    number: int, area: int, title: str, lead: str, due: date, invented: bool, done: datetime | None
) -> Filing:
    planned = local(date(2020, 1, 15), 9)
    events = [
        NewEvent(kind="planned", at=planned, recorded_at=planned, actor="user:reform-office", channel="desk")
    ]
    if done is not None:
        claimed = done - timedelta(days=2)
        mark = f"{number + 100}/HQQN-CCHC"
        events += [
            NewEvent(
                kind="claimed", at=claimed, recorded_at=claimed, actor=f"user:unit-{lead}", channel="desk",
                details={"kind": "document", "mark": mark},
            ),
            NewEvent(kind="accepted", at=done, recorded_at=done, actor="user:reform-office", channel="desk"),
        ]  # fmt: skip
    code = f"{area + 1}.{number}"
    new = NewCase(
        kind="task", reference=f"CCHC-2020-{number:02d}", office=lead, channel="desk", opened_at=planned,
        calendar="customs-offices", label=title,
    )  # fmt: skip
    return Filing(
        new,
        events,
        Task(year=2020, code=code, area=AREAS[area], title=title, lead=lead, due_on=due, invented=invented),
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

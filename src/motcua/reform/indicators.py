"""Figures of the reform plan: tasks done of tasks planned, and the acts of reform by kind."""

from __future__ import annotations

from datetime import date, datetime

from motcua.casework.figures import KNOWN, Count, Indicator, Period, Rows, cut
from motcua.lib.bilingual import Text
from motcua.lib.vietnamese import VIETNAM
from motcua.reform.models import Act

PLAN = Text(
    "Kế hoạch cải cách hành chính năm của Cục; nhiệm vụ ghi trong sổ nhiệm vụ",
    "The department's reform plan of the year; tasks as kept in the register of tasks",
)
ACTS = Text(
    "Sổ việc cải cách: mỗi việc có ngày dự kiến và ngày hoàn thành",
    "The register of reform acts: each with the day planned and the day done",
)


def _tasks(period: Period, as_of: datetime, condition: str, *params: object) -> Rows:
    """Tasks of the plan of the period's year as known at `as_of`, planned before the end of the period."""
    return Rows(
        f"select s.case_id as counted from casework_standing s join reform_task t on t.case_id = s.case_id "
        f"where s.kind = 'task' and t.year = %s and s.received_at < %s and {KNOWN} and ({condition})",
        (period.end.year, cut(period, as_of), as_of, as_of, *params),
    )


def _planned(period: Period, as_of: datetime) -> Rows:
    until = cut(period, as_of)
    return _tasks(period, as_of, "s.outcome <> 'dropped' or s.finished_at >= %s", until)


def _done(period: Period, as_of: datetime) -> Rows:
    return _tasks(period, as_of, "s.outcome = 'done' and s.finished_at < %s", cut(period, as_of))


def tasks_total(period: Period, as_of: datetime) -> Count:
    """Tasks of the year's plan that stand at the end of the period."""
    return Count(_planned(period, as_of))


def tasks_done(period: Period, as_of: datetime) -> Count:
    """Tasks accepted as done by the end of the period, of all that stand."""
    return Count(_done(period, as_of), _planned(period, as_of))


def tasks_dropped(period: Period, as_of: datetime) -> Count:
    """Tasks taken out of the year's plan by the end of the period."""
    return Count(_tasks(period, as_of, "s.outcome = 'dropped' and s.finished_at < %s", cut(period, as_of)))


def _acts(kind: str, column: str, period: Period, as_of: datetime) -> tuple[Rows, Rows]:
    """(done, planned) acts of the year of the period's end; `column` names each thing counted, once."""
    # The last day a report sees: a day still running at `as_of` counts as far as it is recorded.
    last = min(period.end, as_of.astimezone(VIETNAM).date())
    cut(period, as_of)
    year = period.end.year
    base = f"select distinct {column} as counted from reform_act where kind = %s and recorded_at <= %s"
    done = Rows(
        f"{base} and done_on between %s and %s", (kind, as_of, date(year, 1, 1), last), of="name"
    )  # fmt: skip
    planned = Rows(
        f"{base} and (planned_on between %s and %s or done_on between %s and %s)",
        (kind, as_of, date(year, 1, 1), date(year, 12, 31), date(year, 1, 1), last), of="name",
    )  # fmt: skip
    return done, planned


_OFFICE = "coalesce(nullif(office, ''), reference)"


def procedures_reviewed(period: Period, as_of: datetime) -> Count:
    """Procedures reviewed by the end of the period, of those the year's plan names."""
    return Count(*_acts(Act.Kind.REVIEW, "reference", period, as_of))


def procedures_proposed(period: Period, as_of: datetime) -> Count:
    """Procedures proposed for publication by the end of the period, of those planned."""
    return Count(*_acts(Act.Kind.PROPOSAL, "reference", period, as_of))


def posting_offices(period: Period, as_of: datetime) -> Count:
    """Offices that post the procedures in force, of those planned; an office counts once however much it posts."""
    return Count(*_acts(Act.Kind.POSTING, _OFFICE, period, as_of))


def survey_branches(period: Period, as_of: datetime) -> Count:
    """Branches assessed in the survey of the year, of those planned."""
    return Count(*_acts(Act.Kind.SURVEY_BRANCH, _OFFICE, period, as_of))


def release_rounds(period: Period, as_of: datetime) -> Count:
    """Rounds of the time release study finished by the end of the period, of those planned in the year."""
    return Count(*_acts(Act.Kind.RELEASE_ROUND, "reference", period, as_of))


TASK = Text("nhiệm vụ", "tasks")
PROCEDURE = Text("thủ tục", "procedures")
OFFICE = Text("đơn vị", "offices")
BRANCH = Text("chi cục", "branches")
ROUND = Text("lần", "rounds")

TASKS_TOTAL = Indicator(
    "reform.tasks_total",
    Text("Số nhiệm vụ của kế hoạch năm", "Tasks of the year's plan"),
    Text(
        "Nhiệm vụ thuộc kế hoạch của năm chứa ngày cuối kỳ, đã giao trước khi hết kỳ và chưa bị đưa ra khỏi kế hoạch khi hết kỳ.",
        "Tasks of the plan of the year in which the period ends, planned before its end and not dropped by then.",
    ),
    Text("đếm nhiệm vụ đã giao, trừ nhiệm vụ đã đưa ra khỏi kế hoạch", "tasks planned less tasks dropped"),
    TASK, "neither", "to_date", PLAN, tasks_total,
)  # fmt: skip

TASKS_DONE = Indicator(
    "reform.tasks_done",
    Text("Nhiệm vụ cải cách hoàn thành", "Reform tasks done"),
    Text(
        "Nhiệm vụ đã được công nhận hoàn thành trước khi hết kỳ. Đơn vị chủ trì báo hoàn thành thì chưa tính: "
        "người khác phải công nhận.",
        "Tasks accepted as done before the end of the period. A claim by the lead unit does not count: "
        "somebody else must accept it.",
    ),
    Text("đếm nhiệm vụ có kết quả 'done' / reform.tasks_total", "tasks with the outcome 'done' / reform.tasks_total"),
    TASK, "more", "to_date", PLAN, tasks_done,
)  # fmt: skip

TASKS_DROPPED = Indicator(
    "reform.tasks_dropped",
    Text("Nhiệm vụ đưa ra khỏi kế hoạch", "Tasks dropped from the plan"),
    Text(
        "Nhiệm vụ được đưa ra khỏi kế hoạch trước khi hết kỳ; nêu riêng để tỷ lệ hoàn thành không tăng nhờ bớt mẫu số.",
        "Tasks taken out of the plan before the end of the period; told apart, so that a shrinking plan "
        "cannot pass for progress.",
    ),
    Text("đếm nhiệm vụ có kết quả 'dropped'", "tasks with the outcome 'dropped'"),
    TASK, "less", "to_date", PLAN, tasks_dropped,
)  # fmt: skip

PROCEDURES_REVIEWED = Indicator(
    "procedures.reviewed",
    Text("Thủ tục hành chính đã rà soát, đánh giá", "Procedures reviewed"),
    Text(
        "Thủ tục có ngày hoàn thành rà soát từ đầu năm đến hết kỳ, trên số thủ tục phải rà soát trong năm.",
        "Procedures whose review was finished from the start of the year to the end of the period, of those "
        "to be reviewed in the year.",
    ),
    Text(
        "đếm việc loại 'review' đã xong / việc loại 'review' trong kế hoạch năm",
        "acts 'review' done / acts 'review' planned in the year",
    ),
    PROCEDURE, "more", "to_date", ACTS, procedures_reviewed,
)  # fmt: skip

PROCEDURES_PROPOSED = Indicator(
    "procedures.proposed",
    Text("Thủ tục hành chính rà soát, kiến nghị công bố", "Procedures proposed for publication"),
    Text(
        "Thủ tục đã kiến nghị cấp có thẩm quyền công bố từ đầu năm đến hết kỳ, trên số thủ tục theo kế hoạch "
        "năm. Cục không tự công bố.",
        "Procedures proposed to the authority that publishes them, from the start of the year to the end of the period, of those "
        "planned. The department itself does not publish.",
    ),
    Text(
        "đếm việc loại 'proposal' đã xong / việc loại 'proposal' trong kế hoạch năm",
        "acts 'proposal' done / acts 'proposal' planned in the year",
    ),
    PROCEDURE, "more", "to_date", ACTS, procedures_proposed,
)  # fmt: skip

POSTING_OFFICES = Indicator(
    "procedures.posting_offices",
    Text("Đơn vị niêm yết thủ tục hành chính", "Offices that post procedures"),
    Text(
        "Đơn vị đã niêm yết thủ tục đang có hiệu lực từ đầu năm đến hết kỳ; mỗi đơn vị tính một lần.",
        "Offices that posted the procedures in force from the start of the year to the end of the period; each counts once.",
    ),
    Text(
        "đếm đơn vị khác nhau của việc loại 'posting' đã xong / đơn vị trong kế hoạch năm",
        "distinct offices of acts 'posting' done / offices planned in the year",
    ),
    OFFICE, "more", "to_date", ACTS, posting_offices,
)  # fmt: skip

CDCI_BRANCHES = Indicator(
    "surveys.cdci_branches",
    Text("Chi cục được đánh giá năng lực cạnh tranh (CDCI)", "Branches assessed for competitiveness (CDCI)"),
    Text(
        "Chi cục đã triển khai đánh giá CDCI từ đầu năm đến hết kỳ; mỗi chi cục tính một lần.",
        "Branches for which the CDCI assessment was carried out from the start of the year to the end of the "
        "period; each counts once.",
    ),
    Text(
        "đếm đơn vị khác nhau của việc loại 'survey_branch' đã xong / theo kế hoạch năm",
        "distinct offices of acts 'survey_branch' done / planned in the year",
    ),
    BRANCH, "more", "to_date", ACTS, survey_branches,
)  # fmt: skip

ROUNDS_DONE = Indicator(
    "timerelease.rounds_done",
    Text("Lần đo thời gian giải phóng hàng đã hoàn thành", "Rounds of the time release study finished"),
    Text(
        "Lần đo đã hoàn thành từ đầu năm đến hết kỳ, trên số lần theo kế hoạch cả năm; lần đang đo chưa tính.",
        "Rounds finished from the start of the year to the end of the period, of those planned in the whole "
        "year; a round under way "
        "does not count.",
    ),
    Text("đếm việc loại 'release_round' đã xong / theo kế hoạch năm", "acts 'release_round' done / planned in the year"),
    ROUND, "more", "to_date", ACTS, release_rounds,
)  # fmt: skip

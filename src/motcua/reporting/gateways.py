"""Figures of the three gateways: the national single window, E-Manifest, and the ASEAN Single Window."""

from __future__ import annotations

from datetime import datetime

from motcua.casework.figures import KNOWN, Count, Indicator, Period, Rows, cut
from motcua.lib.bilingual import Text

# An inspection refused or withdrawn before it was accepted was never received, so no standing tells of it: its events do.
_GIVEN_UP = """
exists (
    select 1 from casework_event e
    where e.case_id = l.source_id and e.kind in ('refused', 'withdrawn') and e.recorded_at <= %s
      and not exists (
          select 1 from casework_event v
          where v.case_id = e.case_id and v.voids = e.number and v.recorded_at <= %s
      )
)"""


def inspected_declarations(period: Period, as_of: datetime) -> Count:
    """
    Declarations whose last needed inspection result came in during the period.

    Needed is every linked inspection that was not withdrawn or refused; links and results count as known at `as_of`.
    """
    until = cut(period, as_of)
    known = KNOWN.replace("known_", "s.known_")
    sql = f"""
with ended as (
    select case_id from casework_standing s
    where finished_at >= %s and finished_at < %s and kind = 'inspection' and outcome <> 'withdrawn' and {known}
), touched as (
    select distinct l.target_id as case_id from ended
    join casework_link l on l.source_id = ended.case_id and l.kind = 'inspects' and l.made_at <= %s
    join casework_case c on c.id = l.target_id and c.kind = 'declaration'
)
select t.case_id as counted from touched t
where not exists (
    select 1 from casework_link l
    left join casework_standing s on s.case_id = l.source_id and {known}
    where l.target_id = t.case_id and l.kind = 'inspects' and l.made_at <= %s
      and case
          when s.case_id is null then not {_GIVEN_UP}
          when s.outcome = 'withdrawn' then false
          else s.finished_at is null or s.finished_at >= %s
      end
)"""
    moments = (period.begins, until, as_of, as_of, as_of, as_of, as_of, as_of, as_of, as_of, until)
    return Count(Rows(sql, moments))


def movements(period: Period, as_of: datetime) -> Count:
    """Entries and exits of ships cleared during the period."""
    return Count(
        Rows(
            f"select case_id as counted from casework_standing where finished_at >= %s and finished_at < %s "
            f"and kind = 'movement' and outcome = 'cleared' and {KNOWN}",
            (period.begins, cut(period, as_of), as_of, as_of),
        )
    )


def certificates(period: Period, as_of: datetime) -> Count:
    """Certificates form D received during the period, each number once."""
    return Count(
        Rows(
            f"select case_id as counted from casework_standing where received_at >= %s and received_at < %s "
            f"and kind = 'certificate' and {KNOWN}",
            (period.begins, cut(period, as_of), as_of, as_of),
        )
    )


NSW_DECLARATIONS = Indicator(
    "nsw.declarations",
    Text(
        "Tờ khai của các lô hàng kiểm tra chuyên ngành được trả kết quả trên Cơ chế một cửa quốc gia (NSW)",
        "Declarations of consignments under specialised inspection with results returned through the national "
        "single window (NSW)",
    ),
    Text(
        "Tờ khai hải quan (khoá 11 số) mà kết quả kiểm tra cần thiết cuối cùng về trong kỳ. Cần thiết là mọi "
        "kiểm tra gắn với tờ khai mà "
        "không bị rút hay từ chối. Tính tờ khai, không tính kết quả. Thu hồi kết quả về sau không xoá việc đã nhận.",
        "Customs declarations (11-digit key) whose last needed inspection result came in during the period. "
        "Needed is every inspection "
        "linked to the declaration that was not withdrawn or refused. Declarations are counted, not results. "
        "A result recalled later "
        "was still received.",
    ),
    Text(
        "đếm tờ khai khác nhau có max(thời điểm trả kết quả) trong kỳ và không còn kiểm tra nào chờ",
        "distinct declarations with the latest result in the period and no inspection pending",
    ),
    Text("tờ khai", "declarations"), "neither", "flow",
    Text(
        "Liên kết 'inspects' giữa kiểm tra và tờ khai; thông điệp NSW",
        "Links 'inspects' between inspections and declarations; NSW messages",
    ),
    inspected_declarations,
)  # fmt: skip

MOVEMENTS = Indicator(
    "manifest.movements",
    Text(
        "Lượt phương tiện xuất cảnh, nhập cảnh làm thủ tục trên E-Manifest",
        "Ship entries and exits cleared through E-Manifest",
    ),
    Text(
        "Lượt tàu biển được xác nhận hoàn thành thủ tục trong kỳ. Một lượt là một lần vào hoặc một lần ra; tàu đến rồi "
        "rời là hai lượt. Không đếm "
        "tàu, không đếm bản khai.",
        "Movements of ships cleared in the period. A movement is one entry or one exit; a ship that comes and leaves "
        "makes two. Neither ships nor "
        "forms are counted.",
    ),
    Text("đếm lượt kết thúc trong kỳ với kết quả 'cleared'", "movements finished in the period with the outcome 'cleared'"),
    Text("lượt", "movements"), "neither", "flow",
    Text("Thủ tục tàu biển trên E-Manifest", "Ship procedures on E-Manifest"),
    movements,
)  # fmt: skip

FORM_D = Indicator(
    "origin.form_d",
    Text(
        "C/O mẫu D điện tử tiếp nhận qua Cơ chế một cửa ASEAN",
        "Electronic certificates form D received through the ASEAN Single Window",
    ),
    Text(
        "C/O nhận lần đầu trong kỳ, mỗi số một lần; thông điệp gửi lại không tính thêm. C/O bị nước cấp huỷ "
        "về sau vẫn là đã nhận.",
        "Certificates first received in the period, each number once; messages sent again add nothing. One "
        "cancelled later by its "
        "issuer was still received.",
    ),
    Text("đếm số C/O khác nhau nhận trong kỳ", "distinct certificate numbers received in the period"),
    Text("C/O", "certificates"), "neither", "flow",
    Text("Thông điệp ATIGA e-Form D qua ASW", "ATIGA e-Form D messages through the ASW"),
    certificates,
)  # fmt: skip

"""
The cast: the invented people whom tests, demo and documentation share.

Lan imports, Minh is her broker, Bình is from another company and must see nothing of hers. Hoa sits at the counter in
Móng Cái, Dũng handles, Tuấn heads the branch. Thủy is a ship's agent, Khánh a forwarder; Kiệt, Bảo, Mai and Nhân are the
agencies at the port. Every other office that takes dossiers has a counter officer, a handler and a leader. All names are
made up; tax codes have a right check digit and begin with 99, which no province has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import product

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from motcua.lib.bilingual import Text
from motcua.lib.vietnamese import VIETNAM
from motcua.people.models import Mandate, Office, Organisation, RoleGrant, User
from motcua.people.offices import ensure_offices
from motcua.people.roles import Role

SINCE = date(2020, 1, 1)
# Of no use elsewhere: on any site that is not for development the cast has no password at all.
PASSWORD = "mot-cua-thu-nghiem"


@dataclass(frozen=True)
class Firm:
    """An organisation of the cast."""

    key: str
    kind: Organisation.Kind
    name: str
    name_en: str
    tax_code: str | None = None
    code: str | None = None


@dataclass(frozen=True)
class Member:
    """A person of the cast; `posts` are (role, office) pairs."""

    username: str
    name: str
    posts: tuple[tuple[Role, str], ...]
    office: str = ""
    firm: str = ""
    language: str = "vi"


K = Organisation.Kind
FIRMS = (
    Firm("lan", K.FIRM, "Công ty TNHH Nông sản Đảo Xanh", "Dao Xanh Farm Produce Co., Ltd", "9900000016"),
    Firm(
        "minh",
        K.AGENT,
        "Công ty Cổ phần Dịch vụ hải quan Hải Âu",
        "Hai Au Customs Services JSC",
        "9900000023",
    ),
    Firm("binh", K.FIRM, "Công ty TNHH Gốm sứ Sông Đá", "Song Da Ceramics Co., Ltd", "9900000030"),
    Firm(
        "thuy",
        K.CARRIER,
        "Công ty TNHH Đại lý tàu biển Vịnh Than",
        "Vinh Than Ship Agency Co., Ltd",
        "9900000048",
    ),
    Firm("khanh", K.AGENT, "Công ty TNHH Giao nhận Cánh Buồm", "Canh Buom Forwarding Co., Ltd", "9900000055"),
    Firm(
        "ministry",
        K.MINISTRY,
        "Bộ Nông nghiệp và Phát triển nông thôn",
        "Ministry of Agriculture and Rural Development",
        code="BNNPTNT",
    ),
    Firm(
        "other-ministry",
        K.MINISTRY,
        "Bộ Y tế",
        "Ministry of Health",
        code="BYT",
    ),
    Firm(
        "laboratory",
        K.LABORATORY,
        "Phòng thử nghiệm Bạch Long (minh họa)",
        "Bach Long Laboratory (invented)",
        "9900000062",
    ),
    Firm(
        "authority",
        K.AUTHORITY,
        "Phòng Quản lý xuất nhập khẩu khu vực Ba Vàng (minh họa)",
        "Ba Vang Import-Export Management Office (invented)",
        code="CO-BAVANG",
    ),
    # The agencies at the port; which code is which agency stands in law/manifest/agencies.yaml.
    Firm(
        "port-authority",
        K.AUTHORITY,
        "Cảng vụ hàng hải Vịnh Than (minh họa)",
        "Vinh Than Port Authority (invented)",
        code="CANGVU-VINHTHAN",
    ),
    Firm(
        "border-guard",
        K.AUTHORITY,
        "Biên phòng cửa khẩu cảng Vịnh Than (minh họa)",
        "Vinh Than Port Border Guard (invented)",
        code="BIENPHONG-VINHTHAN",
    ),
    Firm(
        "quarantine",
        K.AUTHORITY,
        "Trạm Kiểm dịch động vật, thực vật Vịnh Than (minh họa)",
        "Vinh Than Animal and Plant Quarantine Station (invented)",
        code="KIEMDICH-VINHTHAN",
    ),
    Firm(
        "health",
        K.AUTHORITY,
        "Trạm Kiểm dịch y tế Vịnh Than (minh họa)",
        "Vinh Than Health Quarantine (invented)",
        code="YTE-VINHTHAN",
    ),
)

MAIN = (
    Member("lan", "Trần Ngọc Lan", ((Role.DECLARANT, ""), (Role.FIRM_ADMIN, "")), firm="lan"),
    Member("minh", "Phạm Quang Minh", ((Role.AGENT, ""), (Role.FIRM_ADMIN, "")), firm="minh"),
    Member("binh", "Vũ Thanh Bình", ((Role.DECLARANT, ""), (Role.FIRM_ADMIN, "")), firm="binh"),
    Member("thuy", "Đoàn Thu Thủy", ((Role.SHIP_AGENT, ""),), firm="thuy"),
    Member("khanh", "Bùi Gia Khánh", ((Role.FORWARDER, ""),), firm="khanh", language="en"),
    Member("hoa", "Lê Thị Hòa", ((Role.ONE_STOP, "20BB"),), office="20BB"),
    Member("dung", "Hoàng Anh Dũng", ((Role.HANDLER, "20BB"),), office="20BB"),
    Member("tuan", "Nguyễn Minh Tuấn", ((Role.LEADER, "20BB"), (Role.BRANCH_HEAD, "20BB")), office="20BB"),
    Member("nga", "Đặng Thúy Nga", ((Role.MINISTRY_OFFICER, ""),), firm="ministry"),
    Member("yen", "Trịnh Hải Yến", ((Role.MINISTRY_OFFICER, ""),), firm="other-ministry"),
    Member("khoa", "Hà Đăng Khoa", ((Role.ORIGIN_OFFICER, ""),), firm="authority"),
    Member("kiet", "Lưu Tuấn Kiệt", ((Role.AGENCY_OFFICER, ""),), firm="port-authority"),
    Member("son", "Phan Bảo Sơn", ((Role.LABORATORY, ""),), firm="laboratory"),
    Member("cuc", "Ngô Kim Cúc", ((Role.REFORM_CLERK, ""),), office="20ZZ"),
    Member("huong", "Đỗ Mai Hương", ((Role.SURVEY_MANAGER, ""),), office="20ZZ"),
    Member("long", "Mai Đức Long", ((Role.STUDY_MANAGER, ""),), office="20ZZ"),
    Member("ha", "Lý Thu Hà", ((Role.COMMITTEE, ""),), office="20ZZ"),
    Member("vinh", "Dương Quốc Vinh", ((Role.DEPARTMENT_LEADER, ""),), office="20ZZ"),
    Member("an", "Hồ Bình An", ((Role.AUDITOR, ""),)),
    Member("phuc", "Tạ Hữu Phúc", ((Role.ADMINISTRATOR, ""),)),
)

# The other agencies at the port, one person each.
AGENCIES = (
    Member("bao", "Cao Gia Bảo", ((Role.AGENCY_OFFICER, ""),), firm="border-guard"),
    Member("mai", "Tống Chi Mai", ((Role.AGENCY_OFFICER, ""),), firm="quarantine"),
    Member("nhan", "Châu Thiện Nhân", ((Role.AGENCY_OFFICER, ""),), firm="health"),
)

# The offices that take dossiers in 2020, without Móng Cái, whose people stand above.
COUNTERS = ("20BC", "20BD", "20CE", "20CF", "20CG", "20ZZ-KTSTQ", "20ZZ-GSQL", "20ZZ-TXNK")
DUTIES = (Role.ONE_STOP, Role.HANDLER, Role.LEADER)
FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Ngô", "Lương")
MIDDLE = ("Văn", "Thị", "Hữu", "Thu", "Đình", "Ngọc", "Xuân")
GIVEN = ("Đạt", "Hằng", "Quý", "Trang", "Lâm", "Oanh", "Thắng", "Vân", "Kiên", "Diệp", "Nam", "Loan", "Trung")


def _officers() -> tuple[Member, ...]:
    """Three people for every other counter: the same names every time, no two alike."""
    places = enumerate(product(COUNTERS, DUTIES))
    return tuple(
        Member(
            f"{duty.value.replace('_', '')}-{office.lower()}",
            f"{FAMILY[i % len(FAMILY)]} {MIDDLE[i % len(MIDDLE)]} {GIVEN[i % len(GIVEN)]}",
            ((duty, office), (Role.BRANCH_HEAD, office)) if duty is Role.LEADER else ((duty, office),),
            office=office,
        )
        for i, (office, duty) in places
    )


OFFICERS = _officers()
MEMBERS = MAIN + AGENCIES + OFFICERS


def usernames() -> frozenset[str]:
    """The user names of the cast."""
    return frozenset(member.username for member in MEMBERS)


@transaction.atomic
def ensure_cast() -> dict[str, User]:
    """Make sure that offices, organisations, people, roles and Minh's mandate are there; safe to repeat.

    The cast has a password on a development site only; elsewhere one left from earlier is taken away.
    """
    ensure_offices()
    firms = {firm.key: _ensure_firm(firm) for firm in FIRMS}
    people = _ensure_people(firms)
    RoleGrant.objects.bulk_create(
        [
            RoleGrant(user=people[member.username], role=role, office=held, valid_from=SINCE)
            for member in MEMBERS
            for role, office in member.posts
            for held in _with_successors(office)
        ],
        ignore_conflicts=True,
    )
    if not Mandate.objects.filter(principal=firms["lan"], agent=firms["minh"]).exists():
        Mandate.objects.create(
            principal=firms["lan"],
            agent=firms["minh"],
            valid_from=SINCE,
            granted_at=datetime(2020, 1, 1, 8, tzinfo=VIETNAM),
            granted_by=people["lan"].key,
        )
    return people


def _with_successors(office: str) -> list[str]:
    """
    The office and those that took over from it, so that the people who sat at the counter in 2020 sit there today.

    They keep the role at the old office as well: its dossiers remain, under the name of their time.
    """
    chain = [office]
    successors = dict(Office.objects.exclude(successor="").values_list("code", "successor"))
    while (following := successors.get(chain[-1])) and following not in chain:
        chain.append(following)
    return chain


def _ensure_firm(firm: Firm) -> Organisation:
    known = {"tax_code": firm.tax_code} if firm.tax_code else {"code": firm.code}
    values = {"kind": firm.kind, "name": firm.name, "name_en": firm.name_en, "code": firm.code}
    return Organisation.objects.get_or_create(**known, defaults=values)[0]


def _ensure_people(firms: dict[str, Organisation]) -> dict[str, User]:
    people = {user.username: user for user in User.objects.filter(username__in=usernames())}
    # One hash for all of them: hashing forty times would cost seconds and protect nothing.
    password = make_password(PASSWORD if settings.DEVELOPMENT else None)
    for member in MEMBERS:
        user = people.get(member.username)
        if user is None:
            people[member.username] = User.objects.create(
                username=member.username,
                full_name=member.name,
                language=member.language,
                organisation=firms.get(member.firm),
                office=member.office,
                password=password,
            )
        elif not settings.DEVELOPMENT and user.has_usable_password():
            user.set_unusable_password()
            user.save(update_fields=["password"])
    return people


def listed() -> list[dict[str, object]]:
    """The cast as the sign-in page of a development site shows it: those who are there, with role and office."""
    from motcua.people.queries import office_names

    there = set(
        User.objects.filter(username__in=usernames(), is_active=True).values_list("username", flat=True)
    )
    offices = {code: office.name for code, office in office_names().items()}
    firms = {firm.key: Text(firm.name, firm.name_en) for firm in FIRMS}
    return [
        {"username": member.username, "name": member.name, "role": _described(member, offices, firms)}
        for member in MEMBERS
        if member.username in there
    ]


def _described(member: Member, offices: dict[str, Text], firms: dict[str, Text]) -> Text:
    """`Công chức thụ lý · 20BB Chi cục …` or the role and the firm."""
    titles = [role.title for role, _ in member.posts]
    place = firms.get(member.firm) or offices.get(member.office)
    vi = ", ".join(title.vi for title in titles)
    en = ", ".join(title.en for title in titles)
    if place is None:
        return Text(vi, en)
    code = f"{member.office} " if member.office else ""
    return Text(f"{vi} · {code}{place.vi}", f"{en} · {code}{place.en}")

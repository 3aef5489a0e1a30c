"""Acts of publishing and posting, one function per intent; each writes its event, and refuses with the way to mend."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from motcua.casework.attachments import attach
from motcua.casework.models import Attachment, Case
from motcua.casework.record import NewCase, open_case, record
from motcua.law.sheets import NotInForce, Sheet
from motcua.lib.errors import NotAllowed, Refused
from motcua.people.actor import Actor
from motcua.procedures.catalogue import catalogue, local_date
from motcua.publication.fields import differences, record_of
from motcua.publication.models import Posting, Publication
from motcua.publication.national import National

DEPARTMENT = "20ZZ"


@transaction.atomic
def decide(
    procedure: str, since: date, *, decision: str, decided_on: date, actor: Actor, at: datetime
) -> Publication:
    """Note the decision that publishes a version. Duplicate when it is noted already."""
    sheet = catalogue().get(procedure, since)
    case = open_case(
        NewCase(
            kind="publication", reference=f"CB {decision} {_short(procedure)} {since}"[:64], office=DEPARTMENT, channel="desk",
            opened_at=at, procedure=procedure, sheet_since=since, label=sheet.title.vi,
        )
    )  # fmt: skip
    record(
        case, "decided", at=at, recorded_at=at, actor=actor, channel="desk",
        details={"number": decision, "since": since.isoformat(), "sha256": sheet.digest},
    )  # fmt: skip
    return Publication.objects.create(
        case=case, procedure=procedure, since=since, sha256=sheet.digest, decision=decision, decided_on=decided_on
    )  # fmt: skip


@transaction.atomic
def enter(publication: Publication, door: National, *, actor: Actor, at: datetime) -> Publication:
    """Enter the version in the national database. The sheet must still be the one the decision published."""
    sheet = catalogue().get(publication.procedure, publication.since)
    if sheet.digest != publication.sha256:
        raise Refused(
            "Nội dung thủ tục đã khác nội dung lúc công bố; hãy ghi quyết định công bố lại.",
            "The sheet is no longer the one that was published; note the decision anew.",
            place="sha256",
        )
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    if not publication.case.lifecycle.allows(publication.case.status, "entered"):
        raise NotAllowed(
            "Bản này đã nhập rồi; hãy tải lại trang.", "It is entered already; reload the page.", place="entered"
        )  # fmt: skip
    national_id, version = door.enter(publication.procedure, record_of(sheet), actor.key)
    record(
        publication.case, "entered", at=at, recorded_at=at, actor=actor, channel="desk",
        details={"national_id": national_id, "version": version},
    )  # fmt: skip
    publication.national_id, publication.entered_by = national_id, actor.key
    publication.save()
    return publication


@transaction.atomic
def check(publication: Publication, door: National, *, actor: Actor, at: datetime) -> list[str]:
    """
    Compare the entry with the sheet and let it pass, or return it to be entered again; the paths that differ.

    Whoever entered it does not check it.
    """
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    _four_eyes(publication.entered_by, actor)
    sheet = catalogue().get(publication.procedure, publication.since)
    entry = next((one for one in door.read_all() if one.national_id == publication.national_id), None)
    if entry is None:
        paths = ["id"]
    else:
        paths = [one.path for one in differences(record_of(sheet), dict(entry.record))]
    record(
        publication.case, "returned" if paths else "checked", at=at, recorded_at=at, actor=actor, channel="desk"
    )  # fmt: skip
    return paths


@transaction.atomic
def make_public(publication: Publication, door: National, *, actor: Actor, at: datetime) -> Publication:
    """Make the checked entry public in the national database."""
    publication = Publication.objects.select_for_update().get(pk=publication.pk)
    _four_eyes(publication.entered_by, actor)
    entered = publication.case.events.filter(kind="entered").order_by("-number").first()
    version = int(entered.details["version"]) if entered else 0
    record(publication.case, "made_public", at=at, recorded_at=at, actor=actor, channel="desk")
    # Last, so that what the database refuses undoes the event as well.
    door.publish(publication.national_id, version, actor.key)
    return publication


def _four_eyes(first: str, actor: Actor) -> None:
    if first == actor.key:
        raise NotAllowed(
            "Người nhập (hoặc niêm yết) không tự kiểm tra; hãy nhờ người khác.",
            "Whoever entered or posted it does not check it; ask somebody else.",
            place="actor",
        )


def _short(procedure: str) -> str:
    return procedure.partition("/")[2][:30]


# Walls --------------------------------------------------------------------------------------------------------


def wall_of(office: str, *, actor: Actor, at: datetime) -> Case:
    """The notice board of an office, opened when first needed."""
    known = Case.objects.filter(kind="wall", reference=f"NY-{office}").first()
    if known is not None:
        return known
    case = open_case(
        NewCase(
            kind="wall", reference=f"NY-{office}", office=office, channel="desk", opened_at=at, label="Bảng niêm yết thủ tục"
        )
    )  # fmt: skip
    record(case, "opened", at=at, recorded_at=at, actor=actor, channel="desk")
    return case


@transaction.atomic
def post(
    office: str, procedure: str, since: date, *, posted_on: date, actor: Actor, at: datetime, form: str = "board",
    photo: tuple[str, bytes] | None = None,
) -> Posting:  # fmt: skip
    """
    Note that a version was put up at an office on a day, with a dated photograph or scan as proof; what hung before
    comes down. Refused: a version that is not in force on that day, a day to come, an office that has it up already.
    """
    if posted_on > local_date(at):
        raise Refused(
            f"Ngày niêm yết {posted_on:%d/%m/%Y} còn ở tương lai.",
            f"The day of posting, {posted_on.isoformat()}, lies ahead.",
            place="posted_on",
        )
    sheet = _in_force(procedure, since, posted_on)
    wall = wall_of(office, actor=actor, at=at)
    Case.objects.select_for_update().get(pk=wall.pk)
    before = Posting.objects.filter(office=office, procedure=procedure, removed_on=None).first()
    if before is not None and before.sha256 == sheet.digest:
        raise Refused(
            "Bản này đang niêm yết tại đơn vị rồi.", "This version hangs at the office already.", place="procedure"
        )  # fmt: skip
    if before is not None:
        take_down(before, removed_on=posted_on, actor=actor, at=at)
    proof = _proof(wall, procedure, photo, actor, at)
    posting = Posting.objects.create(
        wall=wall, office=office, procedure=procedure, since=since, sha256=sheet.digest, form=form, posted_on=posted_on,
        posted_by=actor.key, recorded_at=at, proof=proof,
    )  # fmt: skip
    _tell(posting, "posted", actor, at)
    return posting


def _in_force(procedure: str, since: date, on: date) -> Sheet:
    """The version, when it is the one in force on the day; Refused says which is."""
    try:
        sheet = catalogue().in_force(procedure, on)
    except NotInForce as error:
        raise Refused(
            f"Không niêm yết: {error.text}", f"It cannot be posted: {error.text_en}", place="procedure"
        ) from error
    if sheet.since != since:
        raise Refused(
            f"Bản {since:%d/%m/%Y} không phải bản có hiệu lực ngày {on:%d/%m/%Y}; hãy in lại bản {sheet.since:%d/%m/%Y}.",
            f"The version of {since.isoformat()} is not in force on {on.isoformat()}; print the poster of "
            f"{sheet.since.isoformat()}.",
            place="since",
        )  # fmt: skip
    return sheet


def _proof(
    wall: Case, procedure: str, photo: tuple[str, bytes] | None, actor: Actor, at: datetime
) -> Attachment | None:
    if photo is None:
        return None
    name, content = photo
    return attach(wall, document=procedure[-60:], name=name, content=content, actor=actor, at=at)


@transaction.atomic
def check_posting(posting: Posting, *, actor: Actor, at: datetime) -> Posting:
    """Confirm by somebody else that it hangs; refused without a proof, and for what has come down."""
    posting = Posting.objects.select_for_update().get(pk=posting.pk)
    _four_eyes(posting.posted_by, actor)
    if posting.removed_on is not None:
        raise NotAllowed("Tờ này đã gỡ xuống.", "It has come down.", place="removed_on")
    if posting.proof is None:
        raise Refused(
            "Chưa có ảnh hoặc bản quét làm bằng chứng; hãy niêm yết lại kèm ảnh.",
            "There is no photograph or scan as proof; post it again with one.",
            place="proof",
        )
    posting.checked_at, posting.checked_by = at, actor.key
    posting.save()
    _tell(posting, "posting_checked", actor, at)
    return posting


@transaction.atomic
def take_down(posting: Posting, *, removed_on: date, actor: Actor, at: datetime) -> Posting:
    """Note that it came down."""
    posting = Posting.objects.select_for_update().get(pk=posting.pk)
    if posting.removed_on is not None:
        raise NotAllowed("Tờ này đã gỡ xuống.", "It has come down.", place="removed_on")
    if removed_on < posting.posted_on:
        raise Refused(
            "Ngày gỡ trước ngày niêm yết.", "It cannot come down before it went up.", place="removed_on"
        )
    posting.removed_on, posting.removed_by = removed_on, actor.key
    posting.save()
    _tell(posting, "removed", actor, at)
    return posting


def _tell(posting: Posting, kind: str, actor: Actor, at: datetime) -> None:
    details = {
        "procedure": posting.procedure, "since": posting.since.isoformat(), "sha256": posting.sha256,
        "form": str(posting.form), "proof": posting.proof.sha256 if posting.proof else "",
    }  # fmt: skip
    record(posting.wall, kind, at=at, recorded_at=at, actor=actor, channel="desk", details=details)

"""Many envelopes in one message: all of it stands, or nothing, and it leaves what the single messages would have left."""

from __future__ import annotations

from motcua.casework.models import Event
from motcua.casework.recount import recount
from motcua.exchange.models import Handling
from motcua.exchange.receive import receive
from motcua.lib import nsw_envelope
from motcua.nsw import bundles
from motcua.nsw.documents import Notice
from motcua.nsw.models import Cover, Inspection, Result
from motcua.people.models import User
from tests.nsw.nsw_cast import HOUR, NOW, codes, envelope, lodged, ministry, passed, say, work


def bundle(*contents: bytes) -> bytes:
    return bundles.write(nsw_envelope.read(one) for one in contents)


def told(content: bytes, reference: str = "B-1", partner: str = "MARD") -> Handling:
    at = NOW + 5 * HOUR
    message = receive(
        ministry(partner), reference=reference, type=bundles.TYPE, content=content, at=at
    ).message
    work(at)
    return Handling.objects.get(message=message)


def day(inspection: Inspection) -> list[bytes]:
    """An acceptance, a sample and a result."""
    code = inspection.file_code
    return [
        envelope(code, ("12", "21"), Notice("accept", at=NOW + HOUR), at=NOW + HOUR),
        envelope(code, ("12", "28"), Notice("sample", at=NOW + 2 * HOUR, sample="M1"), at=NOW + 2 * HOUR),
        envelope(code, ("19", "04"), passed(at=NOW + 3 * HOUR), at=NOW + 3 * HOUR),
    ]


def test_a_bundle_leaves_the_events_and_the_result_of_its_envelopes(cast: dict[str, User]) -> None:
    together, alone = lodged(cast["lan"]), lodged(cast["lan"])
    handling = told(bundle(*day(together)))
    assert handling.state == "done", handling.findings
    say(alone.file_code, ("12", "21"), Notice("accept", at=NOW + HOUR), at=NOW + 5 * HOUR)
    say(alone.file_code, ("12", "28"), Notice("sample", at=NOW + 2 * HOUR, sample="M1"), at=NOW + 5 * HOUR)
    say(alone.file_code, ("19", "04"), passed(at=NOW + 3 * HOUR), at=NOW + 5 * HOUR)

    def events(inspection: Inspection) -> list[tuple[object, ...]]:
        rows = Event.objects.filter(case=inspection.pk).order_by("number")
        return list(rows.values_list("kind", "happened_at", "actor", "details"))

    assert events(together) == events(alone)
    for inspection in (together, alone):
        found = Inspection.objects.select_related("case").get(pk=inspection.pk)
        assert (found.case.status, found.case.finished_at, found.result_number) == (
            "decided",
            NOW + 3 * HOUR,
            "12/KQ-TS",
        )
    assert Result.objects.count() == Cover.objects.count() == 2
    assert recount().wrong == 0


def test_one_envelope_that_cannot_stand_refuses_the_whole_bundle_and_is_named(cast: dict[str, User]) -> None:
    inspection = lodged(cast["lan"])
    unknown = envelope("BNNPTNT25209999999", ("12", "21"), at=NOW + HOUR)
    alone = envelope(inspection.file_code, ("20", "05"), Notice("recall", text="x"), at=NOW + HOUR)
    wrong = day(inspection)[2].replace(b"<outcome>1<", b"<outcome>9<")
    for number, (content, code) in enumerate(
        ((unknown, "nsw-unknown-file"), (alone, "nsw-alone"), (wrong, "nsw-outcome"))
    ):
        handling = told(bundle(day(inspection)[0], content), f"B-{number}")
        assert handling.state == "refused"
        assert code in codes(handling)
    assert Inspection.objects.get().case.status == "waiting"
    assert told(bundle(*day(inspection)), "B-8", partner="MOH").state == "refused"
    assert told(b"<Other/>", "B-9").state == "refused"


def test_what_is_out_of_order_in_a_bundle_refuses_it(cast: dict[str, User]) -> None:
    inspection = lodged(cast["lan"])
    handling = told(bundle(*reversed(day(inspection))))
    assert handling.state == "refused"
    assert Inspection.objects.get().case.last_number == 1
    assert Result.objects.count() == 0

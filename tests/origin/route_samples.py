"""Samples for the pages of certificates: one that came in, one of Lan's firm to leave, one of Bình's."""

from __future__ import annotations

from dataclasses import replace

from motcua.lib.xmlsign import Verification
from motcua.origin import issuing, receiving
from motcua.origin.models import ExportCertificate
from motcua.people.actor import CLOCK
from motcua.people.models import Organisation
from tests.origin.forms import TERMS, form
from tests.origin.test_issuing import application
from tests.origin.world import AT
from tests.people.matrix import Factory, Sample, Thing, World

NOWHERE = {"pk": 987654321}


def a_certificate(world: World) -> Sample:
    """A certificate that came in; it names no branch."""
    made = receiving.receive(
        form(number="D2020-1"), verification=Verification("good"), terms=TERMS, actor=CLOCK, at=AT, now=AT
    ).certificate
    return Sample(Thing({"pk": made.pk}), None, NOWHERE)


def an_item(world: World) -> Sample:
    """Its first item."""
    made = a_certificate(world).mine.kwargs
    return Sample(Thing({**made, "number": 1}), None, {**NOWHERE, "number": 1})


def a_use(world: World) -> Sample:
    """A use of it that is not there."""
    made = a_certificate(world).mine.kwargs
    return Sample(Thing({**made, "use_id": 1}), None, {**NOWHERE, "use_id": 1})


def _export(firm: int) -> ExportCertificate:
    organisation = Organisation.objects.get(pk=firm)
    return issuing.apply(application(), firm=organisation, office="20BB", actor=CLOCK, at=AT)


def an_export(world: World) -> Sample:
    """An application of Lan's firm and one of Bình's."""
    mine, other = _export(world.lans), _export(world.binhs)
    return Sample(
        Thing({"pk": mine.pk}, world.lans), Thing({"pk": other.pk}, world.binhs), NOWHERE
    )  # fmt: skip


def a_returned_one(world: World) -> Sample:
    """The same, both returned to be completed."""
    sample = an_export(world)
    for thing in (sample.mine, sample.foreign):
        assert thing is not None
        found = ExportCertificate.objects.get(pk=thing.kwargs["pk"])
        issuing.return_to_exporter(found, code="incomplete", actor=CLOCK, at=AT)
    return sample


def an_issued_one(world: World) -> Sample:
    """The same, both issued."""
    sample = an_export(world)
    for thing in (sample.mine, sample.foreign):
        assert thing is not None
        issuing.issue(ExportCertificate.objects.get(pk=thing.kwargs["pk"]), actor=CLOCK, at=AT)
    return sample


def an_application(world: World) -> Sample:
    """An application as the authority sees it, whoever's it is."""
    return replace(an_export(world), foreign=None, mine=Thing(an_export(world).mine.kwargs))


def an_act(world: World) -> Sample:
    """An act of the authority."""
    made = an_export(world).mine.kwargs
    return Sample(Thing({**made, "name": "give"}), None, {**NOWHERE, "name": "give"})


SAMPLES: dict[str, Factory] = {
    "certificate": a_certificate,
    "certificate-use": a_certificate,
    "certificate-query": a_certificate,
    "certificate-reject": a_certificate,
    "certificate-reassess": a_certificate,
    "certificate-refuse-item": an_item,
    "certificate-take-back": a_use,
    "export-certificate": an_export,
    "export-complete": a_returned_one,
    "export-withdraw": an_export,
    "export-pdf": an_issued_one,
    "export-json": an_issued_one,
    "export-examine": an_application,
    "export-act": an_act,
}

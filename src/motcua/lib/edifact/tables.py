"""
Segment tables of the messages this gateway reads and writes, by directory release.

Source: UN/EDIFACT directories (UNTDID part 4). CONTRL was compared with the segment table published by the Joint
Syntax Working Group. The others were compared line by line with one public machine-readable transcription of
the directories, not with the directories themselves (verified: false). One departure: DTM in group 2 of PAXLST
is conditional here, as in D.15A and D.21A and as real lists have it; the transcription makes it mandatory
before D.13A.
"""

from __future__ import annotations

from motcua.lib.edifact.structure import Part, table

_CONTRL = """
UNH M1, UCI M1,
SG1 C999999 (UCM M1, SG2 C999 (UCS M1, UCD C99)),
SG3 C999999 (UCF M1, SG4 C999999 (UCM M1, SG5 C999 (UCS M1, UCD C99))),
UNT M1
"""

_APERAK_96A = """
UNH M1, BGM M1, DTM C9, FTX C9, CNT C9, SG1 C9 (RFF M1, DTM C9), SG2 C9 (NAD M1, CTA C9, COM C9),
SG3 C999 (ERC M1, FTX C1, SG4 C1 (RFF M1, FTX C9)), UNT M1
"""

_APERAK_98B = """
UNH M1, BGM M1, DTM C9, FTX C9, CNT C9, SG1 C9 (RFF M1, DTM C9), SG2 C9 (NAD M1, CTA C9, COM C9),
SG3 C99999 (ERC M1, FTX C1, SG4 C9 (RFF M1, FTX C9)), UNT M1
"""

_APERAK_99B = """
UNH M1, BGM M1, DTM C9, FTX C9, CNT C9, SG1 C99 (DOC M1, DTM C99), SG2 C9 (RFF M1, DTM C9),
SG3 C9 (NAD M1, CTA C9, COM C9), SG4 C99999 (ERC M1, FTX C1, SG5 C9 (RFF M1, FTX C9)), UNT M1
"""

_CUSCAR_95B = """
UNH M1, BGM M1, DTM C9, RFF C9, NAD C9, FTX C9, SG1 C9 (TDT M1, LOC C99, DTM C99), GIS C9,
SG2 C9999 (EQD M1, TSR C9, MEA C9, DIM C9, SEL C9, NAD C9, GIS C9, SG3 C9 (TMP M1, RNG C1)), CNT C9,
SG4 C9999 (CNI M1, CNT C9,
 SG5 C9999 (RFF M1, CNT C9, MOA C9, LOC C99, GIS C9, CUX C9, CPI C9,
  SG6 C9 (TDT M1, LOC C9, DTM C9, RFF C9), SG7 C99 (NAD M1, RFF C9, SG8 C9 (CTA M1, COM C9)),
  SG9 C9 (QTY M1, FTX C9),
  SG10 M9999 (GID M1, PAC C9, HAN C9, FTX C99, MEA C99, MOA C9, SGP C99, DGS C9, PCI C9, CST C1,
   SG11 C9 (GIS M1, DOC C9), SG12 C9 (QTY M1, FTX C1)))),
SG13 C1 (AUT M1, DTM C9, RFF C9), UNT M1
"""

# From D.96B on only the head, the equipment group and the goods item group change.
_CUSCAR = """
UNH M1, BGM M1, DTM C9, {head} SG1 C99 (RFF M1, DTM C9), SG2 C99 (NAD M1, {born} SG3 C9 (CTA M1, COM C9)),
FTX C9, SG4 C9 (TDT M1, LOC C99, DTM C99), {gis} C9,
SG5 C9999 (EQD M1, TSR C9, MEA C9, DIM C9, SEL C9, NAD C9, {gis} C9, {place} SG6 C9 (TMP M1, RNG C1)), CNT C9,
SG7 C9999 (CNI M1, CNT C9,
 SG8 C9999 (RFF M1, CNT C9, MOA C9, LOC C99, {gis} C9, CUX C9, CPI C9,
  SG9 C9 (TDT M1, LOC C9, DTM C9, MEA C9, SG10 C9 (RFF M1, TSR C9)),
  SG11 C99 (NAD M1, DTM C9, RFF C9, SG12 C9 (CTA M1, COM C9)), SG13 C9 (QTY M1, FTX C9),
  SG14 M9999 (GID M1, PAC C9, HAN C9, FTX C99, MEA C99, MOA C9, SGP C{boxes}, DGS C{danger}, PCI C9, CST C1,
   {more} SG15 C9 ({gis} M1, DTM C9, DOC C9{pack}), SG16 C9 (QTY M1, FTX C1)))),
SG17 C1 (AUT M1, DTM C9, RFF C9), UNT M1
"""


def _cuscar(release: str) -> str:
    later = release != "96B"
    newer = release in ("99B", "03B")
    return _CUSCAR.format(
        head="LOC C9, QTY C9," if later else "",
        born="DTM C1," if newer else "",
        place="LOC C1," if newer else "",
        gis="GEI" if release == "03B" else "GIS",
        boxes=9999 if later else 99,
        danger=99 if release == "03B" else 9,
        more="LOC C9, TMD C9," if later else "",
        pack=", PAC C9, MEA C9" if later else "",
    )


_CUSREP = """
UNH M1, BGM M1, DTM C9, QTY C9, {poc} FTX C9, MEA C9, {gis} C9, SG1 C99 (RFF M1, DTM C1), SG2 C99 (LOC M1, DTM C9),
SG3 C9 (DOC M1, RFF C1, DTM C1, LOC C1), SG4 C9 (TAX M1, MOA C1, {paid} {gis} C1),
SG5 C{parties} (NAD M1, SG6 C9 (CTA M1, COM C5), SG7 C9 (RFF M1, DTM C1)),
SG8 C99 (TDT M1, TPL C1, DTM C1, SG9 C99 (LOC M1, DTM C9, QTY C9{call})),
SG10 C999 (EQD M1, EQN C1), SG11 C1 (AUT M1, DTM C1), UNT M1
"""

_CUSREP_CALL = {
    "95B": "",
    "96B": "",
    "98B": ", NAD C9, MEA C9, POC C9, FTX C9",
    "99B": ", NAD C99, MEA C9, POC C9, STS C9, FTX C9",
    "03B": ", NAD C99, MEA C9, POC C9, STS C9, FTX C9",
}


def _cusrep(release: str) -> str:
    return _CUSREP.format(
        poc="" if release in ("95B", "96B") else "POC C99,",
        gis="GEI" if release == "03B" else "GIS",
        paid="FII C1, LOC C1, RFF C1, DTM C9," if release in ("99B", "03B") else "",
        parties=5 if release == "95B" else 9,
        call=_CUSREP_CALL[release],
    )


# One table serves D.98B and D.99B.
_CUSRES_98B = """
UNH M1, BGM M1, DTM C9, FTX C99, TDT C9, LOC C99, GIS C10, EQD C999, SG1 C9 (NAD M1, SG2 C9 (CTA M1, COM C9)),
SG3 C999 (RFF M1, DTM C9, LOC C9), SG4 C99 (ERP M1, RFF C9, ERC C99, FTX C99), SG5 C99 (TAX M1, MOA C99, GIS C99),
SG6 C9999 (DOC M1, PAC C9, RFF C9, PCI C9, FTX C9, TDT C9, LOC C9, DTM C9, GIS C9, MEA C99, EQD C999,
 SG7 C9 (NAD M1, SG8 C9 (CTA M1, COM C9)), SG9 C99 (MOA M1, CUX C9), SG10 C99 (TAX M1, MOA C99, GIS C99),
 SG11 C9999 (CST M1, FTX C9, SG12 C99 (TAX M1, MOA C99, GIS C99, MEA C9, RFF C9)),
 SG13 C9999 (ERP M1, RFF C9, ERC C9999, FTX C9)),
CNT C9, SG14 C9 (AUT M1, DTM C9), UNT M1
"""

_CUSRES_03B = """
UNH M1, BGM M1, DTM C9, FTX C99, TDT C9, LOC C99, GEI C10, EQD C999, SG1 C99 (NAD M1, SG2 C9 (CTA M1, COM C9)),
SG3 C999 (RFF M1, DTM C9, LOC C9), SG4 C99 (ERP M1, RFF C9, ERC C99, FTX C99), SG5 C99 (TAX M1, MOA C99, GEI C99),
SG6 C99999 (DOC M1, PAC C9, RFF C9, PCI C9, FTX C99, TDT C9, LOC C9, DTM C9, GEI C99, MEA C99, EQD C999,
 SG7 C9 (NAD M1, SG8 C9 (CTA M1, COM C9)), SG9 C99 (MOA M1, SG10 C9 (CUX M1, DTM C1)),
 SG11 C99 (TAX M1, MOA C99, GEI C99),
 SG12 C9999 (CST M1, FTX C9, SG13 C99999 (TAX M1, MOA C99, GEI C99, MEA C9, RFF C9)),
 SG14 C9999 (ERP M1, RFF C9, ERC C9999, FTX C9)),
CNT C9, SG15 C9 (AUT M1, DTM C9), UNT M1
"""

_PAXLST = """
UNH M1, BGM M1, RFF C1, DTM C9, {head} SG1 C5 (NAD M1, CTA C1, COM C9),
SG2 M10 (TDT M1, DTM C1, SG3 C99 (LOC M1, DTM C5)),
SG4 C99999 (NAD M1, ATT C9, DTM C9, MEA C9, {gis} C5, FTX C{texts}, LOC C25, COM C1, EMP C9, NAT C9, {refs}
 SG5 C5 (DOC M1, DTM C5, {gis} C9, RFF C9, LOC C{places}, CPI C1, QTY C9), SG6 C99 (GID M1, FTX C9, QTY C9),
 SG7 C1 (TDT M1, FTX C1)),
CNT C1, AUT C1, UNT M1
"""


def _paxlst(release: str) -> str:
    return _PAXLST.format(
        head="LOC C9," if release == "12B" else "",
        gis="GIS" if release == "98B" else "GEI",
        texts=5 if release in ("98B", "02B") else 99,
        refs={"98B": "", "12B": "RFF C99999,"}.get(release, "RFF C1,"),
        places=1 if release == "98B" else 2,
    )


def _all() -> dict[tuple[str, str], str]:
    texts = {
        ("APERAK", "D95B"): _APERAK_96A,
        ("APERAK", "D96A"): _APERAK_96A,
        ("APERAK", "D98B"): _APERAK_98B,
        ("APERAK", "D99B"): _APERAK_99B,
        ("APERAK", "D03B"): _APERAK_99B,
        ("CONTRL", "D3"): _CONTRL,
        ("CONTRL", "22"): _CONTRL,
        ("CONTRL", "41"): _CONTRL,
        ("CUSCAR", "D95B"): _CUSCAR_95B,
        ("CUSRES", "D98B"): _CUSRES_98B,
        ("CUSRES", "D99B"): _CUSRES_98B,
        ("CUSRES", "D03B"): _CUSRES_03B,
    }
    texts |= {("CUSCAR", f"D{release}"): _cuscar(release) for release in ("96B", "98B", "99B", "03B")}
    texts |= {("CUSREP", f"D{release}"): _cusrep(release) for release in ("95B", "96B", "98B", "99B", "03B")}
    texts |= {("PAXLST", f"D{release}"): _paxlst(release) for release in ("98B", "02B", "05B", "12B")}
    return texts


TABLES: dict[tuple[str, str], Part] = {
    (message, release): table(f"{message} {release}", text) for (message, release), text in _all().items()
}


def structure_of(type: str, directory: str) -> Part | None:
    """The table of a message ("CUSCAR", "D98B"), or None; `directory` is version and release of UNH together."""
    return TABLES.get((type, directory))

"""Event logs in XES, as tools really write them."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from motcua.lib.errors import Malformed
from motcua.lib.xes import read_xes

LOG = """<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<log xes.version="1.0" xmlns="http://www.xes-standard.org/">
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <global scope="event"><string key="concept:name" value="none"/></global>
  <trace>
    <string key="concept:name" value="Tờ khai 1"/>
    <string key="office" value="20BB"/>
    <event>
      <string key="concept:name" value="registered"><string key="note" value="nested"/></string>
      <date key="time:timestamp" value="2020-05-01T08:00:00.000+07:00"/>
      <string key="lifecycle:transition" value="start"/>
    </event>
    <event><string key="concept:name" value="released"/></event>
  </trace>
  <trace><event><date key="time:timestamp" value="2020-05-02"/></event></trace>
</log>"""
KEYS = ["case:concept:name", "case:office", "concept:name", "time:timestamp"]


def write(folder: Path, text: str, name: str = "log.xes", *, packed: bool = False) -> Path:
    file = folder / name
    content = text.encode()
    file.write_bytes(gzip.compress(content) if packed else content)
    return file


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("namespace", [' xmlns="http://www.xes-standard.org/"', ""])
def test_events_come_with_what_their_trace_says(tmp_path: Path, packed: bool, namespace: str) -> None:
    text = LOG.replace(' xmlns="http://www.xes-standard.org/"', namespace)
    lines, found = read_xes(write(tmp_path, text, packed=packed), KEYS)
    assert lines == [9, 14, 16]
    assert found == {
        "case:concept:name": ["Tờ khai 1", "Tờ khai 1", None],
        "case:office": ["20BB", "20BB", None],
        "concept:name": ["registered", "released", None],
        "time:timestamp": ["2020-05-01T08:00:00.000+07:00", None, "2020-05-02"],
    }


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<trace/>", "The root is <trace>"),
        (LOG.replace("</trace>", "", 1), "line"),
        (LOG.replace("<log ", "<!DOCTYPE log [<!ENTITY a 'b'>]><log "), "DOCTYPE"),
    ],
)
def test_what_is_no_log_is_refused_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Malformed) as caught:
        read_xes(write(tmp_path, text), KEYS)
    assert says in f"{caught.value.place} {caught.value.text_en}"
    assert caught.value.place


def test_half_a_gzip_file_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "log.xes.gz"
    file.write_bytes(gzip.compress(LOG.encode())[:-40])
    with pytest.raises(Malformed, match="gzip"):
        read_xes(file, KEYS)

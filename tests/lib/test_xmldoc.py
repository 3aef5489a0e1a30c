"""XML from strangers: what is dangerous is refused with its place, what is wrong is explained, what is written is stable."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.lib import xmldoc
from motcua.lib.errors import Malformed
from motcua.lib.findings import Severity

XSD = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">
<xs:element name="Manifest"><xs:complexType><xs:sequence>
  <xs:element name="Bill" maxOccurs="unbounded"><xs:complexType><xs:sequence>
    <xs:element name="Gross" type="xs:decimal"/>
    <xs:element name="Unit" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string">
      <xs:enumeration value="KGM"/><xs:enumeration value="TNE"/></xs:restriction></xs:simpleType></xs:element>
    <xs:element name="Mark" minOccurs="0"><xs:simpleType><xs:restriction base="xs:string">
      <xs:maxLength value="3"/></xs:restriction></xs:simpleType></xs:element>
  </xs:sequence><xs:attribute name="number" use="required"/></xs:complexType></xs:element>
</xs:sequence></xs:complexType></xs:element></xs:schema>"""


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> xmldoc.Schema:
    path = tmp_path_factory.mktemp("xsd") / "manifest.xsd"
    path.write_bytes(XSD)
    return xmldoc.Schema.load(path)


def refused(content: bytes, limits: xmldoc.Limits = xmldoc.LIMITS) -> Malformed:
    with pytest.raises(Malformed) as caught:
        xmldoc.read(content, limits=limits)
    assert caught.value.place
    assert caught.value.text
    assert caught.value.text != caught.value.text_en
    return caught.value


LAUGHS = (
    b'<?xml version="1.0"?>\n<!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(
        b'<!ENTITY lol%d "%s">' % (n, b"&lol%s;" % (str(n - 1).encode() if n > 1 else b"") * 10)
        for n in range(1, 10)
    )
    + b"]>\n<lolz>&lol9;</lolz>"
)
QUADRATIC = b'<!DOCTYPE a [<!ENTITY x "' + b"x" * 60_000 + b'">]><a>' + b"&x;" * 60_000 + b"</a>"
XXE = b'<?xml version="1.0"?>\n<!DOCTYPE a [<!ENTITY file SYSTEM "file:///etc/passwd">]>\n<a>&file;</a>'
REMOTE_DTD = b'<?xml version="1.0"?>\n<!DOCTYPE a SYSTEM "http://example.test/a.dtd"><a/>'
HIDDEN = b"<!--><a/> -->" + XXE[22:]


@pytest.mark.parametrize(
    "attack",
    [LAUGHS, QUADRATIC, XXE, REMOTE_DTD, HIDDEN],
    ids=["laughs", "quadratic", "xxe", "remote", "hidden"],
)
def test_document_types_and_entities_are_refused_at_their_line(attack: bytes) -> None:
    began = time.perf_counter()
    fault = refused(attack)
    assert time.perf_counter() - began < 1
    assert "DOCTYPE" in fault.text_en
    assert fault.place.startswith("line ")
    if attack is XXE:
        assert fault.place == "line 2, column 1"


def test_a_document_type_in_utf16_is_found_as_well() -> None:
    assert "DOCTYPE" in refused(XXE.decode().encode("utf-16")).text_en


@pytest.mark.parametrize("depth", [65, 300, 100_000])
def test_deep_nesting_is_refused(depth: int) -> None:
    assert "nested deeper" in refused(b"<a>" * depth + b"</a>" * depth).text_en


@pytest.mark.parametrize(
    "content", [LAUGHS, QUADRATIC, XXE, REMOTE_DTD, HIDDEN, b"<a>" * 300, b"<a/><a/>", b"<a", b""]
)
def test_a_stream_refuses_what_a_tree_refuses(content: bytes) -> None:
    with pytest.raises(Malformed, match="line"):
        list(xmldoc.stream(content, "a"))


def test_sixty_four_levels_are_taken() -> None:
    assert xmldoc.read(b"<a>" * 64 + b"</a>" * 64).root.tag == "a"


def test_deep_nesting_inside_a_streamed_element_is_refused() -> None:
    content = b"<r><bill/><bill>" + b"<a>" * 300 + b"</a>" * 300 + b"</bill></r>"
    with pytest.raises(Malformed, match="nested deeper"):
        list(xmldoc.stream(content, "bill"))


def test_many_attributes_are_refused() -> None:
    wide = b"<r>\n<a " + b" ".join(b'k%d="v"' % n for n in range(65)) + b"/></r>"
    with pytest.raises(Malformed, match="line 2: An element carries more than 64 attributes"):
        xmldoc.read(wide)


def test_a_huge_attribute_and_a_huge_text_are_refused_before_parsing() -> None:
    assert refused(b'<r>\n<a k="' + b"x" * 300_000 + b'"/></r>').place == "line 2, column 1"
    assert "limit is 262144" in refused(b"<r>" + b"x" * 300_000 + b"</r>").text_en


def test_too_many_elements_and_too_many_bytes_are_refused() -> None:
    limits = xmldoc.Limits(bytes=10_000, elements=100)
    assert "more than 100 elements" in refused(b"<r>" + b"<a/>" * 300 + b"</r>", limits).text_en
    assert "10001 bytes" in refused(b"<r>" + b"x" * 9_994 + b"</r>", limits).text_en


def test_a_wrong_byte_is_named_with_its_place() -> None:
    fault = refused(b"<r>\n  <name>Th\xe0nh</name></r>")
    assert fault.place == "line 2, column 11"
    assert "0xE0 is not UTF-8" in fault.text_en


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_declared_encodings_and_byte_order_marks_are_read(codec: str) -> None:
    name = "utf-8" if codec == "utf-8-sig" else codec
    text = f'<?xml version="1.0" encoding="{name}"?><r>Café</r>'
    assert xmldoc.read(text.encode(codec)).root.text == "Café"
    assert xmldoc.look(text.encode(codec)).name == "r"


def test_utf16_declared_over_single_bytes_is_read_with_a_warning() -> None:
    document = xmldoc.read('<?xml version="1.0" encoding="utf-16"?><r>Hạ Long</r>'.encode())
    assert document.root.text == "Hạ Long"
    assert [(one.code, one.severity) for one in document.findings] == [
        ("xml.encoding.declared", Severity.WARNING)
    ]


def test_an_unknown_encoding_is_refused() -> None:
    assert "“koi8-r” is not taken" in refused(b'<?xml version="1.0" encoding="KOI8-R"?><r/>').text_en


WRONG = [
    (b"", "line 1", "empty"),
    (b"  \n\n ", "line 1", "empty"),
    (b'\n <?xml version="1.0"?><r/>', "line 2, column 2", "Blanks stand before"),
    (b"garbage <r/>", "line 1, column 1", "“garbage <r/>”"),
    (b"<!-- only a remark -->", "line 1, column 23", "no root"),
    (b"<!-- open", "line 1, column 1", "not closed"),
    (b"<r>\n<a></b></r>", "line 2, column 8", "<a> of line 2 is closed by </b>"),
    (b"<r>\n<a>", "line 2, column 4", "cut off"),
    (b"<r>a & b</r>", "line 1, column 7", "&amp;"),
    (b"<r>&nbsp;</r>", "line 1, column 10", "“&nbsp;”"),
    (b"<r>1 < 2</r>", "line 1, column 7", "&lt;"),
    (b'<r a="1" a="2"/>', "line 1, column 15", "twice"),
    (b"<r><x:a/></r>", "line 1, column 8", "“x:”"),
    (b"<r>\x0b</r>", "line 1, column 4", "control character number 11"),
    (b"<r/>\n<?xml version='1.0'?><r/>", "line 2, column 1", "another one begins"),
    (b"<r/>\n<r/>", "line 2, column 1", "another one begins"),
    (b"<r/>\nBYE", "line 2, column 1", "Text stands after"),
    (b"< r/>", "line 1, column 1", "no name"),
]


@pytest.mark.parametrize(("content", "place", "says"), WRONG)
def test_every_wrong_file_is_refused_with_place_and_reason(content: bytes, place: str, says: str) -> None:
    fault = refused(content)
    assert fault.place.startswith(place)
    assert says in fault.text_en


FAULTY = b"""<Manifest>
  <Bill number="1"><Gross>x</Gross></Bill>
  <Bill><Gross>1</Gross><Unit>LBR</Unit></Bill>
  <Bill number="3"><Gross>1</Gross><Mark>LONG</Mark><Extra/></Bill>
  <Bill number="4"/>
</Manifest>"""
FOUND = [
    ("xml.schema.value", "line 2, /Manifest/Bill[1]/Gross"),
    ("xml.schema.missing", "line 3, /Manifest/Bill[2]"),
    ("xml.schema.choice", "line 3, /Manifest/Bill[2]/Unit"),
    ("xml.schema.maxlength", "line 4, /Manifest/Bill[3]/Mark"),
    ("xml.schema.unexpected", "line 4, /Manifest/Bill[3]/Extra"),
    ("xml.schema.missing", "line 5, /Manifest/Bill[4]"),
]


def test_a_schema_names_every_fault_with_line_and_path(schema: xmldoc.Schema) -> None:
    findings = xmldoc.read(FAULTY, schema=schema).findings
    assert [(one.code, one.place) for one in findings] == FOUND
    assert all(one.vi != one.en and one.basis == "manifest.xsd" for one in findings)
    assert findings[0].en == "<Gross> holds “x”; it must be a decimal number with a point."
    assert findings[2].vi == "<Unit> có giá trị “LBR”; chỉ nhận một trong: 'KGM', 'TNE'."


def test_a_stream_finds_the_same(schema: xmldoc.Schema) -> None:
    stream = xmldoc.stream(FAULTY, "Bill", schema=schema)
    assert [bill.get("number") for bill in stream] == ["1", None, "3", "4"]
    assert [(one.code, one.place) for one in stream.findings] == FOUND


def test_a_stream_of_a_cut_file_says_where_although_a_schema_complains(schema: xmldoc.Schema) -> None:
    with pytest.raises(Malformed, match="line 4, column"):
        list(xmldoc.stream(FAULTY[:120], "Bill", schema=schema))


def test_a_stream_holds_one_element_at_a_time() -> None:
    content = b"<r><head>h</head>" + b"<bill><n>1</n></bill>" * 20_000 + b"</r>"
    root, most = None, 0
    for element in xmldoc.stream(content, "head", "bill"):
        root = element.getparent()
        assert root is not None
        most = max(most, len(root))
    assert 1 < most < 2500  # as many as stand in one block of 32 KiB


def test_paths_are_told_by_local_names() -> None:
    root = xmldoc.read(b'<a xmlns="urn:x">\n<b/><p:b xmlns:p="urn:y"/>\n<b/></a>').root
    assert [xmldoc.place(child) for child in root] == [
        "line 2, /a/b[1]",
        "line 2, /a/b",
        "line 3, /a/b[2]",
    ]


def test_a_look_reads_no_further_than_the_root() -> None:
    root = xmldoc.look(b'<?xml version="1.0"?>\n<!-- x -->\n<iw:Waybill xmlns:iw="iata:waybill:1"><broken')
    assert (root.name, root.namespace, root.line) == ("Waybill", "iata:waybill:1", 3)


def test_writing_is_deterministic_and_survives_characters_xml_cannot_hold() -> None:
    def tree() -> xmldoc.Element:
        return xmldoc.make("r", None, xmldoc.make("a", "x\x00<y>", attributes={"z": "1", "b": "\x01"}), None)

    assert xmldoc.write(tree()) == xmldoc.write(tree())
    assert xmldoc.write(tree()).decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<r>\n  <a b="\ufffd" z="1">x\ufffd&lt;y&gt;</a>\n</r>\n'
    )


TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=20)


@given(text=TEXTS, attribute=TEXTS)
def test_what_is_written_is_read_back(text: str, attribute: str) -> None:
    root = xmldoc.make("r", None, xmldoc.make("a", text, attributes={"k": attribute}))
    again = xmldoc.read(xmldoc.write(root)).root
    assert again[0].text == (root[0].text or None)
    assert again[0].attrib == root[0].attrib


PIECES = st.sampled_from(
    [b"<a>", b"</a>", b"<a/>", b"&amp;", b"&#0;", b"&x;", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?xml", b"?>",
     b"<!DOCTYPE a [", b"]>", b"\xff", b"\x00", b"\xef\xbb\xbf", b' k="v"', b"<a", b">", b"x", b"\n", b"<p:a xmlns:p='u'>"]
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=2000)
@given(st.lists(PIECES | st.binary(max_size=6), max_size=40).map(b"".join))
def test_garbage_is_read_or_refused_with_a_place(content: bytes) -> None:
    for reader in (xmldoc.read, xmldoc.look, lambda given: list(xmldoc.stream(given, "a"))):
        assert place_of_refusal(reader, content) != ""


def place_of_refusal(reader: Callable[[bytes], object], content: bytes) -> str | None:
    try:
        reader(content)
    except Malformed as fault:
        return fault.place
    return None


def test_the_schema_is_compiled_once(tmp_path: Path) -> None:
    path = tmp_path / "one.xsd"
    path.write_bytes(XSD)
    assert xmldoc.Schema.load(path) is xmldoc.Schema.load(path)

"""Small files that make much of themselves, each made in code: what imports must withstand."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

HEADINGS = "entity_id,name"
_TYPES = (
    '<?xml version="1.0"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
    "</Types>"
)
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def _relations(kind: str, target: str) -> str:
    return (
        f'<?xml version="1.0"?><Relationships xmlns="{_RELS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/{kind}" Target="{target}"/></Relationships>'
    )


def _book(rows: bytes, head: str = "", dimension: str = "A1:B2") -> dict[str, bytes]:
    """The parts of a workbook whose only sheet has these rows."""
    return {
        "[Content_Types].xml": _TYPES.encode(),
        "_rels/.rels": _relations("officeDocument", "xl/workbook.xml").encode(),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ).encode(),
        "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml").encode(),
        "xl/worksheets/sheet1.xml": (
            f'<?xml version="1.0"?>{head}<worksheet xmlns="{_MAIN}"><dimension ref="{dimension}"/>'
            "<sheetData>"
        ).encode()
        + rows
        + b"</sheetData></worksheet>",
    }


def _zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _cell(place: str, text: str) -> bytes:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'.encode()


_HEAD = b'<row r="1">' + _cell("A1", "entity_id") + _cell("B1", "name") + b"</row>"


def _far(place: str, padding: int = 0) -> bytes:
    row = "".join(filter(str.isdigit, place))
    return _zipped(
        _book(_HEAD + b" " * padding + f'<row r="{row}">'.encode() + _cell(place, "x") + b"</row>")
    )


def _many_rows() -> bytes:
    row = b"<row>" + _cell("A2", "x" * 200) + _cell("B2", "y" * 200) + b"</row>"
    return _zipped(_book(_HEAD + row * 600_000))


def _false_sizes() -> bytes:
    """A workbook whose directory says that a sheet of 200 MB unpacks to a kilobyte."""
    whole = _zipped(_book(_HEAD + b" " * 200_000_000))
    at = whole.index(b"PK\x01\x02")
    changed = bytearray(whole)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        for entry in archive.infolist():
            if entry.filename.endswith("sheet1.xml"):
                size = struct.pack("<I", entry.file_size)
                for place in (entry.header_offset + 22, changed.index(size, at)):
                    changed[place : place + 4] = struct.pack("<I", 1024)
    return bytes(changed)


def _entities() -> bytes:
    head = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)
    )
    return _zipped(_book(_HEAD + b'<row r="2">' + _cell("A2", "&j;") + b"</row>", head + "]>"))


def _shared() -> bytes:
    parts = _book(_HEAD)
    parts["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{_MAIN}" count="1" uniqueCount="1">'.encode()
        + b"<si><t>x</t></si>" * 6_000_000
    )
    parts["xl/_rels/workbook.xml.rels"] = (
        parts["xl/_rels/workbook.xml.rels"]
        .decode()
        .replace(
            "</Relationships>",
            f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            "</Relationships>",
        )
        .encode()
    )
    return _zipped(parts)


def _deep_xml() -> bytes:
    return _zipped(_book(_HEAD + b"<row>" * 3_000_000))


def _numbers() -> bytes:
    numbers = b"".join(
        b'<c r="%c2"><v>%s</v></c>' % (65 + i, text)
        for i, text in enumerate((b"1e400", b"9" * 100_000, b"-1e-999", b"nan", b"1e308"))
    )
    return _zipped(_book(_HEAD + b'<row r="2">' + numbers + b"</row>"))


def _days() -> bytes:
    parts = _book(
        _HEAD
        + b'<row r="2"><c r="A2" s="0"><v>1e12</v></c><c r="B2" t="d"><v>99999-99-99</v></c></row>'
    )
    return _zipped(parts)


def _open_document() -> bytes:
    """A table of two cells, one of them repeated over the whole sheet."""
    office = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{office}office:1.0" '
        f'xmlns:table="{office}table:1.0" xmlns:text="{office}text:1.0"><office:body>'
        f"<office:spreadsheet><table:table "
        'table:name="a"><table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'office:value-type="string" table:number-columns-repeated="200"><text:p>x</text:p>'
        "</table:table-cell></table:table-row></table:table></office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        '<manifest:file-entry manifest:full-path="/" '
        'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/>'
        "</manifest:manifest>"
    )
    return _zipped(
        {
            "mimetype": b"application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def _broken_zip() -> bytes:
    return _zipped(_book(_HEAD))[:-200]


def _damaged_zip() -> bytes:
    whole = bytearray(_zipped(_book(_HEAD + b"<row/>" * 1000)))
    whole[len(whole) // 2] ^= 0xFF
    return bytes(whole)


def _absolute() -> bytes:
    return _zipped({"/etc/passwd": b"x", "../../../evil": b"x"})


def _thousands() -> bytes:
    return _zipped({**_book(_HEAD), **{f"xl/{i}.xml": b"" for i in range(20_000)}})


def _nested() -> bytes:
    return _zipped({"inner.xlsx": _zipped(_book(_HEAD))})


def _old_workbook() -> bytes:
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHH", 0x3E, 3, 0xFFFE)
    header += struct.pack("<HH", 9, 6) + b"\0" * 10
    header += struct.pack("<IIIIIIII", 0x7FFFFFFF, 0, 0, 4096, 0, 0x7FFFFFFF, 0xFFFFFFFE, 0)
    return header.ljust(512, b"\xff") + b"\xff" * 4096


def _encrypted() -> bytes:
    return _old_workbook() + "EncryptedPackage".encode("utf-16-le") + b"\0" * 512


def _parquet(make: Callable[[Path], None]) -> Callable[[], bytes]:
    def made() -> bytes:
        import tempfile

        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "x.parquet"
            make(path)
            return path.read_bytes()

    return made


def _long_texts(path: Path) -> None:
    """Thirty thousand rows that all have the same text of a hundred kilobytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    indices = pa.array([0] * 30_000, pa.int32())
    text = pa.DictionaryArray.from_arrays(indices, pa.array(["x" * 100_000]))
    ids = pa.array([str(i) for i in range(30_000)])
    table = pa.table({"entity_id": ids, "name": text})
    pq.write_table(table, path, compression="zstd", store_schema=False)


def _nested_types(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kind = pa.string()
    for _ in range(40):
        kind = pa.list_(kind)
    table = pa.table(
        {
            "entity_id": pa.array(["a"]),
            "name": pa.array([{"a": [{"b": 1}]}]),
            "deep": pa.array([None], kind),
        }
    )
    pq.write_table(table, path)


def _many_lists(path: Path) -> None:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    items = pa.ListArray.from_arrays(
        pa.array(np.arange(0, 20_001 * 5_000, 5_000, dtype=np.int32)),
        pa.array(np.zeros(20_000 * 5_000, np.int8)),
    )
    ids = pa.array([str(i) for i in range(20_000)])
    table = pa.table({"entity_id": ids, "name": items})
    pq.write_table(table, path, compression="zstd", write_statistics=False)  # they take seconds


def _absurd_rows(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = 20_000_000
    column = pa.DictionaryArray.from_arrays(pa.nulls(rows, pa.int8()), pa.array(["x"]))
    pq.write_table(
        pa.table({"entity_id": column, "name": column}),
        path,
        row_group_size=rows,
        compression="zstd",
    )


def _wide_parquet(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({f"c{i}": pa.array([""]) for i in range(20_000)}), path)


def _wrong_footer() -> bytes:
    return b"PAR1" + b"\0" * 100 + struct.pack("<I", 0x7FFFFFF0) + b"PAR1"


def _false_page() -> bytes:
    """A Parquet file with a page header that was overwritten with lengths that are not there."""
    whole = bytearray(_parquet(_small)())
    whole[4:20] = b"\x15\x04\x15\xfe\xff\xff\xff\x0f\x15\xfe\xff\xff\xff\x0f\x4c\x15"
    return bytes(whole)


def _small(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"entity_id": ["a"] * 50, "name": ["b"] * 50}), path)


def _quoted() -> bytes:
    return f"{HEADINGS}\n".encode() + b'a,"' + b"x\n" * 2_000_000


def _wide_json() -> bytes:
    lines = (
        "{" + ",".join(f'"k{number}_{key}":1' for key in range(3_000)) + "}"
        for number in range(100)
    )
    return "\n".join(lines).encode()


def _head(rest: bytes) -> bytes:
    return f"{HEADINGS}\n".encode() + rest


FILES: dict[str, Callable[[], bytes]] = {
    "far-cell.xlsx": lambda: _far("XFD1048576"),
    "far-row.xlsx": lambda: _far("ZZ1048576"),
    "padded.xlsx": lambda: _far("ZZ1048576", 31 << 20),
    "beyond.xlsx": lambda: _far("ZZZZZ99999999"),
    "many-rows.xlsx": _many_rows,
    "false-sizes.xlsx": _false_sizes,
    "entities.xlsx": _entities,
    "shared.xlsx": _shared,
    "deep-xml.xlsx": _deep_xml,
    "numbers.xlsx": _numbers,
    "days.xlsx": _days,
    "dimension.xlsx": lambda: _zipped(_book(_HEAD, dimension="A1:XFD1048576")),
    "repeated.ods": _open_document,
    "broken.xlsx": _broken_zip,
    "damaged.xlsx": _damaged_zip,
    "absolute.xlsx": _absolute,
    "thousands.xlsx": _thousands,
    "nested.xlsx": _nested,
    "old.xls": _old_workbook,
    "encrypted.xlsx": _encrypted,
    "page.xls": lambda: b"<html><table><tr><td>entity_id</td></tr></table></html>",
    "empty.csv": lambda: b"",
    "mark.csv": lambda: b"\xef\xbb\xbf",
    "wide-mark.csv": lambda: b"\xff\xfe",
    "wide.csv": lambda: f"{HEADINGS}\na,b\n".encode("utf-16") + b"\xd8" * 99_999,
    "commas.csv": lambda: HEADINGS.encode() + b"," * 1_000_000 + b"\na,b\n",
    "ragged.csv": lambda: _head((b"," * 1_000_000 + b"\n") * 20),
    "endless.csv": lambda: _head(b"x" * 40_000_000),
    "quoted.csv": _quoted,
    "quotes.csv": lambda: _head(b'"a",""b"\n' * 300_000),
    "nul.csv": lambda: _head(b"a,\0b\n" * 100_000),
    "zeros.csv": lambda: b"\0" * 10_000_000,
    "deep.jsonl": lambda: b'{"entity_id":' + b"[" * 1_000_000 + b"\n" + b'{"a":' * 500_000,
    "endless.jsonl": lambda: b'{"entity_id":"' + b"x" * 40_000_000,
    "wide.jsonl": _wide_json,
    "number.jsonl": lambda: b'{"entity_id":' + b"9" * 2_000_000 + b',"name":1e999}\n',
    "long-texts.parquet": _parquet(_long_texts),
    "nested.parquet": _parquet(_nested_types),
    "lists.parquet": _parquet(_many_lists),
    "absurd.parquet": _parquet(_absurd_rows),
    "wide.parquet": _parquet(_wide_parquet),
    "footer.parquet": _wrong_footer,
    "page.parquet": _false_page,
    "bomb.csv": lambda: zlib.compress(b"a" * 1_000_000),
}
"""Name of a file and how it is made."""

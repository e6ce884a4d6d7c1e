"""Letters as text: pages, Word files, plain text, hostile and broken ones."""

from __future__ import annotations

import zipfile
from pathlib import Path

from yaohao.planner.doors.letter_text import MOST, is_to, letter_text


def written(folder: Path, name: str, content: bytes) -> Path:
    """A file with this content."""
    (folder / name).write_bytes(content)
    return folder / name


def word(folder: Path, xml: str) -> Path:
    """A Word file of this document."""
    with zipfile.ZipFile(folder / "letter.docx", "w") as archive:
        archive.writestr("word/document.xml", xml)
    return folder / "letter.docx"


def test_a_page_has_lines_without_its_looks(tmp_path: Path) -> None:
    page = "<style>p{}</style><script>x()</script><h1>通知</h1><p>A &amp;\n B<br>C</p>"
    page += "<table><tr><td>1<td>2"
    assert letter_text(written(tmp_path, "a.html", page.encode())) == "通知\n\nA & B\nC\n\n1  2"


def test_a_word_file_has_a_line_a_paragraph(tmp_path: Path) -> None:
    xml = "<w:p><w:r><w:t>One</w:t></w:r><w:r><w:t xml:space='x'> &lt;two</w:t></w:r></w:p>"
    xml += "<w:p><w:t>3</w:t></w:p>"
    assert letter_text(word(tmp_path, xml)) == "One <two\n3"


def test_signs_that_steer_a_terminal_are_harmless(tmp_path: Path) -> None:
    text = letter_text(written(tmp_path, "a.txt", b"a\x1b[31m\x07b\n\n\n\nc"))
    assert text is not None and "\x1b" not in text and "\x07" not in text
    assert text.endswith("\n\nc")


def test_what_is_no_text_or_too_long_is_none(tmp_path: Path) -> None:
    assert letter_text(written(tmp_path, "a.xlsx", b"PK")) is None
    assert letter_text(written(tmp_path, "b.docx", b"no archive")) is None
    assert letter_text(written(tmp_path, "c.html", b"x" * (MOST + 1))) is None
    assert letter_text(word(tmp_path, " " * (MOST + 1))) is None  # packed small


def test_to_whom_letters_are(tmp_path: Path) -> None:
    page = written(tmp_path, "a.html", b"<p>Firm (e.1-2)</p><p>Other (e.1-34)</p>")
    assert [is_to(page, one) for one in ("e.1-2", "e.1-34", "e.1-3", "1-2", "e+1-2")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert is_to(word(tmp_path, "<w:p><w:t>(e-1)</w:t></w:p>"), "e-1")
    assert not is_to(written(tmp_path, "b.docx", b"no archive e-1"), "e-1")
    assert not is_to(written(tmp_path, "c.xlsx", b"e-1"), "e-1")
    assert not is_to(written(tmp_path, "d.html", b"e-1" + b" " * MOST), "e-1")

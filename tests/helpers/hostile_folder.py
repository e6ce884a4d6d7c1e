"""A folder of somebody else's, full of files named like modules."""

from __future__ import annotations

from pathlib import Path

SHADOWS = (
    "scripts", "planner", "tui", "sample_data", "yaohao", "textual", "textual_serve", "aiohttp",
    "click", "json", "duckdb", "numpy", "rich", "jinja2", "pyarrow", "resource", "sqlite3",
    "tempfile", "tomllib", "typing", "cryptography", "holidays", "highspy", "segno",
    "python_calamine", "openpyxl", "xlsxwriter", "tomlkit", "filelock", "rfc8785", "csv", "hashlib",
)  # fmt: skip
AT_START = ("sitecustomize", "usercustomize")
"""What Python itself loads from its path before any program."""


def hostile_folder(folder: Path, names: tuple[str, ...] = (*SHADOWS, *AT_START)) -> Path:
    """Fill a folder with files named like our modules and like those of others; the mark they set.

    The mark is a file beside the folder, with a line for each file that was run.
    """
    mark = folder.parent / "ran"
    code = f"open({str(mark)!r}, 'a').write(__file__ + '\\n')\n"
    for name in names:
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "__init__.py").write_text(code)
        (folder / name / "__main__.py").write_text(code)
        (folder / f"{name}.py").write_text(code)
    (folder / "pyproject.toml").write_text("[tool]\n")
    (folder / "uv.toml").write_text("[pip]\n")
    (folder / ".env").write_text("YAOHAO_LANG=xx\n")
    (folder / ".duckdbrc").write_text("install httpfs;\n")
    return mark

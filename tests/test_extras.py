"""Extras: each is known to `yaohao doctor`, and named where what it brings is missing."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from yaohao.planner.reports.doctor import EXTRAS
from yaohao.planner.wording.messages import choose_language, say

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

WITHOUT = """
import sys
from pathlib import Path
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import say_problem
class Missing:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {missing!r}:
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Missing)
try:
    {act}
except PlannerError as error:
    sys.exit("; ".join(say_problem(problem) for problem in error.problems))
"""
"""What is done where libraries are missing; what is refused is said on standard error."""

ACTS = {
    "serve": (
        {"aiohttp", "textual_serve"},
        "from yaohao.scripts.served_screens import make_server; make_server('x', 1, 'k')",
    ),
    "drand": ({"py_ecc"}, "from yaohao.planner.draw.drand import _curve; _curve()"),
    "faker": ({"faker"}, "from yaohao.sample_data import Provider"),
    "word": (
        {"docxtpl", "docx"},
        "from yaohao.planner.publication.paper.word_letters import word_letters as make; "
        "make(Path('.'), [], 'en')",
    ),
}


def test_every_extra_is_known_to_doctor_in_both_languages() -> None:
    assert set(EXTRAS) == set(PROJECT["optional-dependencies"])
    for language in ("en", "zh"):
        choose_language(language)
        for extra in EXTRAS:
            assert f"'FILE.whl[{extra}]'" in say(f"doctor.extra-{extra}-do")


@pytest.mark.parametrize("extra", ACTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_missing_is_named(extra: str, language: str) -> None:
    missing, act = ACTS[extra]
    code = WITHOUT.format(missing=missing, act=act)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "YAOHAO_LANG": language},
        capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 1 and f"'FILE.whl[{extra}]'" in done.stderr

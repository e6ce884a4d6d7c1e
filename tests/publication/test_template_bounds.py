"""Templates of a bureau's own: nothing from outside their folder, and nothing without end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from yaohao.planner.publication.paper import template_bounds
from yaohao.planner.publication.paper.templating import LARGEST_FILE, Templates
from yaohao.planner.vocabulary.problems import PlannerError

# fmt: off
ENDLESS = {
    "loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "macro": "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
    "two calls":
        "{% macro f(n) %}{% if n %}{{ f(n-1) }}{{ f(n-1) }}{% endif %}{% endmacro %}{{ f(90) }}",
    "include": "{% include 'notices.html' %}",
    "extends": "{% extends 'notices.html' %}",
    "recursive": "{% for a in [[1]] recursive %}{{ loop([[1]]) }}{% endfor %}",
    "range": "{{ range(10**10) | list }}",
    "times": "{{ 'x' * 10**9 }}",
    "times list": "{{ [1] * 1000000000 }}",
    "power": "{{ 10 ** 10000000 }}",
    "power of power": "{{ 9 ** 9 ** 9 }}",
    "doubled": "{% set n = namespace(s='xx') %}"
        "{% for i in range(90) %}{% set n.s = n.s + n.s %}{% endfor %}",
    "joined": "{% set n = namespace(s='xx') %}"
        "{% for i in range(90) %}{% set n.s = n.s ~ n.s %}{% endfor %}",
    "center": "{{ 'x' | center(1000000000) }}",
    "center of text": "{{ 'x'.center(1000000000) }}",
    "zfill": "{{ 'x'.zfill(1000000000) }}",
    "tabs": "{{ '\t\t'.expandtabs(1000000000) }}",
    "format": "{{ '%1000000000d' | format(1) }}",
    "format of width": "{{ '%*d' % (1000000000, 1) }}",
    "percent": "{{ '%1000000000d' % 1 }}",
    "braces": "{{ '{:>1000000000}'.format('x') }}",
    "braces in braces": "{{ '{:>{}}'.format('x', 1000000000) }}",
    "indent": "{{ 'x' | indent(1000000000, true) }}",
    "indent lines": "{% set x = 'a\\n' * 900000 %}{{ x | indent(9000) }}",
    "batch": "{{ [1] | batch(1000000000, 'x') | list }}",
    "slice": "{{ [1] | slice(1000000000) | list }}",
    "replace": "{% set x = 'x' * 1000000 %}{{ x | replace('x', x) }}",
    "replace of text": "{% set x = 'x' * 1000000 %}{{ x.replace('x', x) }}",
    "join": "{% set x = 'x' * 1000000 %}{{ ([x] * 1000) | join(x) }}",
    "join of text": "{% set x = 'x' * 1000000 %}{{ x.join([x] * 1000) }}",
    "page": "{% set x = 'x' * 1000000 %}{% for i in range(99999) %}{{ x }}{% endfor %}",
    "lipsum": "{{ lipsum(1000000) }}",
}
# fmt: on
ESCAPES = (
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ say.__globals__ }}",
    "{{ self.__init__.__globals__ }}",
    "{{ language.__class__ }}",
    "{{ ''|attr('__class__') }}",
    "{{ [].append(1) }}",
    "{{ '{0.__class__}'.format('') }}",
    "{{ namespace.__init__.__globals__.os }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ range.__self__ }}",
    "{{ joiner }}",
    "{% for x in say.__code__.co_consts %}{% endfor %}",
    "{{ '%s' % self._TemplateReference__context }}",
    "{{ dict(a=1).update(b=2) }}",
    "{{ 'x' | counted by the page }}",
)  # fmt: skip


def own(folder: Path, text: str, name: str = "notices.html") -> Templates:
    (folder / "templates").mkdir(exist_ok=True)
    (folder / "templates" / name).write_text(text, encoding="utf-8")
    return Templates(folder, "en")


def shown(templates: Templates) -> str:
    return b"".join(templates.pieces("notices.html", {"visits": ["<a>"], "n": 3})).decode()


@pytest.mark.parametrize("name", ENDLESS)
def test_what_has_no_end_is_refused_soon(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template_bounds, "MOST_SECONDS", 0.5)
    monkeypatch.setattr(template_bounds, "LARGEST_PAGE", 20_000_000)
    began = time.process_time()
    with pytest.raises(PlannerError) as refused:
        shown(own(tmp_path, ENDLESS[name]))
    assert time.process_time() - began < 5
    problem = refused.value.problems[0]
    assert problem.code == "forms.bad-template"
    assert str(problem.params["file"]).endswith("notices.html") and problem.params["line"] == 1


@pytest.mark.parametrize("text", ESCAPES)
def test_nothing_of_python_is_reached(tmp_path: Path, text: str) -> None:
    with pytest.raises(PlannerError):
        shown(own(tmp_path, text))


def test_what_forms_need_works_as_before(tmp_path: Path) -> None:
    text = (
        "{% for v in visits %}{{ loop.index }}/{{ loop.length }}{{ loop.last }} {{ v }}{% endfor %}"
        "{{ [1, 2] | join('; ') }} {{ 'a' ~ visits[0] ~ n }} {{ '%05.1f' | format(n) }}"
        "{{ '{:>4}'.format(n) }} {{ 'ab' * 2 }} {{ n + 1 }} {{ 'x' | center(3) }}"
        "{{ visits | map('upper') | join('|') }}{{ ['a', 'b'] | join }}"
    )
    assert shown(own(tmp_path, text)) == (
        "1/1True &lt;a&gt;1; 2 a&lt;a&gt;3 003.0   3 abab 4  x &lt;A&gt;ab"
    )


def test_a_link_out_of_the_folder_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret")
    (tmp_path / "templates").mkdir()
    link = tmp_path / "templates" / "notices.html"
    for goal in (tmp_path / "secret", Path("..") / "secret", Path("/etc/hostname"), Path("gone")):
        link.unlink(missing_ok=True)
        link.symlink_to(goal)
        with pytest.raises(PlannerError) as refused:
            shown(Templates(tmp_path, "en"))
        assert refused.value.problems[0].code == "forms.template-outside"
        assert str(link) in str(refused.value)
    link.unlink()
    link.symlink_to("notices.html")
    with pytest.raises(PlannerError):
        shown(Templates(tmp_path, "en"))
    link.unlink()
    (tmp_path / "templates" / "real.html").write_text("fine")
    link.symlink_to("real.html")
    assert shown(Templates(tmp_path, "en")) == "fine"
    (tmp_path / "templates" / "materials.toml").symlink_to(tmp_path / "secret")
    with pytest.raises(PlannerError):
        Templates(tmp_path, "en").materials()


def test_an_included_file_stays_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "secret.html").write_text("the secret")
    for name in ("../secret.html", str(tmp_path / "secret.html"), "sub/../../secret.html"):
        (tmp_path / "templates" / "sub").mkdir(parents=True, exist_ok=True)
        with pytest.raises(PlannerError):
            shown(own(tmp_path, "{% include '" + name + "' %}"))


def test_a_large_or_broken_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PlannerError, match="more than"):
        shown(own(tmp_path, "x" * (LARGEST_FILE + 1)))
    (tmp_path / "templates" / "notices.html").write_bytes(b"\xff\xfe")
    with pytest.raises(PlannerError):
        shown(Templates(tmp_path, "en"))
    with pytest.raises(PlannerError):
        shown(own(tmp_path, "{{" + "(" * 5000 + ")" * 5000 + "}}"))

"""Templates of a bureau's own: nothing from outside their folder, and nothing without end."""

from __future__ import annotations

import re
import resource
import time
from pathlib import Path

import pytest
from yaohao.planner.publication.paper import template_bounds
from yaohao.planner.publication.paper.templating import LARGEST_FILE, Templates
from yaohao.planner.vocabulary.problems import PlannerError
from yaohao.planner.wording.messages import catalogue

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
    "list in list": "{% set a = [0] * 2000000 %}{{ [a] * 2000 }}",
    "list of lists": "{% set n = namespace(s=[1]) %}"
        "{% for i in range(90) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}",
    "tables of tables": "{% set n = namespace(s=1) %}"
        "{% for i in range(90) %}{% set n.s = {'a': n.s, 'b': n.s} %}{% endfor %}{{ n.s }}",
    "rounds of rounds": "{% set n = namespace(s=1) %}"
        "{% for i in range(90) %}{% set n.s = (n.s, n.s) %}{% endfor %}{{ n.s | tojson }}",
    "compared": "{% set n = namespace(s=[1], t=[1]) %}{% for i in range(40) %}"
        "{% set n.s = [n.s, n.s] %}{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.s == n.t }}",
    "squared": "{% set n = namespace(s=9) %}"
        "{% for i in range(90) %}{% set n.s = n.s * n.s %}{% endfor %}",
    "rounded": "{{ 1.5 | round(1000000000, 'ceil') }}",
    "json": "{{ [1, [2]] | tojson(indent=3000000000) }}",
    "json indented": "{{ ([[1]] * 100000) | tojson(indent=16) }}",
    "join by attribute": "{% set x = 'x' * 1000000 %}"
        "{{ ([{'a': x}] * 300) | join('', attribute='a') }}",
    "octets": "{{ 'x'.encode().ljust(1000000000) }}",
    "octets of number": "{{ (1).to_bytes(1000000000, 'big') }}",
    "places": "{% set x = 'x' * 1000000 %}{{ ('{0}' * 5000).format(x) }}",
    "places of markup": "{% set x = '<' * 1000000 %}{{ (('{0}' * 5)|safe).format(x) }}",
    "places by name": "{% set x = 'x' * 1000000 %}{{ ('%(a)s' * 5000) % {'a': x} }}",
    "places filtered": "{% set x = 'x' * 1000000 %}{{ ('%s' * 3) | format(x, x, x) }}",
    "format map": "{% set x = 'x' * 1000000 %}{{ ('{a}' * 5000).format_map({'a': x}) }}",
    "block set": "{% set x = 'x' * 1000000 %}{% set y %}"
        "{% for i in range(5000) %}{{ x }}{% endfor %}{% endset %}{{ y }}",
    "plain block set": "{% set y %}{% for i in range(2000000) %}" + "x" * 1000
        + "{% endfor %}{% endset %}{{ y }}",
    "written by a macro": "{% macro m() %}{% for i in range(2000000) %}" + "x" * 1000
        + "{% endfor %}{% endmacro %}{{ m() | length }}",
    "filtered block": "{% filter upper %}{% for i in range(2000000) %}" + "x" * 1000
        + "{% endfor %}{% endfilter %}",
    "lazily":
        "{{ range(200000) | map('string') | map('center', 9000) | list }}",
    "handed in": "{% macro m() %}{% endmacro %}"
        "{{ m(*(range(200000) | map('string') | map('center', 9000))) }}",
    "cut": "{% set x = 'x' * 1900000 %}{% set y %}"
        "{% for i in range(100000) %}{{ x[i:] }}{% endfor %}{% endset %}",
    "wrapped": "{% set x = 'x ' * 900000 %}{{ x | wordwrap(1, wrapstring=x) }}",
    "wrapped long": "{{ ('x' * 1900000) | wordwrap(1) }}",
    "tags": "{{ ('<!--' * 400000) | striptags }}",
    "tags of text": "{{ (('<a>' * 400000) | safe).striptags() }}",
    "trimmed": "{% set x = 'x' * 1000000 %}{{ x | trim('y' * 1000000 ~ 'x') }}",
    "trimmed text": "{% set x = 'x' * 1000000 %}{{ x.strip('y' * 1000000) }}",
    "summed": "{{ ([[1]] * 1000000) | sum(start=[]) }}",
    "picked": "{{ range(2000000) | select('in', range(2000000) | list) | list }}",
    "tables of keys": "{% set x = 'x' * 1000000 %}{{ dict.fromkeys(range(100000), x) }}",
    "imported": "{% import 'notices.html' as n %}{{ n }}",
    "imported text": "{% import 'long.html' as n %}{{ n }}",
    "imported joined": "{% import 'long.html' as n %}{{ n ~ 'x' }}",
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
    monkeypatch.setattr(template_bounds, "MOST_MADE", 500_000_000)
    own(tmp_path, "{% for i in range(9) %}" + "x" * 1000 + "{% endfor %}", "long.html")
    began = time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(PlannerError) as refused:
        shown(own(tmp_path, ENDLESS[name]))
    assert time.process_time() - began < 5
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 800_000, "kilobytes"
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


def test_what_is_made_bit_by_bit_is_counted_together(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(template_bounds, "MOST_MADE", 20_000_000)
    for text in (ENDLESS["lazily"], ENDLESS["handed in"], ENDLESS["cut"]):
        with pytest.raises(PlannerError, match="20,000,000 bytes"):
            shown(own(tmp_path, text))


def test_what_is_too_much_is_told_in_both_languages(tmp_path: Path) -> None:
    own(tmp_path, "\n{{ 'x' * 10**9 }}")
    for lang, words in (("en", "longer than 2,000,000"), ("zh", "超过 2,000,000 的文本")):
        with pytest.raises(PlannerError) as refused:
            shown(Templates(tmp_path, lang))
        found = refused.value.problems[0].params
        assert words in found["found"] and found["line"] == 2
    told = catalogue("forms")
    sources = "".join(
        path.read_text(encoding="utf-8")
        for path in Path(template_bounds.__file__).parent.glob("template_*.py")
    )
    codes = set(re.findall(r'BeyondBoundsError\(\s*"(\w+)"', sources))
    assert {f"bounds-{code}" for code in codes | {"recursion"}} == {
        name for name in told if name.startswith("bounds-")
    }


def test_markup_that_a_template_makes_stays_markup(tmp_path: Path) -> None:
    text = (
        "{% set a %}<b>{{ visits[0] }}</b>{% endset %}{{ a }}"
        "{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{{ m(a) }}{{ m('<') }}"
        "{{ '<br>'|safe }}{{ '<br>' }}{{ [a, '<'] | join('|') }}{{ a ~ '<' }}{{ namespace(x=1) }}"
    )
    bold = "<b>&lt;a&gt;</b>"
    assert shown(own(tmp_path, text)) == (
        f"{bold}<i>{bold}</i><i>&lt;</i><br>&lt;br&gt;{bold}|&lt;{bold}&lt;&lt;namespace&gt;"
    )


def test_large_registers_can_be_sorted_grouped_and_counted(tmp_path: Path) -> None:
    """All the visits of a large draw are no more than a template may hold, again and again."""
    text = (
        "{% for c in cases | sort(attribute='n') %}{% if loop.first %}{{ c.n }}{% endif %}"
        "{% endfor %}"
        "{% for key, own in cases | groupby('region') %}"
        " {{ key }}:{{ own | length }}:{{ own | map(attribute='n') | max }}"
        "{% endfor %}"
        "{% for i in range(300) %}{% set all = {'cases': cases} %}{% endfor %}"
        " {{ (cases | selectattr('region', 'eq', 'N') | list)[0].n }}"
    )
    cases = [
        {"n": n, "region": "NS"[n % 2], "items": [{"name": "x" * 40} for _ in range(4)]}
        for n in range(20_000, 0, -1)
    ]
    templates = own(tmp_path, text)
    began = time.process_time()
    page = b"".join(templates.pieces("notices.html", {"cases": cases})).decode()
    assert page == "1 N:10000:20000 S:10000:19999 20000"
    assert time.process_time() - began < 20


def test_a_folder_that_is_a_link_is_refused_by_name(tmp_path: Path) -> None:
    """`templates -> .` made every file of the workspace a template, the secret of a draw too."""
    (tmp_path / "frames").mkdir()
    (tmp_path / "frames" / "secret").write_text("the secret")
    (tmp_path / "notices.html").write_text("{% include 'frames/secret' %}")
    (tmp_path / "elsewhere").mkdir()
    folder = tmp_path / "templates"
    for goal in (".", "elsewhere", str(tmp_path / "elsewhere"), "gone"):
        folder.unlink(missing_ok=True)
        folder.symlink_to(goal)
        with pytest.raises(PlannerError) as refused:
            shown(Templates(tmp_path, "en"))
        assert refused.value.problems[0].code == "forms.template-outside"
        assert str(folder) in str(refused.value)
        with pytest.raises(PlannerError):
            Templates(tmp_path, "en").materials()


def test_materials_that_nest_without_end_are_refused(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "materials.toml").write_text("a = " + "[" * 90_000)
    with pytest.raises(PlannerError) as refused:
        Templates(tmp_path, "en").materials()
    assert refused.value.problems[0].code == "file.deep"


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

"""Drawings for the pages that explain the protocol: its two rounds, and the tickets of one cell.

Plain SVG out of numbers and words, the same bytes whenever they are drawn; the tickets are those
that `docs/protocol.md`, section 4, gives for the key and the ids that stand in the picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from html import escape

KEY = "00112233445566778899aabbccddeeff"
FIRMS = 14
DRAWN = 4
WIDTH, HEIGHT = 960, 400
INK, SOFT, PAPER, MARK, PUBLIC = "#1d2939", "#667085", "#ffffff", "#3f51b5", "#e8eaf6"
_FONT = "font-family=\"'Noto Sans CJK SC','Noto Sans SC','Microsoft YaHei',sans-serif\""

# Each round from left to right: title, and what is said of it.
ROUNDS = {
    "en": (
        "First round: who is inspected",
        (
            ("Plan, register", "whom, how many,", "by which rules"),
            ("Frame, chances, table", "frozen: every chance", "and rounding fixed"),
            ("Commitment", "one number, published:", "binds all of it"),
            ("Seed", "rolled in public,", "nobody could know it"),
            ("Drawn list", "by arithmetic alone:", "nothing is chosen"),
        ),
        "Second round: who inspects",
        (
            ("Recusals, absences", "declared on the", "drawn list"),
            ("Visits, roster", "closed: who may", "inspect what"),
            ("Second commitment", "published: binds", "the roster"),
            ("Second seed", "a new one, rolled", "in public"),
            ("Teams", "the one fair", "assignment"),
        ),
    ),
    "zh": (
        "第一轮：检查谁",
        (
            ("计划、名录库", "抽谁、抽多少、", "按什么规则"),
            ("抽样框、概率、分配表", "冻结：概率和取整", "方式全部固定"),
            ("承诺值", "一个数，公布：", "绑定上述全部内容"),
            ("种子", "当众摇出，", "此前无人能知"),
            ("抽中名单", "只凭计算得出，", "不再有任何选择"),
        ),
        "第二轮：由谁检查",
        (
            ("回避、请假", "针对抽中名单", "提出"),
            ("检查任务、人员名单", "确定：谁可以", "检查什么"),
            ("第二个承诺值", "公布：绑定", "人员名单"),
            ("第二个种子", "新的种子，", "当众摇出"),
            ("检查组", "户数最均衡的", "唯一派法"),
        ),
    ),
}
WORDS = {
    "en": {
        "before": "fixed before the seed",
        "after": "follows from it",
        "ledger": "Ledger: every step is a line, each bound to all lines before it",
        "tickets": "One cell: 14 firms, 4 to be drawn",
        "low": "lowest ticket",
        "high": "highest ticket",
        "threshold": "threshold: the highest drawn ticket, published",
        "drawn": "drawn",
        "not": "not drawn",
    },
    "zh": {
        "before": "种子产生之前已固定",
        "after": "由种子得出",
        "ledger": "台账：每一步是一行，每一行与之前各行相扣",
        "tickets": "一个抽样层：14 户，抽 4 户",
        "low": "序号最低",
        "high": "序号最高",
        "threshold": "中签线：抽中的最高序号，公布",
        "drawn": "抽中",
        "not": "未抽中",
    },
}


def drawings(lang: str) -> dict[str, str]:
    """The pictures of one language, by the name of their file."""
    return {
        f"protocol-{lang}.svg": _svg(HEIGHT, _rounds(lang), ROUNDS[lang][0]),
        f"tickets-{lang}.svg": _svg(250, _tickets(lang), WORDS[lang]["tickets"]),
    }


def ticket(key: str, firm: str) -> str:
    """The ticket of an entity where classes are public: the hash that orders its cell."""
    return hashlib.sha256(f"{key}|{firm}".encode()).hexdigest()


def _svg(height: int, parts: Iterator[str], title: str) -> str:
    lines = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" {_FONT}>\n'
        f"<title>{escape(title)}</title>\n"
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" '
        f'markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="{SOFT}"/></marker></defs>\n'
        f'<rect width="{WIDTH}" height="{height}" fill="{PAPER}"/>\n{lines}\n</svg>\n'
    )


def _text(
    x: float, y: float, words: str, size: int = 13, fill: str = INK, anchor: str = "middle"
) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}" fill="{fill}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def _rounds(lang: str) -> Iterator[str]:
    first, steps, second, others = ROUNDS[lang]
    words = WORDS[lang]
    wide, gap, high = 164, 22, 92
    left = (WIDTH - 5 * wide - 4 * gap) / 2
    parted = left + 3 * (wide + gap) - gap / 2
    yield (
        f'<rect x="{left - 8:g}" y="30" width="{parted - left + 8:g}" height="308" fill="#f6f7fb"/>'
    )
    yield (
        f'<line x1="{parted:g}" y1="24" x2="{parted:g}" y2="344" stroke="{MARK}" '
        'stroke-width="2" stroke-dasharray="6 5"/>'
    )
    yield _text(parted - 12, 22, words["before"], 13, MARK, "end")
    yield _text(parted + 12, 22, words["after"], 13, MARK, "start")
    for top, title, row in ((70, first, steps), (226, second, others)):
        beside = left if top == 70 else left + wide / 2 + 14  # an arrow comes down there
        yield _text(beside, top - 14, title, 15, INK, "start")
        for number, (name, *lines) in enumerate(row):
            x = left + number * (wide + gap)
            fill, edge = (PUBLIC, MARK) if number in (2, 3) else (PAPER, SOFT)
            yield (
                f'<rect x="{x:g}" y="{top}" width="{wide}" height="{high}" rx="8" '
                f'fill="{fill}" stroke="{edge}"/>'
            )
            yield _text(x + wide / 2, top + 28, name, 14)
            for place, line in enumerate(lines):
                yield _text(x + wide / 2, top + 52 + 20 * place, line, 12, SOFT)
            if number:
                yield (
                    f'<line x1="{x - gap + 2:g}" y1="{top + high / 2:g}" x2="{x - 2:g}" '
                    f'y2="{top + high / 2:g}" stroke="{SOFT}" marker-end="url(#a)"/>'
                )
    end = left + 4 * (wide + gap) + wide / 2
    yield (
        f'<path d="M{end:g} {70 + high} V190 H{left + wide / 2:g} V224" fill="none" '
        f'stroke="{SOFT}" marker-end="url(#a)"/>'
    )
    yield (
        f'<rect x="{left:g}" y="354" width="{WIDTH - 2 * left:g}" height="30" rx="6" fill="{INK}"/>'
    )
    yield _text(WIDTH / 2, 374, words["ledger"], 13, PAPER)


def _tickets(lang: str) -> Iterator[str]:
    words = WORDS[lang]
    firms = {f"cafe-{n}": ticket(KEY, f"cafe-{n}") for n in range(1, FIRMS + 1)}
    row = sorted(firms, key=lambda firm: firms[firm])
    left, wide = 60, WIDTH - 120
    yield _text(left, 34, words["tickets"], 16, INK, "start")
    yield f'<line x1="{left}" y1="150" x2="{left + wide}" y2="150" stroke="{SOFT}"/>'
    yield _text(left, 232, words["low"], 12, SOFT, "start")
    yield _text(left + wide, 232, words["high"], 12, SOFT, "end")
    for number, firm in enumerate(row):
        x = left + wide * int(firms[firm][:8], 16) / 0xFFFFFFFF
        drawn = number < DRAWN
        fill = MARK if drawn else PAPER
        yield f'<circle cx="{x:g}" cy="150" r="8" fill="{fill}" stroke="{MARK}"/>'
        y = 178 + 16 * (number % 3)
        yield _text(x, y, firm, 11, INK if drawn else SOFT)
        if number == DRAWN - 1:
            yield (
                f'<line x1="{x:g}" y1="76" x2="{x:g}" y2="140" stroke="{MARK}" '
                'stroke-dasharray="4 4"/>'
            )
            anchor, shift = ("start", 8) if x < WIDTH / 2 else ("end", -8)
            yield _text(x + shift, 82, words["threshold"], 13, MARK, anchor)
            yield _text(x - 12, 118, "← " + words["drawn"], 12, MARK, "end")
            yield _text(x + 12, 118, words["not"] + " →", 12, SOFT, "start")

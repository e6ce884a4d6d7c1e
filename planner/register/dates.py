"""Cells to days: how registers write them, days that mean never, days that have not come yet."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, timedelta, tzinfo

from yaohao.planner.register.cells import Read, ReadValue, is_blank, judged
from yaohao.planner.vocabulary.text import tidy

FIRST_YEAR = 1900
LAST_DATE = "9999-12-31"
_LATEST_YEAR = 2100  # of what happened to an entity; certificates may run on
_EPOCH = date(1899, 12, 30)  # of Excel's serial numbers, right from 1 March 1900 on

_TIME = r"(?:[T ]*[0-9]{1,2}[:时][0-9]{2}.*)?"
_DAY = r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?日?"
_YMD = re.compile(_DAY + _TIME)
_MOMENT = re.compile(
    _DAY
    + r"[T ]+([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)? ?(Z|UTC|[+-][0-9]{2}:?[0-9]{2})"
)
_WEEKDAY = re.compile(
    r"(?<=[0-9日]) ?(?:\(?(?:星期|周|礼拜)[一二三四五六日天]\)?|\([一二三四五六日]\))(?= |\Z)"
)
_IN_WORDS = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月"
    r"([一二三四五六七八九十]{1,3})日"
)
_DIGITS = {mark: number for number, mark in enumerate("〇一二三四五六七八九")} | {"零": 0, "○": 0}
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:[0-9]{6}|\.0+)?")
_SERIAL = re.compile(r"([1-9][0-9]{4})(?:\.[0-9]+)?")
_YEAR_LAST = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})" + _TIME)
_DAY_NAMED = re.compile(r"([0-9]{1,2})(?:st|nd|rd|th)?[- ]([a-z]{3,9})\.?[-, ]+([0-9]{4})" + _TIME)
_NAME_FIRST = re.compile(r"([a-z]{3,9})\.? ([0-9]{1,2})(?:st|nd|rd|th)?,? ([0-9]{4})" + _TIME)
_YEAR = "january february march april may june july august september october november december"
_MONTH_NAMES = _YEAR.split()
_MONTHS = {
    **{name: number for number, name in enumerate(_MONTH_NAMES, 1)},
    **{name[:3]: number for number, name in enumerate(_MONTH_NAMES, 1)},
    "sept": 9,
}
_RANGE = re.compile(rf"{_DAY}|(?<![0-9])([0-9]{{4}})([0-9]{{2}})([0-9]{{2}})(?![0-9])")
_BETWEEN = re.compile(r"[-~～—–至到起止自从有效期限:：. ]*")
_FOR_EVER = ("长期", "长期有效", "永久", "永久有效", "不限", "无限期", "无固定期限", "终身")

# What programs put where there is no day: the first day that they know, in whatever form, or the
# last. The texts are no days at all, the days are none that anybody was registered on.
_NEVER_TEXTS = frozenset(
    (
        "0", "0.0", "1", "0000-00-00", "0000/00/00", "00000000", "1900-01-00", "1900/1/0",
        "1900-1-0", "1900/01/00", "00:00:00", "0:00:00", "00:00", "0:00",
    )
)  # fmt: skip
_NEVER_DAYS = frozenset(
    (*((1899, 12, day) for day in (29, 30, 31)), (1900, 1, 1), (1, 1, 1), (1753, 1, 1))
)
_NEVER_YEAR = 9999
_NEVER_YEARS = (2999, _NEVER_YEAR)

DATE_ORDERS = ("", "mdy", "dmy")
"""What a date like 03/04/2027 means: not settled, month first, day first."""


def read_date(
    order: str = "", latest: int = _LATEST_YEAR, today: str = "", zone: tzinfo | None = None
) -> Read:
    """A reader of dates: ISO, 20230105, 2023/1/5, 2023年1月5日, 5 Jan 2023, with a time
    of day or a day of the week behind, or an Excel serial number of five digits; `order` settles
    dates that end in the year. A moment that says how far from UTC it is means the day that it is
    in `zone`. A day that means never is none. With `today` (ISO date) a later day is refused.
    """

    def read(text: str) -> ReadValue:
        if is_blank(text):
            return ReadValue("")
        plain = _WEEKDAY.sub("", tidy(unicodedata.normalize("NFKC", text)))
        if plain in _NEVER_TEXTS or plain[:10] in _NEVER_TEXTS:
            return ReadValue("", "never-day")
        parts = (_day_there(plain, zone) if zone else None) or _parts(plain, order)
        if isinstance(parts, str):
            return ReadValue(text, "", parts)
        if parts in _NEVER_DAYS or (parts[0] in _NEVER_YEARS and latest < _NEVER_YEAR):
            return ReadValue("", "never-day")
        try:
            value = date(*parts)
        except ValueError:
            return ReadValue(text, "", "impossible-date")
        if not FIRST_YEAR <= value.year <= latest:
            return ReadValue(text, "", "impossible-date")
        if today and value.isoformat() > today:
            return ReadValue(text, "", "future-date")
        return judged(text, value.isoformat(), "date-form")

    return read


def _day_there(plain: str, zone: tzinfo) -> tuple[int, int, int] | None:
    """Year, month and day in a zone of a moment that says how far from UTC it is; else None."""
    match = _MOMENT.fullmatch(plain)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    ahead = "+00:00" if match[7] in ("Z", "UTC") else match[7]
    try:
        whole = f"{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}{ahead}"
        there = datetime.fromisoformat(whole).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return there.year, there.month, there.day


def _number(words: str) -> int:
    """A number to 99 in Chinese words: 三, 十, 十二, 二十, 三十一; digits one by one else."""
    if "十" not in words:
        return int("".join(str(_DIGITS[mark]) for mark in words))
    tens, _, ones = words.partition("十")
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)


def _parts(plain: str, order: str) -> tuple[int, int, int] | str:
    """Year, month and day of a text, or why it is refused."""
    if match := _YMD.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return int(match[1]), int(match[2]), int(match[3])
    if words := _IN_WORDS.fullmatch(plain):
        try:
            return _number(words[1]), _number(words[2]), _number(words[3])
        except KeyError:
            return "bad-date"
    if serial := _SERIAL.fullmatch(plain):
        day = _EPOCH + timedelta(days=int(serial[1]))
        return day.year, day.month, day.day
    if last := _YEAR_LAST.fullmatch(plain):
        first, second = int(last[1]), int(last[2])
        if not order and first != second and max(first, second) <= 12:
            return "ambiguous-date"
        month_first = order == "mdy" or (not order and second > 12)
        month, number = (first, second) if month_first else (second, first)
        return int(last[3]), month, number
    lower = plain.lower()
    if named := _DAY_NAMED.fullmatch(lower):
        month = _MONTHS.get(named[2], 0)
        return (int(named[3]), month, int(named[1])) if month else "bad-date"
    if named := _NAME_FIRST.fullmatch(lower):
        month = _MONTHS.get(named[1], 0)
        return (int(named[3]), month, int(named[2])) if month else "bad-date"
    return "bad-date"


def read_certificate(order: str = "") -> Read:
    """A reader of the day until which a certificate holds: a day, the last one of a period, or
    `LAST_DATE` for one that holds for ever.
    """
    day = read_date(order, _NEVER_YEAR)

    def read(text: str) -> ReadValue:
        plain = tidy(unicodedata.normalize("NFKC", text))
        if plain.endswith(_FOR_EVER):
            return ReadValue(LAST_DATE, "translated")
        value = day(text)
        if value.reason != "bad-date":
            return value
        last = _days_of(plain)
        until = day(last[-1]) if last else value
        if until.reason or not until.text:
            return ReadValue(text, "", until.reason or "bad-date")
        return ReadValue(until.text, "period-end")

    return read


def _days_of(plain: str) -> list[str]:
    """The days of a text that says nothing else, as they are written; none for another text."""
    if _BETWEEN.sub("", _RANGE.sub("", plain)):
        return []
    return [match[0].strip() for match in _RANGE.finditer(plain)]


def read_period(text: str) -> list[str] | None:
    """First and last day of an absence as ISO dates, ``2027-01-12..2027-01-20`` or one day; ``/``,
    ``至``, ``~``, ``-`` and ``to`` separate too where they do not belong to a date. None if it is
    unreadable.
    """
    day = read_date("", _NEVER_YEAR)
    for mark in ("..", "至", "到", "~", "～", "—", " to ", " - ", "/"):
        first, separator, last = text.partition(mark)
        if separator:
            days = [day(first.strip()), day(last.strip())]
            if all(cell.text and not cell.reason for cell in days):
                return [cell.text for cell in days] if days[0].text <= days[1].text else None
    one = day(text)
    if one.text and not one.reason:
        return [one.text, one.text]
    ends = [day(part) for part in _days_of(tidy(unicodedata.normalize("NFKC", text)))]
    if len(ends) != 2 or any(cell.reason or not cell.text for cell in ends):
        return None
    return [cell.text for cell in ends] if ends[0].text <= ends[1].text else None

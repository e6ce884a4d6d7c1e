"""Moments and days where the bureau is."""

from datetime import date, timedelta

import pytest
from yaohao.planner.vocabulary.clock import day_of, machine_zone, moment_words, zone_of
from yaohao.planner.wording.messages import say
from yaohao.planner.wording.moments import choose_zone


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        ("Asia/Shanghai", "2027-01-06 07:30 (UTC+8)"),
        ("UTC", "2027-01-05 23:30 (UTC)"),
        ("UTC+8", "2027-01-06 07:30 (UTC+8)"),
        ("UTC-3:30", "2027-01-05 20:00 (UTC-3:30)"),
        ("Asia/Kathmandu", "2027-01-06 05:15 (UTC+5:45)"),
        ("America/Los_Angeles", "2027-01-05 15:30 (UTC-8)"),
    ],
)
def test_a_moment_is_shown_in_its_zone_with_the_zone_beside(zone: str, shown: str) -> None:
    assert moment_words("2027-01-05T23:30:00Z", zone_of(zone)) == shown
    assert str(day_of("2027-01-05T23:30:00Z", zone_of(zone))) == shown[:10]


def test_summer_time_is_that_of_the_moment() -> None:
    zone = zone_of("Europe/Berlin")
    assert moment_words("2027-01-05T23:30:00Z", zone) == "2027-01-06 00:30 (UTC+1)"
    assert moment_words("2027-07-05T22:30:00Z", zone) == "2027-07-06 00:30 (UTC+2)"


@pytest.mark.parametrize("name", ["Mars", "UTC+24", "UTC8", "../../etc/passwd", "Asia", "x\0y"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        zone_of(name)


def test_the_zone_of_the_machine_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "America/Chicago")
    assert machine_zone() == "America/Chicago"
    monkeypatch.setenv("TZ", "<-03>3")  # a rule of POSIX, no name
    zone_of(machine_zone())


def test_moments_in_messages_are_local_and_other_texts_are_left() -> None:
    choose_zone(zone_of("UTC+8"))
    try:
        words = say("workspace.clock-behind", "en", now="2027-01-05T23:30:00Z", last="T23:30:00Z")
        assert "2027-01-06 07:30 (UTC+8)" in words and " T23:30:00Z" in words
    finally:
        choose_zone(None)
    assert moment_words("soon", None) == "soon"
    assert day_of("2027-01-05T16:00:00Z", zone_of("UTC+8")) - date(2027, 1, 5) == timedelta(1)

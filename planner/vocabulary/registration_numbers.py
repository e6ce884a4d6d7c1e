"""Registration numbers (注册号): fifteen digits, the last a check by ISO 7064 MOD 11,10."""

from __future__ import annotations

REGISTRATION_NUMBER_LENGTH = 15


def is_registration_number(text: str) -> bool:
    """Whether `text` is a 15-digit registration number with a right check digit."""
    return (
        len(text) == REGISTRATION_NUMBER_LENGTH
        and text.isascii()
        and text.isdigit()
        and text[-1] == registration_check_digit(text[:-1])
    )


def registration_check_digit(first: str) -> str:
    """The check digit for the first 14 digits of a registration number."""
    check = 5
    for digit in first:
        check = ((check or 10) * 2 % 11 + int(digit)) % 10
    return str((1 - (check or 10) * 2 % 11) % 10)

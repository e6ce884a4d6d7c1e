"""The four lists of trigger-based supervision (触发式监管): item, content, measure, trigger."""

from __future__ import annotations

from yaohao.sample_data import words

COLUMNS = ("item_id", "content", "measure", "trigger")


def lists() -> list[dict[str, str]]:
    """The lists, a row for each item and trigger; the same in every population.

    They are for low-risk entities outside the key fields (通市监信字〔2023〕39号), so no item of a
    key field is among them.
    """
    return [{name: row[name] for name in COLUMNS} for row in words.document("lists")]

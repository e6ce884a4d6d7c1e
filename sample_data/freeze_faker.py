"""``python -m yaohao.sample_data.freeze_faker``: freeze Faker's Chinese words into a file.

Faker's data change with its releases, so what is made from them would change too. The frozen file
says which release it was made from; a new one makes a new version of the generator.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from yaohao.planner.vocabulary.whole_folders import write_file
from yaohao.sample_data import words

FILE = words.FOLDER / "faker.json"
_HUNDREDTHS = 100  # Faker gives the shares of family names in per cent with two decimals


def frozen() -> dict[str, Any]:
    """What the Faker that is installed has in ``zh_CN``, in the form of the frozen file.

    Kept are family names with their shares in hundredths of a per cent, given names, and of the
    prefixes of company names those of two characters: longer ones are whole names of firms. Raises
    ImportError without Faker.
    """
    from faker import VERSION
    from faker.providers.company.zh_CN import Provider as Company
    from faker.providers.person.zh_CN import Provider as Person

    return {
        "source": "Faker (MIT license), locale zh_CN",
        "version": str(VERSION),
        "family_names": {
            str(name): max(round(share * _HUNDREDTHS), 1)
            for name, share in sorted(Person.last_names.items())
        },
        "given_names": sorted({*Person.first_names_male, *Person.first_names_female}),
        "company_words": sorted({word for word in Company.company_prefixes if len(word) == 2}),
    }


def text_of(document: dict[str, Any]) -> str:
    """The frozen file's text: JSON, a list or table a line."""
    parts = [
        f"  {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in document.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def main(path: Path = FILE) -> int:
    """Write the frozen file; the status to exit with."""
    try:
        document = frozen()
    except ImportError:
        print(
            "Faker is not installed: pip install 'FILE.whl[faker]' (the wheel of this program)",
            file=sys.stderr,
        )
        return 2
    write_file(path, text_of(document).encode())
    print(f"{path}\tFaker {document['version']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())

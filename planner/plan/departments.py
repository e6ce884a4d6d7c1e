"""Joint inspections (部门联合抽查): the departments that a plan names one by one."""

from __future__ import annotations

from yaohao.planner.plan.model import Department
from yaohao.planner.plan.reader import TomlTable

MOST_DEPARTMENTS = 20
MOST_SEATS = 20


def read_departments(top: TomlTable, size: int) -> tuple[Department, ...]:
    """The tables ``[[department]]`` in the order written; `size` is that of a crew by default.

    An item belongs to one department, so that it is clear whose inspectors look after it.
    """
    departments: list[Department] = []
    owner: dict[str, str] = {}
    tables = top.tables("department")
    for table in tables[:MOST_DEPARTMENTS]:
        name = table.code("name", "")
        if not name and "name" not in table.data:
            table.need("name")
        elif not name and table.data["name"] == "":
            table.complain("empty", "name")
        elif any(other.name == name for other in departments):
            table.complain("department-twice", "name", found=name)
        items = table.codes("items", None)
        if table.data.get("items") == []:
            table.complain("condition-empty", "items")
        for item in items:
            if item in owner:
                path = table.at("items", item)
                table.source.complain("item-twice", path, found=item, department=owner[item])
            owner[item] = name
        number = table.whole("size", size, top.source.least_crew, MOST_SEATS)
        departments.append(Department(name, items, number, table.codes("qualifications", ())))
    if len(tables) > MOST_DEPARTMENTS:
        top.complain("departments-many", "department", most=MOST_DEPARTMENTS)
    return tuple(departments)

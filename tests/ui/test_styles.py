"""The style sheets and what they are for: no class without a rule, no rule without a user."""

import re
from pathlib import Path
from typing import get_args

import pytest

from nnlab.runs.record.status import Status

UI, WEB = (Path(__file__).parents[2] / "nnlab" / name for name in ("ui", "web"))
SHEETS = sorted(UI.rglob("*.css"))


def rules() -> dict[str, set[Path]]:
    """The classes that have a rule, each with the sheets where it stands."""
    found: dict[str, set[Path]] = {}
    for sheet in (*SHEETS, *WEB.rglob("*.css")):
        text = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)
        for name in re.findall(r"\.(nnlab-[a-z][a-z-]*)", text):
            found.setdefault(name, set()).add(sheet)
    return found


def used() -> set[str]:
    """The classes that Python or JavaScript gives to an element."""
    found: set[str] = set()
    for file in (*UI.rglob("*.py"), *WEB.rglob("*.js")):
        text = re.sub(r"(id=|[#.]|--)['\"]?nnlab-[a-z-]+", "", file.read_text("utf-8"))
        found |= set(re.findall(r"""(?<=["'` ])nnlab-[a-z][a-z-]*(?=["'` >\\])""", text))
        found |= {f"nnlab-{name}" for name in re.findall(r'component\(\s*"([a-z]+)"', text)}
    return found


def by_status() -> set[str]:
    """The classes of a run's status, which the list makes from its word."""
    assert "nnlab-{summary.status}" in (UI / "runs" / "list.py").read_text("utf-8")
    return {f"nnlab-{status}" for status in get_args(Status)}


def test_every_class_that_is_used_has_a_rule() -> None:
    assert len(used()) > 30, "the search finds nothing"
    assert sorted(used() - set(rules())) == []


def test_every_rule_has_a_user() -> None:
    assert sorted(set(rules()) - used() - by_status()) == []


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_every_sheet_is_drawn_by_a_module_beside_it(sheet: Path) -> None:
    """A sheet that another part overwrites or forgets takes its rules from the page in silence."""
    modules = list(sheet.parent.glob("*.py"))
    assert any(f'"{sheet.name}"' in module.read_text("utf-8") for module in modules)

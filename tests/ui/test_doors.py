"""No page comes to a run, a worker or a drawing but by the doors, which know who asks."""

import ast
from collections.abc import Iterator
from pathlib import Path

import nnlab.ui

UI = Path(nnlab.ui.__file__).parent
RAW = {"store", "launcher", "conductors", "room"}
"""Of `services`: all of the server's."""
MAY = {
    "doors.py": RAW,
    "services.py": RAW,
    "shell.py": {"launcher"},  # warms it up
    "runtime/past_snapshots.py": {"launcher"},  # replays, for all who look; of a run that was seen
    "runs/disk_panel.py": {"store", "launcher", "room"},  # what all runs take, together
    "classroom/end.py": {"store", "launcher"},  # the lecturer's: it asks must_lead
    "classroom/members.py": {"store"},  # the lecturer's: how many runs each has
    "room/lead.py": {"store", "launcher"},  # the lecturer's: it asks must_lead
    "classroom/challenge_lead.py": {"store", "launcher"},  # the lecturer's: begin asks must_lead
    "classroom/challenge_student.py": {"store"},  # looks up the ancestors of one's own runs
}
FORBIDDEN = {
    "nnlab.runs.record.control": "ask doors.launcher(), or doors.tell()",
    "nnlab.runs.testset.open_test": "ask doors.look_at_test()",
    "nnlab.data.handwriting.drawings": "ask doors.drawings()",
    "nnlab.data.handwriting.keep": "ask doors.drawings()",
    "nnlab.data.handwriting.remove": "ask doors.drawings()",
    "nnlab.data.handwriting.freeze": "ask doors.drawings()",
    "nnlab.data.handwriting_zip": "ask doors.drawings()",
    "nnlab.wire.hub.hub": "sign a token for the visitor",
}
"""Names of modules, or in them, and what a page does instead."""
ONLY_DOORS = {"doors.py", "services.py"}


def sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(UI.rglob("*.py")):
        yield path.relative_to(UI).as_posix(), ast.parse(path.read_text())


def raw_uses(tree: ast.Module) -> set[str]:
    """What of the raw services a file names, by attribute or import."""
    used = {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "services"
    }
    used |= {
        alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "nnlab.ui.services"
        for alias in node.names
    }
    return used & RAW


def imported(tree: ast.Module) -> set[str]:
    """Modules, and names in them."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def made(tree: ast.Module) -> set[str]:
    """Runs and stores that a file makes of a path or an id: nobody asked whose they are."""
    calls = (node.func for node in ast.walk(tree) if isinstance(node, ast.Call))
    return {func.id for func in calls if isinstance(func, ast.Name)} & {"Run", "Store"}


def written(tree: ast.Module) -> list[str]:
    """Calls that write the meta data of a run itself: `run.change_meta`, `view.run.change_meta`."""
    return [
        ast.unparse(node.func)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "change_meta"
        and ast.unparse(node.func.value) not in ("doors.store()", "store")
    ]


def test_nobody_else_uses_what_is_all_peoples() -> None:
    found = {name: used for name, tree in sources() if (used := raw_uses(tree))}
    assert [name for name, used in found.items() if used - MAY.get(name, set())] == []
    assert set(MAY) - {"services.py"} == set(found), "an exception that nobody needs any more"


def test_no_page_writes_command_files_meta_data_or_drawings_past_the_doors() -> None:
    for name, tree in sources():
        if name in ONLY_DOORS:
            continue
        assert not imported(tree) & set(FORBIDDEN), name
        assert made(tree) == set(), name
        assert written(tree) == [], name


def test_the_test_sees_what_it_forbids() -> None:
    bad = ast.parse(
        "from nnlab.ui import services\n"
        "from nnlab.runs.record.control import ask\n"
        "services.store().get('a').change_meta(name='b')\n"
        "Run(Path('a')).change_meta(name='b')\n"
    )
    assert raw_uses(bad) == {"store"}
    assert imported(bad) & set(FORBIDDEN) == {"nnlab.runs.record.control"}
    assert made(bad) == {"Run"}
    assert len(written(bad)) == 2

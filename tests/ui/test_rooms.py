"""The rooms of the user interface: how large they are, where state lives, whose a widget is."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from nnlab.ui.session.widgets import PUBLIC

REPOSITORY = Path(__file__).resolve().parents[2]
PACKAGE = REPOSITORY / "nnlab"
UI = PACKAGE / "ui"
PAGES = ("home", "playground", "images", "sweep", "draw", "lessons", "runs", "classroom")
OWN = (
    "choose_picture", "kept_choice", "kept_percent", "show_chart", "show_layers", "show_network",
)  # fmt: skip
WIDGETS = {
    "button", "checkbox", "download_button", "file_uploader", "form_submit_button", "multiselect",
    "number_input", "pagination", "pills", "radio", "segmented_control", "select_slider",
    "selectbox", "slider", "text_area", "text_input", "toggle",
    # a popover and an expander keep whether they are open only where they have a key
    "popover", "expander",
    *OWN,
}  # fmt: skip
NEED_NO_KEY = {"popover", "expander", "show_layers", "show_network"}
"""The last two are names of other functions, too, which draw no element."""


def relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def test_no_folder_holds_more_than_twenty_files() -> None:
    counts = {
        folder: len(list(folder.glob("*.py")))
        for folder in (PACKAGE, *PACKAGE.rglob("*"))
        if folder.is_dir() and folder.name not in ("__pycache__", "recipes")
    }
    assert len(counts) > 30
    assert {relative(folder): n for folder, n in counts.items() if n > 20} == {}


def test_the_tests_mirror_the_package() -> None:
    """Each folder of tests is named after one of the package or of scripts; browser/ of pages."""
    unknown = []
    for test in (REPOSITORY / "tests").rglob("test_*.py"):
        place = test.parent.relative_to(REPOSITORY / "tests")
        if place == Path("hold"):  # what holds of all rooms together
            continue
        if place.parts[:1] == ("browser",):
            place = Path("ui", *place.parts[1:])
        of_scripts = place.parts[:1] == ("scripts",) and (REPOSITORY / place).is_dir()
        if not ((PACKAGE / place).is_dir() or of_scripts):
            unknown.append(relative(test))
    assert unknown == []


def test_only_the_room_of_sessions_touches_streamlits_session_state() -> None:
    touching = [path for path in UI.rglob("*.py") if "session_state" in path.read_text("utf-8")]
    assert {path.relative_to(UI).parts[0] for path in touching} == {"session"}
    assert len(touching) < 25


def keyed(path: Path) -> Iterator[tuple[int, str, ast.expr | None]]:
    """The widgets that a file draws: line, kind, and the key."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else None
            name = node.func.id if isinstance(node.func, ast.Name) else name
            if name in WIDGETS:
                keys = [word.value for word in node.keywords if word.arg == "key"]
                yield node.lineno, name, keys[0] if keys else None


@pytest.mark.parametrize("page", PAGES)
def test_a_widgets_key_carries_its_page(page: str) -> None:
    """`widgets.key("name")`, where `widgets` are those of this page; or a key that is public."""
    wrong, found = [], 0
    for path in (UI / page).rglob("*.py"):
        text = path.read_text("utf-8")
        for line, kind, key in keyed(path):
            found += 1
            said = ast.unparse(key) if key is not None else ""
            if not said and kind in NEED_NO_KEY:
                continue
            own = said.startswith("widgets.key(") and f"import {page} as widgets" in text
            public = isinstance(key, ast.Constant) and key.value in PUBLIC
            if not (own or public or said in PASSED_ON.get(relative(path), ())):
                wrong.append(f"{relative(path)}:{line} {kind} {said}")
    assert found > 2
    assert wrong == []


PASSED_ON = {
    # names that were made by `widgets.key` elsewhere in the file, or are public
    "nnlab/ui/images/sheet.py": ("key",),
    "nnlab/ui/playground/look.py": ("key",),
    "nnlab/ui/playground/curves.py": ("'loss_chart' if what == 'Loss' else 'accuracy_chart'",),
}


def test_shared_forms_take_the_widgets_of_the_page_that_draws_them() -> None:
    wrong, found = [], 0
    for room in ("forms", "lab"):
        for path in (UI / room).rglob("*.py"):
            for line, kind, key in keyed(path):
                found += 1
                said = ast.unparse(key) if key is not None else ""
                public = isinstance(key, ast.Constant) and key.value in PUBLIC
                of_page = "widgets.key(" in said or said.startswith("Widgets(lab_of(")
                if not (public or of_page or (kind in NEED_NO_KEY and not said)):
                    wrong.append(f"{relative(path)}:{line} {kind} {said}")
    assert found > 10
    assert wrong == []

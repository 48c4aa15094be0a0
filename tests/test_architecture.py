"""Imports go one way only, and what may run code is nowhere.

The contracts in pyproject.toml hold the package to it; here they are run, and what they cannot
see is added: app.py and pages/, which are no package, and what an import really loads.
"""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = REPOSITORY / "nnlab"

SCRIPTS = [REPOSITORY / "app.py", *sorted((REPOSITORY / "pages").rglob("*.py"))]
MODULES = sorted(PACKAGE.rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def imports_of(path: Path) -> Iterator[str]:
    """The dotted names of all modules that a file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def roots_of(path: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports_of(path)}


def run_python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )


def test_the_import_contracts_hold() -> None:
    checked = run_python("from importlinter.cli import lint_imports_command as go; go()")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "7 kept, 0 broken" in checked.stdout


def test_there_is_an_app_with_pages_to_look_at() -> None:
    names = {path.stem for path in SCRIPTS}
    assert {"app", "playground", "images", "draw", "runs"} <= names


def test_only_the_app_its_pages_and_nnlab_ui_import_streamlit() -> None:
    allowed = {*SCRIPTS, *(PACKAGE / "ui").rglob("*.py")}
    importing = {
        path
        for path in (*SCRIPTS, *MODULES)
        if any(root.startswith("streamlit") for root in roots_of(path))
    }
    assert importing, "nobody imports streamlit: the search looks in the wrong place"
    assert sorted(map(relative, importing - allowed)) == []


@pytest.mark.parametrize("script", SCRIPTS, ids=relative)
def test_a_page_imports_no_other_page_nor_the_app(script: Path) -> None:
    others = {"app", "pages", *(path.stem for path in SCRIPTS)}
    assert not roots_of(script) & others


def test_nothing_in_the_package_imports_a_page_or_the_app() -> None:
    climbing = [relative(path) for path in MODULES if roots_of(path) & {"app", "pages"}]
    assert climbing == []


ASKED_FOR = {"integrations/lightning.py", "integrations/skorch.py"}
"""Each imports a library that may be absent (`tests/integrations`)."""
WITHOUT_UI = [
    ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
    for path in MODULES
    if path.relative_to(PACKAGE).parts[0] != "ui"
    and path.relative_to(PACKAGE).as_posix() not in ASKED_FOR
]
DESCRIPTION = tuple(f"nnlab.{part}" for part in ("config", "figures", "drawing", "recipes"))
READERS = (
    "nnlab.runs.record.control",
    "nnlab.runs.record.history",
    "nnlab.runs.record.lock",
    "nnlab.runs.record.log",
    "nnlab.runs.record.status",
    "nnlab.runs.record.weight_files",
    "nnlab.runs.store",
    "nnlab.runs.workers.launcher",
    "nnlab.training.controls",
    "nnlab.training.events",
    "nnlab.data.description",
    "nnlab.settings",
    "nnlab.ui.services",
)
"""The readers of a run directory, and what starts one: the workers' host is not to wait for it."""
BRIDGE = "nnlab.runs.cluster.bridge."
"""What the one process imports that is connected to a cluster."""


@pytest.mark.parametrize(
    ("absent", "modules"),
    [
        ("streamlit", WITHOUT_UI),
        ("ray", [name for name in WITHOUT_UI if not name.startswith(BRIDGE)]),
        ("torch", [name for name in WITHOUT_UI if name.startswith(DESCRIPTION)]),
        ("torch", [*READERS, *(name for name in WITHOUT_UI if name.startswith("nnlab.wire"))]),
    ],
    ids=[
        "streamlit without nnlab.ui",
        "ray without the bridge to the cluster",
        "torch for charts",
        "torch for the readers of a run",
    ],
)
def test_importing_really_leaves_out(absent: str, modules: list[str]) -> None:
    assert len(modules) >= 4
    loaded = run_python(
        "import importlib, sys\n"
        f"for name in {modules!r}: importlib.import_module(name)\n"
        f"print({absent!r} in sys.modules)"
    )
    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.splitlines()[-1] == "False"


def test_no_file_is_ever_unpickled() -> None:
    """But CIFAR-10's, which are published as pickles, by a reader that makes arrays alone."""
    picklers = {"pickle", "dill", "cloudpickle", "joblib", "marshal", "shelve"}
    unsafe = [relative(path) for path in (*SCRIPTS, *MODULES) if roots_of(path) & picklers]
    assert "nnlab/data/cifar.py" in unsafe
    unsafe.remove("nnlab/data/cifar.py")
    cifar = (REPOSITORY / "nnlab/data/cifar.py").read_text(encoding="utf-8")
    assert "pickle.load" not in cifar
    assert "def find_class" in cifar
    unsafe += [
        f"{relative(path)}:{node.lineno}"
        for path in (*SCRIPTS, *MODULES)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in ("torch.load", "torch.export.load", "np.load")
        and not is_safe(node)
    ]
    assert unsafe == []


def is_safe(call: ast.Call) -> bool:
    """`torch.load(..., weights_only=True)`, or `np.load` without `allow_pickle`."""
    said = {word.arg: ast.unparse(word.value) for word in call.keywords}
    match ast.unparse(call.func):
        case "torch.load":
            return said.get("weights_only") == "True"
        case "np.load":
            return said.get("allow_pickle", "False") == "False"
        case _:
            return False


# How the code reads ------------------------------------------------------------------------------

MOST_LINES = 50
READ = [*MODULES, *sorted((REPOSITORY / "benchmarks").glob("*.py"))]
READ += sorted((REPOSITORY / "scripts").rglob("*.py"))


def documented(path: Path) -> Iterator[tuple[str, ast.AST, str | None, int]]:
    """Each module, class and function: its name, its node, its docstring, and that one's lines."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            text = ast.get_docstring(node)
            first = node.body[0] if text is not None else None
            lines = first.end_lineno - first.lineno + 1 if first and first.end_lineno else 0
            yield f"{relative(path)} {getattr(node, 'name', '')}", node, text, lines


def test_no_function_is_longer_than_fifty_lines_without_its_docstring() -> None:
    long = {
        name: count
        for path in READ
        for name, node, _text, lines in documented(path)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
        if (count := node.end_lineno - node.lineno + 1 - lines) > MOST_LINES
    }
    assert long == {}


def test_no_docstring_begins_with_what() -> None:
    """A docstring says what the thing is, not that it is something."""
    found = [
        name
        for path in READ
        for name, _node, text, _lines in documented(path)
        if (text or "").startswith("What")
    ]
    assert found == []

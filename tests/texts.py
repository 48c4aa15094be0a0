"""Finds texts in Python source that do not go through `nnlab.texts`.

`python -m tests.texts nnlab/export` lists them for a folder or a file.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

DOORS = {"_", "N_", "marked"}
LABELLED = {
    # functions of Streamlit whose first argument is read by a person
    "badge", "button", "caption", "checkbox", "download_button", "error", "expander",
    "file_uploader", "form_submit_button", "header", "info", "markdown", "metric", "multiselect",
    "number_input", "page_link", "pills", "popover", "progress", "radio", "segmented_control",
    "select_slider", "selectbox", "slider", "spinner", "status", "subheader", "success", "tabs",
    "text", "text_area", "text_input", "title", "toast", "toggle", "warning", "write",
}  # fmt: skip
READ = {"help", "placeholder", "alt", "label", "description", "epilog", "title"}
"""Keyword arguments that are read by a person."""
TAG = re.compile(r"<[^>]*>")
TWO_WORDS = re.compile(r"[A-Za-zäöü]{2,}['’]?[,;:]? +[A-Za-z]{2,}")
WORD = re.compile(r"[A-Za-z]{2,}")


def unmarked(path: Path) -> list[str]:
    """`path:line: text` of each text for a person that does not go through `_` or `N_`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    _set_parents(tree)
    found = []
    for node in ast.walk(tree):
        text = _text_of(node)
        if text is None or _is_docstring(node) or _is_behind_a_door(node) or _is_exempt(node):
            continue
        if _is_prose(text) or (WORD.search(_bare(text)) and _is_read(node)):
            found.append((getattr(node, "lineno", 0), text[:90]))
    return [f"{path}:{line}: {text!r}" for line, text in found]


def frozen(path: Path) -> list[str]:
    """`path:line` of each `_` that runs when the module is imported: no reader is known then."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    _set_parents(tree)
    return [
        f"{path}:{node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"_", "marked"}
        and not any(
            isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            and not _is_default(node, outer)
            for outer in _outer(node)
        )
    ]


def _is_default(
    node: ast.AST, function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
) -> bool:
    defaults = [*function.args.defaults, *filter(None, function.args.kw_defaults)]
    decorators = [] if isinstance(function, ast.Lambda) else function.decorator_list
    return any(node in ast.walk(place) for place in (*defaults, *decorators))


def unfilled(path: Path) -> list[str]:
    """`path:line` of each `_` whose text is no literal, or names other placeholders than it gets.

    A text that comes from a table (`_(LABELS[kind])`) is marked there by `N_`.
    """
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not (isinstance(node, ast.Call) and ast.unparse(node.func) in DOORS):
            continue
        given = {word.arg for word in node.keywords}
        for text in node.args:
            if isinstance(text, ast.JoinedStr | ast.BinOp):
                found.append(f"{path}:{node.lineno}: not a literal")
            if isinstance(text, ast.Constant) and given and None not in given:
                named = _placeholders(str(text.value))
                if not named <= given:
                    found.append(f"{path}:{node.lineno}: {sorted(named - given)} are not given")
        if given and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
            extra = given - _placeholders(str(node.args[0].value)) - {None}
            if extra:
                found.append(f"{path}:{node.lineno}: {sorted(map(str, extra))} have no place")
    return found


def _placeholders(text: str) -> set[str]:
    import string

    return {re.split(r"[.\[]", name)[0] for _, name, _, _ in string.Formatter().parse(text) if name}


def _text_of(node: ast.AST) -> str | None:
    """The text of a literal or an f-string; None for a part of one."""
    parent = _parent(node)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "0" for part in node.values
        )
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        inside = isinstance(parent, ast.JoinedStr | ast.FormattedValue)
        return None if inside else node.value
    return None


def _bare(text: str) -> str:
    return re.sub(r":material/\w+:|&\w+;", "", TAG.sub(" ", text))


def _is_prose(text: str) -> bool:
    bare = _bare(text)
    if "{" in bare and ("}" in bare) and (":" in bare or ";" in bare):  # a style sheet
        return False
    return TWO_WORDS.search(bare) is not None or (
        "<" in text and ">" in text and bool(re.search(r">[^<>]*[A-Za-z]{3,}[^<>]*(<|$)", text))
    )


def _outer(node: ast.AST) -> Iterator[ast.AST]:
    outer = _parent(node)
    while outer is not None:
        yield outer
        outer = _parent(outer)


def _is_behind_a_door(node: ast.AST) -> bool:
    for outer in _outer(node):
        if isinstance(outer, ast.Call) and ast.unparse(outer.func) in DOORS:
            return True
        if isinstance(outer, ast.stmt):
            return False
    return False


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(_parent(node), ast.Expr)


def _is_exempt(node: ast.AST) -> bool:
    """Types, assertions, patterns and log lines: a programmer or a machine reads them."""
    for outer in _outer(node):
        if isinstance(outer, ast.Assert):
            return True
        if isinstance(outer, ast.Call):
            name = ast.unparse(outer.func)
            if name.startswith(("re.", "logger.", "logging.")) or name.endswith(
                (".strptime", ".strftime", "TypeVar", "getLogger")
            ):
                return True
        if isinstance(outer, ast.AnnAssign) and node in ast.walk(outer.annotation):
            return True
    return False


def _is_read(node: ast.AST) -> bool:
    parent = _parent(node)
    if isinstance(parent, ast.keyword):
        return parent.arg in READ
    if isinstance(parent, ast.Call) and isinstance(parent.func, ast.Attribute):
        owner = ast.unparse(parent.func.value)
        is_streamlit = owner in {"st", "left", "right", "column", "field", "button", "place", "say"}
        return is_streamlit and parent.func.attr in LABELLED and parent.args[:1] == [node]
    return False


def _set_parents(tree: ast.AST) -> None:
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            vars(child)["parent"] = node


def _parent(node: ast.AST) -> ast.AST | None:
    return vars(node).get("parent")


def files_in(place: Path) -> list[Path]:
    """The Python files of a folder, or the file itself."""
    return sorted(place.rglob("*.py")) if place.is_dir() else [place]


if __name__ == "__main__":
    for place in sys.argv[1:]:
        for file in files_in(Path(place)):
            for line in (*unmarked(file), *frozen(file), *unfilled(file)):
                print(line)

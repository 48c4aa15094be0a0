"""The ES modules of nnlab/web that a page needs, as one classic script.

A page that is opened from a file may import no module: browsers take a file for a foreign origin.
So each module becomes a function that gives what it exports, in the order of imports.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from nnlab.errors import NnlabError
from nnlab.texts import _

FOLDER = Path(__file__).parents[2] / "web"

IMPORT = re.compile(r"^(import|export) *\{([^}]*)\} *from *\"([^\"]+)\";[^\n]*\n?", re.MULTILINE)
"""`import { a, b as c } from "./x.js";`, perhaps over several lines, and the same with `export`."""
EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) *([\w$]+))", re.MULTILINE)
OTHER = re.compile(
    r"^(?:import|export)\b.*|(?<![\w.*{])import *\(.*|\bimport\.meta\b.*", re.MULTILINE
)
"""Imports and exports left over, written in a way that is not understood here."""
NAME = re.compile(r"^([\w$]+)(?: +as +([\w$]+))?$")
ENDS_SCRIPT = re.compile(r"</script|<!--", re.IGNORECASE)


@dataclass(frozen=True)
class _Module:
    """A module without its imports and exports."""

    body: str
    imports: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    """Each module that it needs: its path, and pairs of names there and here."""
    exports: tuple[tuple[str, str], ...]
    """The names outside and inside."""


@cache
def bundle(entry: str) -> str:
    """One classic script of a module and of all that it imports, each after what it needs.

    Args:
        entry: its path below nnlab/web: `file/recording.js`.

    Raises:
        NnlabError: a module is missing, imports itself by a detour, or is written in a way that
            this does not understand; says which.
    """
    parts, _last = _functions(entry)
    script = '(() => {\n"use strict";\n' + "\n".join(parts) + "\n})();\n"
    if found := ENDS_SCRIPT.search(script):
        raise NnlabError(
            _(
                "The script of {entry} holds {found}, which would end it.",
                entry=entry,
                found=found[0],
            )
        )
    return script


@cache
def module(entry: str, name: str) -> str:
    """The same as one ES module, whose default export is what `entry` exports by that name."""
    parts, last = _functions(entry)
    return "\n".join(parts) + f"\nexport default {last}.{name};\n"


def _functions(entry: str) -> tuple[list[str], str]:
    """Each module as a constant, and the name of that of the entry."""
    modules: dict[str, _Module] = {}
    _collect(entry, modules, ())
    numbers = {name: f"module{number}" for number, name in enumerate(modules)}
    parts = [_as_function(name, one, numbers) for name, one in modules.items()]
    return parts, numbers[entry]


def _collect(name: str, modules: dict[str, _Module], way: tuple[str, ...]) -> None:
    """Read a module after all that it needs."""
    if name in modules:
        return
    if name in way:
        circle = " → ".join((*way[way.index(name) :], name))
        raise NnlabError(_("Modules import each other in a circle: {circle}.", circle=circle))
    module = _read(name)
    for needed, _names in module.imports:
        _collect(needed, modules, (*way, name))
    modules[name] = module


def _read(name: str) -> _Module:
    try:
        source = (FOLDER / name).read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NnlabError(_("There is no module {name} in nnlab/web.", name=name)) from None
    imports, exports = [], []
    for kind, names, address in IMPORT.findall(source):
        pairs = _pairs(names, name)
        if kind == "export":  # of what another module has
            pairs = tuple((theirs, f"re_{outside}") for theirs, outside in pairs)
            exports += [(inside.removeprefix("re_"), inside) for _theirs, inside in pairs]
        imports.append((_beside(name, address), pairs))
    body = IMPORT.sub("", source)
    exports += [(own, own) for own in EXPORT.findall(body)]
    body = EXPORT.sub("", body)
    if left := OTHER.search(_without_comments(body)):
        raise NnlabError(
            _(
                "{name} has the line '{line}': a module that leaves in a file is imported by"
                ' import {{ a, b as c }} from "./x.js"; and exports functions, classes, constants.',
                name=name,
                line=left[0][:80],
            )
        )
    return _Module(body, tuple(imports), tuple(exports))


def _pairs(names: str, module: str) -> tuple[tuple[str, str], ...]:
    """`a, b as c`: the names there and here."""
    pairs = []
    for one in filter(None, (one.strip() for one in names.split(","))):
        match = NAME.match(one)
        if match is None:
            raise NnlabError(
                _("{module} imports '{name}', which is no name.", module=module, name=one)
            )
        pairs.append((match[1], match[2] or match[1]))
    return tuple(pairs)


def _beside(name: str, address: str) -> str:
    """The path below nnlab/web of what a module calls `../x.js`."""
    parts: list[str] = list(PurePosixPath(name).parent.parts)
    for part in PurePosixPath(address).parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _without_comments(source: str) -> str:
    return re.sub(r"/\*.*?\*/|^\s*//[^\n]*", "", source, flags=re.DOTALL | re.MULTILINE)


def _as_function(name: str, module: _Module, numbers: dict[str, str]) -> str:
    def listed(pairs: tuple[tuple[str, str], ...]) -> str:
        return ", ".join(a if a == b else f"{a}: {b}" for a, b in pairs)

    heads = [
        f"const {{ {listed(pairs)} }} = {numbers[needed]};\n" for needed, pairs in module.imports
    ]
    return (
        f"// nnlab/web/{name}\nconst {numbers[name]} = (() => {{\n"
        f"{''.join(heads)}{module.body.strip()}\nreturn {{ {listed(module.exports)} }};\n}})();"
    )

"""Pin every installed version in constraints.txt: `python -m scripts.constraints`.

Begins at requirements-dev.txt and follows what each installed package requires here.
`make constraints` installs the requirements first, without the earlier pins. Run it with Python
3.11 on Linux: what only macOS or Windows needs (colorama, pywinpty, appnope) is not installed
there and stays unpinned.
"""

import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

REPOSITORY = Path(__file__).parents[1]
FILE = REPOSITORY / "constraints.txt"
START = "requirements-dev.txt"
HEAD = """\
# Every version that `make run` and `make test` install, the indirect ones too.
# Written by `make constraints` with Python 3.11 on Linux; what a machine does not need is not
# installed by its pin.

"""

LEFT_OUT = {"nnlab", "pip"}
"""The package itself, and the program that installs: a pin would replace it while it runs."""
ACCELERATOR = re.compile(r"nvidia-.*|cuda-.*|triton|pytorch-triton.*|intel-.*|rocm.*")
"""Names of packages that come with one build of PyTorch and not with another."""


def main() -> None:
    """Write the pins of this environment."""
    pins = pinned(requirements(REPOSITORY / START))
    lines = [f"{name}=={version}\n" for name, version in sorted(pins.items())]
    FILE.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{FILE.name}: {len(lines)} pins")


def requirements(file: Path) -> list[Requirement]:
    """Return the requirements of a file and of those that it includes by `-r`."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        words = line.partition("#")[0].strip()
        if words.startswith("-r "):
            found += requirements(file.parent / words.removeprefix("-r ").strip())
        elif words:
            found.append(Requirement(words))
    return found


def pinned(start: list[Requirement]) -> dict[str, str]:
    """Return the public version (without `+cpu`) of all that is required, by canonical name.

    Raises:
        PackageNotFoundError: something that is required on this machine is not installed.
    """
    pins: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    todo = [(need, "") for need in start]
    while todo:
        need, extra = todo.pop()
        name = canonicalize_name(need.name)
        if name in LEFT_OUT or ACCELERATOR.fullmatch(name):
            continue
        if need.marker and not need.marker.evaluate({"extra": extra}):
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:
            raise PackageNotFoundError(
                f"{need} is not installed; `make constraints` does"
            ) from None
        pins[name] = package.version.partition("+")[0]
        for wanted in ("", *need.extras):
            if (name, wanted) not in seen:
                seen.add((name, wanted))
                todo += [(Requirement(line), wanted) for line in package.requires or []]
    return pins


if __name__ == "__main__":
    main()

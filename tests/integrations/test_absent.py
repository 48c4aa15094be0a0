"""A recorder for a library is imported only when it is asked for, and says what it needs."""

import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("library", "title"), [("lightning", "Lightning"), ("skorch", "skorch")])
def test_without_the_library_the_import_says_what_to_install(library: str, title: str) -> None:
    ended = python(
        f"import sys; sys.modules[{library!r}] = None; import nnlab.integrations.{library}"
    )
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == (
        f"ImportError: nnlab.integrations.{library} needs {title}, which is not here:"
        f" pip install {library}"
    )


def test_nothing_else_of_nnlab_imports_them() -> None:
    ended = python(
        "import sys, nnlab, nnlab.integrations; nnlab.record;"
        " assert not {'lightning', 'skorch'} & set(sys.modules)"
    )
    assert ended.returncode == 0, ended.stderr

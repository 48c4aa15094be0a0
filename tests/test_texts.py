"""Every text that a person reads goes through `nnlab.texts`; what does not is listed with why."""

import re
from pathlib import Path

import pytest

from nnlab.texts import N_, _
from tests.texts import files_in, frozen, unfilled, unmarked

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = REPOSITORY / "nnlab"
FILES = files_in(PACKAGE)
SCRIPTS = sorted(PACKAGE.rglob("*.js"))

NO_TEXTS = {
    "export/cells.py": "source of an exported script",
    "export/notebook.py": "source of an exported notebook",
    "export/script.py": "source of an exported script",
    "export/script_data.py": "source of an exported script",
    "export/script_images.py": "source of an exported script",
    "export/script_training.py": "source of an exported script",
    "models/code.py": "source of a network",
    "data/torchvision_fix.py": "schemas and messages of torchvision",
    "ui/runs/details/save.py": "source that loads a file",
}
"""Files whose unmarked strings are read by a program: all of them, by what they are."""
GROUP = ("start here", "published tutorials")
NOT_READ: dict[str, tuple[str, ...]] = {
    "cli/experiment.py": ("unreachable",),
    "data/published.py": ("MNIST", "Fashion-MNIST", "KMNIST", "CIFAR-10", "Ankle boot"),
    "figures/batch.py": ("top center",),
    "figures/theme.py": ("Source Sans",),
    "recipes/curve_fit.py": GROUP[1:],
    "recipes/deep_mlp.py": (GROUP[1], "Pytorch Note25"),
    "recipes/first_network.py": GROUP[1:],
    "recipes/raw_tensors_adam.py": GROUP[1:],
    "recipes/raw_tensors_sgd.py": GROUP[1:],
    "recipes/raw_tensors_sgd_zeroed.py": GROUP[1:],
    "recipes/recipe.py": GROUP,
    "recipes/save_and_restore.py": GROUP[1:],
    "recipes/three_layer.py": GROUP[1:],
    "recipes/three_layer_mended.py": GROUP[1:],
    "recipes/two_clouds.py": GROUP[1:],
    "runs/workers/worker.py": ("out of memory",),
    "training/device.py": ("model name",),
    "training/meter.py": ("loss 0, 0 steps ago",),
    "ui/forms/labels.py": (", affine=True",),
    "ui/home/page.py": GROUP,
    "ui/runs/details/details.py": ("Go on", "Save, restore"),
    "ui/runs/details/export.py": ("python -m nnlab export",),
    "ui/runtime/drawing_accuracy.py": ("our handwriting",),
    "wire/headers.py": ("img-src", "font-src", "script-src"),
    "wire/web.py": ("public, max-age",),
}
"""Single strings by file, each by its beginning: keys, names of data sets and classes, commands,
and what is compared with another program's words."""


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_what_a_person_reads_goes_through_the_door(path: Path) -> None:
    name = relative(path)
    if name in NO_TEXTS:
        return
    left = [line.split(": ", 1)[1] for line in unmarked(path)]
    allowed = NOT_READ.get(name, ())
    assert [text for text in left if not text.strip("'\"").startswith(allowed or ("\0",))] == []
    assert frozen(path) == [], "a text at import time knows no reader: mark it with N_"
    assert unfilled(path) == []


def test_nothing_is_excused_that_goes_through_the_door_by_now() -> None:
    stale = [name for name in NO_TEXTS if not unmarked(PACKAGE / name)]
    for name, beginnings in NOT_READ.items():
        left = [line.split(": ", 1)[1].strip("'\"") for line in unmarked(PACKAGE / name)]
        stale += [
            f"{name}: {one}" for one in beginnings if not any(text.startswith(one) for text in left)
        ]
    assert stale == []


@pytest.mark.parametrize("path", SCRIPTS, ids=relative)
def test_a_script_says_nothing_past_its_door(path: Path) -> None:
    """Two words in a row in a string are a text; those of `_("…")` are taken out before."""
    source = re.sub(r"/\*.*?\*/", "", path.read_text("utf-8"), flags=re.DOTALL)
    source = re.sub(r"^\s*//.*$|(?<=[;{}\s])//.*$", "", source, flags=re.MULTILINE)
    source = re.sub(r"""_\(\s*(["'`])(?:(?!\1).)*\1""", "_(", source)
    strings = re.findall(r"""(["'`])((?:(?!\1)[^\\\n]|\\.)*)\1""", source)
    bare = [re.sub(r"<[^>]*>|\$\{[^}]*\}", " ", text) for _quote, text in strings]
    assert [text for text in bare if re.search(r"[A-Za-z]{3,} [a-z]{2,}", text)] == []


def test_placeholders_are_named_and_formatted() -> None:
    assert _("step {step:,} of {total:,}", step=1200, total=5000) == "step 1,200 of 5,000"
    assert _("loss {loss:.3f}, {name!r}", loss=0.12345, name="a") == "loss 0.123, 'a'"


def test_a_text_without_values_stays_as_it_stands() -> None:
    assert _("a set {1, 2}") == "a set {1, 2}"
    assert _("") == ""


def test_one_is_told_from_many() -> None:
    said = [_("{n:,} run", "{n:,} runs", n=n) for n in (0, 1, 2, 1000)]
    assert said == ["0 runs", "1 run", "2 runs", "1,000 runs"]


def test_a_missing_value_is_an_error_and_no_hole() -> None:
    with pytest.raises(KeyError, match="total"):
        _("step {step} of {total}", step=1)


def test_a_mark_changes_nothing() -> None:
    assert N_("learning rate") == "learning rate"


def test_the_search_finds_a_text_that_goes_past_the_door(tmp_path: Path) -> None:
    file = tmp_path / "page.py"
    file.write_text(
        "import streamlit as st\n"
        "from nnlab.texts import N_, _\n"
        'HEAD = _("too early")\n'
        'NAMES = {"lr": N_("learning rate")}\n'
        "def show(step, total):\n"
        '    """A docstring of several words."""\n'
        '    st.button("Train")\n'
        '    st.caption(f"step {step} of {total}")\n'
        '    st.caption(_("step {step} of {totl}", step=step, total=total))\n'
        '    st.html(f"<th>loss</th>")\n'
        '    st.markdown(_("all is well"))\n'
    )
    assert [line.split(":")[1] for line in unmarked(file)] == ["7", "8", "10"]
    assert [line.split(":")[1] for line in frozen(file)] == ["3"]
    assert {line.split(":")[1] for line in unfilled(file)} == {"9"}

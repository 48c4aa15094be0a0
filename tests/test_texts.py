"""Every text that a person reads goes through `nnlab.texts`; what does not is listed with why."""

import re
from pathlib import Path

import pytest

from nnlab.texts import N_, _, number
from tests.texts import files_in, frozen, unfilled, unmarked

REPOSITORY = Path(__file__).resolve().parent.parent
PACKAGE = REPOSITORY / "nnlab"
FILES = files_in(PACKAGE)
SCRIPTS = sorted(PACKAGE.rglob("*.js"))

NO_TEXTS = {
    "export/cells.py": "source of an exported script",
    "export/notebook.py": "source of an exported notebook",
    "export/script.py": "source of an exported script",
    "export/source/data.py": "source of an exported script",
    "export/source/images.py": "source of an exported script",
    "export/source/stack.py": "source of an exported script",
    "export/source/training.py": "source of an exported script",
    "models/code.py": "source of a network",
    "models/token_source.py": "source of a network",
    "data/torchvision_fix.py": "schemas and messages of torchvision",
    "ui/runs/details/save.py": "source that loads a file",
}
"""Files whose unmarked strings are read by a program: all of them, by what they are."""
GROUP = ("start here", "published tutorials")
NOT_READ: dict[str, tuple[str, ...]] = {
    "__init__.py": ("module 'nnlab' has no attribute",),
    "data/published.py": ("MNIST", "Fashion-MNIST", "KMNIST", "CIFAR-10", "Ankle boot"),
    "export/html/bundle.py": ("(() => {", "\\nexport default"),
    "export/html/document.py": ("default-src",),
    "figures/batch.py": ("top center",),
    "figures/theme.py": ("Source Sans",),
    "recipes/curve_fit.py": GROUP[1:],
    "ui/learn/chapters/landscape/chapter.py": ("loss = F.cross_entropy(",),
    "recipes/deep_mlp.py": (GROUP[1], "Pytorch Note25"),
    "recipes/first_network.py": GROUP[1:],
    "recipes/raw_tensors_adam.py": GROUP[1:],
    "recipes/raw_tensors_sgd.py": GROUP[1:],
    "recipes/raw_tensors_sgd_zeroed.py": GROUP[1:],
    "recipes/recipe.py": GROUP,
    "recipes/save_and_restore.py": GROUP[1:],
    "recipes/three_layer.py": GROUP[1:],
    "scene/words.py": (", affine=True",),
    "recipes/three_layer_mended.py": GROUP[1:],
    "recipes/two_clouds.py": GROUP[1:],
    "runs/cluster/given.py": ("The given NumPy",),
    "runs/workers/worker.py": ("out of memory",),
    "training/machine/processor.py": ("model name",),
    "training/meter.py": ("loss 0, 0 steps ago",),
    "ui/home/recipes.py": GROUP,
    "learn/saving/sizes.py": ("sum(t.nbytes",),  # lines of PyTorch
    "learn/three_ways/pairs.py": ("F.linear", "F.conv2d", "F.batch_norm"),
    "ui/learn/chapters/convolution/__init__.py": ("F.max_pool2d",),
    "ui/learn/chapters/convolution/more.py": ("<code>nn.",),
    "ui/learn/chapters/saving/__init__.py": ("int.from_bytes",),
    "ui/learn/chapters/saving/page.py": ("state_dict", "nnlab-state"),
    "ui/learn/chapters/saving/pickle_tab.py": ("nnlab-state",),
    "ui/learn/chapters/three_ways/__init__.py": ("F.linear", "F.relu", "w -="),
    "ui/runs/details/details.py": ("Go on", "Save, restore"),
    "ui/runs/details/export.py": ("python -m nnlab export",),
    "ui/runtime/drawing_accuracy.py": ("our handwriting",),
    "ui/learn/chapters/optimizers/chapter.py": ("torch.optim.",),  # lines of code
    "wire/headers.py": ("img-src", "font-src", "script-src", "connect-src"),
    "wire/web.py": ("public, max-age",),
    "ui/stream.py": ("no BackMsg", "no message of a page"),
    "wire/guard/guard.py": ("a request: ", "a method "),  # the log's
    "wire/guard/sockets.py": ("a socket: ", "a message ", "a page: "),
    "wire/guard/uploads.py": ("a file",),
    "wire/people.py": ("0=0; Path",),  # a header
    "wire/guard/quiet.py": ("0 (0 more",),
    "wire/room/archive.py": ("attachment; ", "all that "),  # a header, the log's
    "wire/room/door.py": ("somebody who ",),
    "wire/room/join_page.py": ("<!doctype",),
    "wire/room/join.py": ("a form ", "a wrong "),
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


# numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "digits", "written"),
    [
        (1e-5, 3, "0.00001"),
        (3e-6, 3, "0.000003"),
        (0.46346640538784767, 3, "0.463"),
        (0.0095, 2, "0.0095"),
        (1.2e-7, 3, "1.2 × 10⁻⁷"),
        (9.9996e-7, 3, "0.000001"),
        (0.03, 3, "0.03"),
        (-0.25, 3, "−0.25"),
        (10.0, 3, "10"),
        (12345.678, 3, "12,346"),
        (12345.678, 7, "12,345.68"),
        (999_999.6, 3, "1,000,000"),
        (1_234_567, 3, "1.23 × 10⁶"),
        (1e30, 3, "1 × 10³⁰"),
        (-0.0, 3, "0"),
        (float("inf"), 3, "∞"),
        (float("-inf"), 3, "−∞"),
        (float("nan"), 3, "NaN"),
        (0.1 + 0.2, None, "0.30000000000000004"),
        (1e-5, None, "0.00001"),
        (1e-4, None, "0.0001"),
        (5e-324, None, "5 × 10⁻³²⁴"),
    ],
)
def test_a_number_is_written_as_people_write_it(
    value: float, digits: int | None, written: str
) -> None:
    assert number(value, digits) == written


@pytest.mark.parametrize("value", [0.0012345678, 0.5, 7.0, 123.456, 98765.4321, 3.7e-9, 5.5e12])
@pytest.mark.parametrize("digits", [2, 4, 9])
def test_a_number_that_is_read_back_is_the_same_to_its_digits(value: float, digits: int) -> None:
    said = number(value, digits).replace(",", "")
    mantissa, _times, power = said.partition(" × 10")
    plain = power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or "0"
    assert float(f"{mantissa}e{plain}") == pytest.approx(value, rel=0.5 * 10.0 ** (1 - digits))


def test_the_numbers_of_a_text_are_written_so_too() -> None:
    assert _("{rate:g} of {step:,}: {loss:.3g}", rate=1e-5, step=1200, loss=2e-9) == (
        "0.00001 of 1,200: 2 × 10⁻⁹"
    )
    assert _("{share:.1%}, {loss:.4f}, {word}", share=0.5, loss=1e-5, word="x") == (
        "50.0%, 0.0000, x"
    )
    assert _("{n:g} run", "{n:g} runs", n=2) == "2 runs"

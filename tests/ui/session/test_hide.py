"""What a link hides for a lesson: parts by name, and presets that stand for many of them."""

import pytest

from nnlab.errors import InvalidExperimentError
from nnlab.ui.session.hide import (
    PARTS,
    PRESETS,
    SIDE,
    hidden_by,
    preset_of,
    read_hidden,
    style_of,
    words_of,
)

LEFT = {  # what students can change, by the keys of its widgets or containers
    "form": (),
    "all-but-rate": (".st-key-lr",),
    "all-but-network": (".st-key-network_form",),
    "all-but-data": (".st-key-dataset", ".st-key-playground_noise", ".st-key-playground_problem"),
}
FORM = (
    *(".st-key-dataset", ".st-key-playground_noise", ".st-key-playground_problem"),
    *(".st-key-inputs_form", ".st-key-network_form", ".st-key-lr", ".st-key-optimizer"),
    *(".st-key-batch_size", ".st-key-penalties", ".st-key-playground_advanced"),
)
WITHIN = {  # a container that takes these with it
    ".st-key-training_form": (
        *(".st-key-lr", ".st-key-optimizer", ".st-key-batch_size", ".st-key-penalties"),
        ".st-key-playground_advanced",
    )
}


@pytest.mark.parametrize("preset", LEFT)
def test_a_preset_leaves_what_its_name_says_and_hides_the_rest_of_the_form(preset: str) -> None:
    places = style_of(hidden_by(preset)).partition("(")[2].partition(") {")[0].split(",")
    hidden = {*places, *(one for place in places for one in WITHIN.get(place, ()))}
    assert set(FORM) - hidden == set(LEFT[preset])
    assert not hidden & {".st-key-transport", ".st-key-plane", ".st-key-figures", ".st-key-network"}


def test_a_preset_is_read_from_the_address_and_written_into_it() -> None:
    for preset in PRESETS:
        parts = hidden_by(preset)
        assert set(parts) <= set(PARTS)
        assert read_hidden(preset) == (parts, None)
        assert preset_of(reversed(parts)) == preset
        assert words_of(parts) == (preset if parts else "")


def test_single_names_stand_beside_a_preset_and_alone() -> None:
    assert read_hidden("noise, data") == (("noise", "data"), None)
    assert read_hidden("all-but-rate,plane,noise")[0] == (*hidden_by("all-but-rate"), "plane")
    assert words_of(("noise", "data")) == "noise,data"
    assert preset_of(("noise",)) is None


def test_a_word_that_is_neither_is_named_with_the_nearest() -> None:
    known, message = read_hidden("all-but-rat,noise")
    assert known == ("noise",)
    assert "Did you mean 'all-but-rate'?" in (message or "")
    with pytest.raises(InvalidExperimentError, match="Unknown preset 'nonsense'"):
        hidden_by("nonsense")


def test_the_column_beside_the_picture_goes_with_all_that_stands_in_it() -> None:
    column = ".stColumn:has(.st-key-form)"
    assert column in style_of(SIDE)
    assert column not in style_of(SIDE[:-1])

"""The chapter on saving on its page."""

import pytest

from nnlab.learn.saving.safetensors_file import SafetensorsFile
from nnlab.texts import number
from nnlab.ui.learn.own_network import small_network
from tests.ui.conftest import html
from tests.ui.learn.chapters import opened, ran, text

pytestmark = pytest.mark.usefixtures("quiet_server")


def test_the_slider_and_the_list_go_through_the_file() -> None:
    test = opened(chapter="saving")
    file = SafetensorsFile(small_network().snapshot.network.state_dict())
    assert f"byte 0 of {len(file):,}" in html(test)
    assert f"{file.header_stop - 8:,} bytes" in html(test)
    (slider,) = [one for one in test.slider if one.label.startswith("Byte of the file")]
    slider.set_value(9)
    ran(test)
    assert "piece of JSON" in html(test)
    weight = next(entry for entry in file.entries if entry.name == "0.weight")
    test.selectbox(key="learn_saving_place").set_value("first number of 0.weight")
    ran(test)
    assert "0.weight[0, 0], F32" in html(test)
    value = small_network().snapshot.network.state_dict()["0.weight"][0, 0].item()
    assert number(value, 9) in html(test)
    (slider,) = [one for one in test.slider if one.label.startswith("Byte of the file")]
    assert slider.value == weight.start
    slider.set_value(9)
    ran(test)
    assert test.selectbox(key="learn_saving_place").value is None
    test.selectbox(key="learn_saving_place").set_value("first number of 0.weight")
    ran(test)
    (slider,) = [one for one in test.slider if one.label.startswith("Byte of the file")]
    assert slider.value == weight.start, "the same place once more"


def test_what_pytorch_says_to_three_files_is_told() -> None:
    test = opened(chapter="saving")
    told = text(test)
    assert "GLOBAL print was not an allowed global" in told
    assert "Sequential was not an allowed global" in told
    assert "nothing but tensors" in told
    test.slider(key="learn_saving_opcode").set_value(5)
    ran(test)
    assert "builtins.print(" in html(test)


def test_the_state_dict_and_its_places_in_the_file_are_listed() -> None:
    test = opened(chapter="saving")
    for name in small_network().snapshot.network.state_dict():
        assert f"<code>{name}</code>" in html(test)
    assert "torch.nn.modules.container.Sequential" in html(test)

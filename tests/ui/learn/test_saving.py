"""The chapter on saving on its page."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.learn.saving.safetensors_file import SafetensorsFile
from nnlab.texts import number
from nnlab.ui.learn.own_network import small_network
from tests.ui.conftest import html

REPOSITORY = Path(__file__).parents[3]
pytestmark = pytest.mark.usefixtures("quiet_server")


def opened() -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=120).run()
    test.query_params["chapter"] = "saving"
    return ran(test.switch_page("pages/learn.py"))


def ran(test: AppTest) -> AppTest:
    test.run()
    assert not test.exception
    return test


def said(test: AppTest) -> str:
    return "\n".join(one.value for one in (*test.markdown, *test.error))


def test_the_slider_and_the_list_go_through_the_file() -> None:
    test = opened()
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


def test_what_pytorch_says_to_three_files_is_told() -> None:
    test = opened()
    told = said(test)
    assert "GLOBAL print was not an allowed global" in told
    assert "Sequential was not an allowed global" in told
    assert "nothing but tensors" in told
    test.slider(key="learn_saving_opcode").set_value(5)
    ran(test)
    assert "builtins.print(" in html(test)


def test_the_state_dict_and_its_places_in_the_file_are_listed() -> None:
    test = opened()
    for name in small_network().snapshot.network.state_dict():
        assert f"<code>{name}</code>" in html(test)
    assert "torch.nn.modules.container.Sequential" in html(test)


def test_both_questions_answer() -> None:
    test = opened()
    test.number_input(key="learn_saving_1").set_value(6.0)
    test.radio(key="learn_saving_2").set_value(2)
    ran(test)
    for number_ in (1, 2):
        test.button(key=f"learn_saving_{number_}_commit").click()
        ran(test)
    assert html(test).count("— right") == 1
    assert "9 tensors — not as predicted" in html(test)

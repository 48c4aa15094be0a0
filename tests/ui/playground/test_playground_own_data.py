"""Own tables and own points on the Playground, by the form alone."""

from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nnlab.config import Csv, Curve, Experiment, Normalize, PlaneClasses, Points, mlp, to_link
from nnlab.data.registry import sizes
from nnlab.data.tables import keep
from nnlab.figures import theme
from nnlab.recipes import get
from tests.ui.conftest import html

REPOSITORY = Path(__file__).parents[3]

pytestmark = pytest.mark.usefixtures("quiet_server")

FLOWERS = "length;width;leaf;kind\n" + "".join(
    f"{4 + i / 10:.1f};{3 - i / 20:.2f};{i};{('rose', 'tulip', 'lily')[i % 3]}\n".replace(".", ",")
    for i in range(30)
)


def opened(data: Any = None, **training: Any) -> AppTest:
    test = AppTest.from_file(str(REPOSITORY / "app.py"), default_timeout=60).run()
    if data is not None:
        experiment = get("spiral").experiment
        task = getattr(data, "task", "classification")
        loss = "mse" if task == "regression" else "cross_entropy"
        inside = {"data": data, "training": {**dict(experiment.training), "loss": loss, **training}}
        test.query_params["x"] = to_link(Experiment.model_validate({**dict(experiment), **inside}))
    test = test.switch_page("pages/playground.py").run()
    assert not test.exception
    return test


def draft(test: AppTest) -> Any:
    return test.session_state["lab_playground"].draft


def uploaded(content: str | bytes, problem: str = "classification") -> AppTest:
    test = opened()
    if problem != "classification":
        test.segmented_control("playground_problem").set_value(problem).run()
    test.button_group("dataset").set_value("csv").run()
    file = content.encode() if isinstance(content, str) else content
    test.file_uploader("playground_csv_file").set_value(("flowers.csv", file, "text/csv")).run()
    assert not test.exception
    return test


def errors(test: AppTest) -> str:
    return " ".join(element.value for element in test.error)


def captions(test: AppTest) -> str:
    return " ".join(element.value for element in test.caption)


def test_an_uploaded_table_is_ready_to_train_with_its_columns_scaled_by_a_layer() -> None:
    test = uploaded(FLOWERS)
    data = draft(test).data
    assert isinstance(data, Csv)
    assert (data.inputs, data.target) == (("length", "width"), "kind")
    assert data.classes == ("lily", "rose", "tulip")
    assert draft(test).model.layers[0] == Normalize(mean=(5.45, 2.275), std=(0.29, 0.145))
    assert draft(test).model.layers[-1].out_features == 3
    assert "semicolon, decimal comma" in captions(test)
    assert "lily 10 · rose 10 · tulip 10" in captions(test)
    assert not test.button("train").disabled
    assert errors(test) == ""


def test_all_columns_may_be_inputs_and_two_of_them_are_chosen_for_the_plane() -> None:
    test = uploaded(FLOWERS)
    test.multiselect("playground_csv_inputs").set_value(["length", "width", "leaf"]).run()
    assert draft(test).data.inputs == ("length", "width", "leaf")
    assert len(draft(test).model.layers[0].mean) == 3
    assert "(leaf) stays at its mean" in captions(test)
    test.selectbox("playground_plane_up").set_value("leaf").run()
    assert "(width) stays at its mean" in captions(test)
    assert not test.exception
    assert errors(test) == ""


@pytest.mark.parametrize(("problem", "inputs"), [("regression", 2), ("curve", 1)])
def test_a_number_is_a_target_for_regression_and_for_curves(problem: str, inputs: int) -> None:
    test = uploaded(FLOWERS, problem)
    data = draft(test).data
    assert isinstance(data, Csv)
    assert (len(data.inputs), data.target, data.task) == (inputs, "leaf", "regression")
    assert draft(test).training.loss == "mse"
    assert "leaf is scaled: −1 is its lowest value" in captions(test)
    assert not test.button("train").disabled
    assert errors(test) == ""


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"PK\x03\x04", "spreadsheet or an archive"),
        ("only one column\n1\n2\n", "two columns at least"),
        ("a,b\nx,y\nz,y\n", "no column of numbers"),
        ("a,b\n" + "".join(f"{i},n{i}\n" for i in range(20)), "choose Regression or Curve"),
    ],
)
def test_a_file_that_cannot_serve_is_a_message_and_the_data_before_stay(
    content: str | bytes, sentence: str
) -> None:
    test = uploaded(content)
    assert sentence in errors(test)
    assert isinstance(draft(test).data, PlaneClasses)
    assert not test.button("train").disabled


def test_how_the_file_is_written_can_be_said() -> None:
    test = uploaded("a;b;c\n1,5;2;u\n3,5;4;v\n" * 5)
    assert draft(test).data.inputs == ("a", "b")
    test.selectbox("playground_csv_comma").set_value(False).run()
    assert test.multiselect("playground_csv_inputs").value == ["b"]
    assert draft(test).data.inputs == ("b",)
    assert not test.exception


def table(**fields: Any) -> Csv:
    inside = {"inputs": ("a", "b"), "target": "c", "classes": ("u", "v"), "points": 4, **fields}
    return Csv.model_validate({"train_share": 1, **inside})


ROWS = "a,b,c\n1,2,u\n3,4,v\n5,6,u\n7,1,v\n"


def test_a_table_in_a_link_is_held_as_it_is_and_its_columns_can_be_chosen_anew() -> None:
    test = opened(table(text=ROWS), batch_size=2)
    assert draft(test).data == table(text=ROWS)
    test.multiselect("playground_csv_inputs").set_value(["b"]).run()
    assert draft(test).data == table(text=ROWS, inputs=("b",))
    assert "spread out upwards" in captions(test)
    assert errors(test) == ""


def test_a_link_to_a_table_works_where_its_file_is_and_else_says_what_is_missing(
    data_dir: Path,
) -> None:
    here = table(sha256=keep(ROWS, data_dir))
    test = opened(here, batch_size=2)
    assert draft(test).data == here
    assert errors(test) == ""
    test = opened(table(sha256="0" * 64), batch_size=2)
    assert "not on this server" in errors(test)
    assert test.button("train").disabled


@pytest.mark.parametrize(
    ("data", "missing"),
    [
        (Points(), "there are none yet"),
        (Points(rows=((0, 0, 1),)), "The only point is of class 1"),
        (Points(task="regression", inputs=1, rows=((1, 2),)), "there is one"),
        (Points(rows=((0, 0, 0), (1, 1, 1)), train_share=0.5), "one class alone"),
    ],
)
def test_unfinished_points_can_be_shared_and_say_what_is_missing(
    data: Points, missing: str
) -> None:
    test = opened(data, batch_size="all")
    assert draft(test).data == data
    assert missing in " ".join(element.value for element in test.info)
    assert test.button("train").disabled
    assert errors(test) == ""


def test_a_point_can_be_typed_undone_and_all_can_be_cleared() -> None:
    test = opened(Points(rows=((0, 0, 0),), train_share=1), batch_size="all")
    test.number_input("playground_typed_0").set_value(1.5)
    test.number_input("playground_typed_2_class").set_value(1)
    test.button("playground_typed_add").click().run()
    assert draft(test).data.rows == ((0, 0, 0), (1.5, 0, 1))
    assert not test.button("train").disabled
    test.button("playground_points_undo").click().run()
    assert draft(test).data.rows == ((0, 0, 0),)
    test.button("playground_points_clear").click().run()
    assert draft(test).data.rows == ()


def test_each_class_of_the_point_tools_shows_its_colour() -> None:
    test = opened(Points(rows=((0, 0, 0), (1, 1, 1)), train_share=1), batch_size="all")
    style = html(test)
    for place, colour in enumerate(theme.CLASS_COLOURS[:3], 1):  # one more than there are
        button = f".st-key-playground_point_tool button:nth-of-type({place})::before"
        rule = style.partition(button)[2].partition("}")[0]
        assert f"background:{colour}" in rule
        assert 'content:""' in rule  # without it the browser draws no box before the name


def by_hand(data: Any) -> AppTest:
    test = opened(data)
    test.button("playground_edit_points").click().run()
    assert not test.exception
    return test


def test_the_points_of_a_data_set_can_be_edited() -> None:
    test = by_hand(None)
    data = draft(test).data
    assert isinstance(data, Points)
    assert len(data.rows) == 500
    assert draft(test).training.batch_size == "all"
    assert not test.button("train").disabled


def test_too_many_points_to_be_edited_are_refused_by_name() -> None:
    test = by_hand(PlaneClasses(kind="circle", points=3000))
    assert isinstance(draft(test).data, PlaneClasses)
    assert "3,000 points are too many" in " ".join(element.value for element in test.toast)


def test_each_problem_keeps_its_own_points() -> None:
    test = opened(Points(rows=((0, 0, 0), (1, 1, 1)), train_share=1), batch_size="all")
    test.segmented_control("playground_problem").set_value("curve").run()
    assert draft(test).data == Points(task="regression", inputs=1, train_share=1)
    test.segmented_control("playground_problem").set_value("classification").run()
    assert len(draft(test).data.rows) == 2


def test_a_network_on_other_data_loses_the_layer_that_scaled_the_table() -> None:
    test = uploaded(FLOWERS)
    test.button_group("dataset").set_value("spiral").run()
    assert draft(test).model.layers == mlp(8, 8, outputs=2, activation="tanh")
    assert not isinstance(draft(test).data, Csv | Curve)


# fewer rows than a batch -------------------------------------------------------------------------

FOUR = "a,b,kind\n0,0,no\n0,1,yes\n1,0,yes\n1,1,no\n"


def test_a_table_of_four_rows_can_be_trained_as_it_comes_and_the_page_says_how() -> None:
    test = uploaded(FOUR)
    said = draft(test)
    trains = sizes(said.data)[0]
    assert (said.data.points, said.training.batch_size) == (4, 10)
    assert errors(test) == ""
    assert not test.button("train").disabled
    assert trains == 4
    assert "only 4 rows train: each step takes all of them" in captions(test)


def test_nothing_is_said_of_batches_that_the_data_fill() -> None:
    assert "each step takes all of them" not in captions(uploaded(FLOWERS))
    assert "each step takes all of them" not in captions(opened())


def test_the_link_of_a_table_of_four_rows_keeps_the_batch_that_was_asked_for() -> None:
    test = opened(Points(rows=((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)), train_share=1))
    assert "only 4 points train: each step takes all of them" in captions(test)
    assert test.selectbox("batch_size").value == 10
    assert draft(test).training.batch_size == 10

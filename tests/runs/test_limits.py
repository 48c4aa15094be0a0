"""What a student's run may be, and that the machine's own limits hold for everybody else."""

import math
from pathlib import Path

import pytest

from nnlab.config import Experiment, Images, Linear, Model, PlaneClasses, Training, mlp
from nnlab.config.axis import Axis
from nnlab.config.layers import Flatten
from nnlab.config.sweep import Search, Sweep
from nnlab.data.published import COUNTS
from nnlab.data.registry import sizes
from nnlab.errors import InvalidExperimentError
from nnlab.models import build
from nnlab.runs.limits import examples_of, limits_for, must_fit, parameters_of
from nnlab.runs.search.conductors import Conductors
from nnlab.runs.store import Store
from nnlab.runs.workers.launcher import LocalLauncher
from nnlab.settings import Settings, cores
from nnlab.visitor import AT_THE_MACHINE, Visitor

STUDENT = Visitor("anna", "10.0.0.1", "student")
LECTURER = Visitor("prof", "10.0.0.2", "lecturer")


def lab(**said: object) -> Settings:
    return Settings.model_validate({"is_class": True, "share": True, **said})


def pictures(width: int, **data: object) -> Experiment:
    """`784 * width + width + 10 * width + 10` parameters."""
    return Experiment(
        data=Images.model_validate({"kind": "digits", **data}),
        model=Model(
            layers=(Flatten(), Linear(out_features=width), Linear(out_features=10)),
        ),
        training=Training(epochs=1),
    )


def points(**training: object) -> Experiment:
    return Experiment(
        data=PlaneClasses(kind="circle", points=500),
        model=Model(layers=mlp(4, outputs=2, activation="tanh")),
        training=Training.model_validate({"epochs": 1, **training}),
    )


def test_parameters_are_those_that_pytorch_counts() -> None:
    for experiment in (pictures(100), points()):
        shape = (1, 28, 28) if experiment.data.kind == "digits" else (2,)
        network = build(experiment.model, shape)
        assert parameters_of(experiment) == sum(p.numel() for p in network.parameters())
    assert parameters_of(pictures(100)) == 784 * 100 + 100 + 100 * 10 + 10


@pytest.mark.parametrize("kind", sorted(COUNTS))
def test_examples_are_those_that_train(kind: str) -> None:
    for more in ({}, {"validation": 0}, {"train_size": 500}, {"test": "validates"}):
        data = Images.model_validate({"kind": kind, **more})
        assert examples_of(data) == sizes(data)[0]
    assert examples_of(PlaneClasses(kind="circle", points=500, train_share=1)) == 500


def test_a_network_with_as_many_parameters_as_a_student_may_have_fits_and_one_more_does_not() -> (
    None
):
    count = parameters_of(pictures(10))
    must_fit(pictures(10), None, lab(class_parameters=count))
    with pytest.raises(InvalidExperimentError) as error:
        must_fit(pictures(10), None, lab(class_parameters=count - 1))
    assert f"has {count:,}" in str(error.value)
    assert f"may have {count - 1:,} (NNLAB_CLASS_PARAMETERS)" in str(error.value)


def test_all_networks_of_a_sweep_count_together() -> None:
    sweep = Sweep(experiment=points(), axes=(Axis(path="model.seed", values="0..7"),))
    count = 8 * (2 * 4 + 4 + 4 * 2 + 2)
    must_fit(sweep.experiment, sweep, lab(class_parameters=count))
    with pytest.raises(InvalidExperimentError, match=f"this sweep have {count}"):
        must_fit(sweep.experiment, sweep, lab(class_parameters=count - 1))


def test_the_largest_network_of_a_search_counts() -> None:
    sweep = Sweep(
        experiment=pictures(8),
        axes=(
            Axis(path="width", values=(8, 64, 16)),
            Axis(path="training.optimizer.lr", values=(0.1, 0.01)),
        ),
        search=Search(trials=4),
    )
    count = parameters_of(pictures(64))
    must_fit(sweep.experiment, sweep, lab(class_parameters=count))
    with pytest.raises(InvalidExperimentError, match=f"has {count:,}"):
        must_fit(sweep.experiment, sweep, lab(class_parameters=count - 1))


def test_a_student_trains_on_so_many_examples() -> None:
    given = pictures(10, kind="mnist")
    must_fit(given, None, lab(class_examples=50_000))
    with pytest.raises(InvalidExperimentError) as error:
        must_fit(given, None, lab(class_examples=49_999))
    assert "on 50,000 examples" in str(error.value)
    assert "(NNLAB_CLASS_EXAMPLES): set data.train_size to 49,999 or less" in str(error.value)


def test_a_student_computes_in_one_thread_where_the_cores_are_fewer_than_the_runs() -> None:
    must_fit(points(threads=1), None, lab())
    with pytest.raises(InvalidExperimentError, match=r"training\.threads is 200"):
        must_fit(points(threads=200), None, lab())
    assert limits_for(STUDENT, lab(max_runs=1000)).threads == 1
    assert limits_for(STUDENT, lab(max_runs=1)).threads == cores()
    assert limits_for(LECTURER, lab(max_runs=1000)).threads is None


def test_time_and_memory_are_a_students_own() -> None:
    said = lab(class_minutes=2, class_memory="300MB", worker_memory="2GB")
    student, lecturer = limits_for(STUDENT, said), limits_for(LECTURER, said)
    assert (student.seconds, student.memory) == (120, 300_000_000)
    assert (lecturer.seconds, lecturer.memory) == (math.inf, 2_000_000_000)
    assert limits_for(AT_THE_MACHINE, Settings()).seconds == math.inf
    assert limits_for(Visitor("a", "", "guest"), Settings(share=True)).seconds == 3600


def test_the_servers_doors_refuse_a_student_and_let_the_lecturer_in(tmp_path: Path) -> None:
    said = lab(runs_dir=tmp_path / "runs", data_dir=tmp_path / "data", class_parameters=100)
    launcher = LocalLauncher(said)
    try:
        run = Store(said.runs_dir).create(pictures(10), name="large")
        with pytest.raises(InvalidExperimentError, match="NNLAB_CLASS_PARAMETERS"):
            launcher.start(run, visitor=STUDENT)
        assert launcher.pending() == {}
        launcher.start(run, visitor=LECTURER)
        assert run.id in launcher._active
        sweep = Sweep(
            experiment=pictures(8),
            axes=(Axis(path="training.optimizer.lr", values=(0.1, 0.01)),),
            search=Search(trials=2),
        )
        search = Store(said.runs_dir).create(sweep.experiment, name="search", sweep=sweep)
        conductors = Conductors(launcher, said)
        with pytest.raises(InvalidExperimentError, match="NNLAB_CLASS_PARAMETERS"):
            conductors.start(search, STUDENT)
    finally:
        launcher.close()

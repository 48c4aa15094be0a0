"""All networks of a sweep as rows of a table."""

from nnlab.runs.sweeps.history import SweepHistory
from nnlab.runs.sweeps.table import table
from tests.runs.sweeps.bench import begun, ended, figures, over, sweep_of, told


def test_a_row_says_the_values_of_a_network_and_its_figures_with_all_their_digits():
    loss = 0.12345678901234567
    history = SweepHistory(
        [
            begun(nets=4),
            told(30, 0.5, 0.4, 0.3, None, val_loss=(0.5, 0.2, 0.3, None)),
            over(3, 12, "diverged", float("inf")),
            figures(
                30,
                loss,
                0.4,
                0.3,
                None,
                reasons=("completed", "completed", "early_stopped", "diverged"),
                steps=(30, 30, 20, 12),
                val_loss=(0.6, 0.5, 0.4, None),
                best_val_loss=(0.55, 0.45, 0.35, None),
                best_epoch=(1, 2, 2, None),
            ),
            ended(30),
        ]
    )
    assert table(sweep_of(), history) == {
        "net": [0, 1, 2, 3],
        "training.optimizer.lr": [0.01, 0.01, 0.1, 0.1],
        "model.seed": [0, 1, 0, 1],
        "status": ["completed", "completed", "early_stopped", "diverged"],
        "step": [30, 30, 20, 12],
        "epoch": [2, 2, 2, 2],
        "train_loss": [loss, 0.4, 0.3, None],
        "val_loss": [0.6, 0.5, 0.4, None],
        "best_val_loss": [0.55, 0.45, 0.35, None],
        "best_epoch": [1, 2, 2, None],
    }


def test_a_sweep_under_way_has_the_newest_figures_and_the_best_on_the_way():
    history = SweepHistory(
        [
            begun(nets=4),
            told(10, 0.5, 0.4, 0.3, 0.2, val_loss=(0.1, 0.2, 0.3, 0.4)),
            told(20, 0.4, 0.3, 0.2, 0.1, val_loss=(0.5, 0.5, 0.1, 0.1)),
            over(0, 20),
        ]
    )
    found = table(sweep_of(), history)
    assert found["status"] == ["completed", "running", "running", "running"]
    assert found["epoch"] == [None] * 4
    assert found["val_loss"] == [0.5, 0.5, 0.1, 0.1]
    assert found["best_val_loss"] == [0.1, 0.2, 0.1, 0.1]
    assert "best_epoch" not in found
    history.extend([ended(20, "stopped")])
    assert table(sweep_of(), history)["status"][1:] == ["stopped"] * 3


def test_a_sweep_that_has_not_begun_has_rows_without_figures():
    found = table(sweep_of(), SweepHistory())
    assert found["net"] == [0, 1, 2, 3]
    assert found["train_loss"] == [None] * 4
    assert {len(column) for column in found.values()} == {4}

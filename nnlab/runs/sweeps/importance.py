"""How much of what came out each axis of a sweep explains, by Optuna's evaluators."""

import math
import random
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from nnlab.config.axis import Axis, Scale
from nnlab.config.axis_values import Value
from nnlab.runs.sweeps.quiet_optuna import quiet_optuna
from nnlab.texts import _

Method = Literal["ped", "fanova"]
Kind = Scale | Literal["category"]

BEST_SHARE, BEST_LEAST = 0.1, 5
"""PED-ANOVA asks what the best tenth has in common; of at least so many, since fewer are chance."""
FANOVA_NETS = 256
"""fANOVA looks at no more, drawn at random: its time grows faster than their number."""
FANOVA_TREES = 32
"""Trees of its forest: half of Optuna's own number, in half the time."""
FANOVA_SEED = 0


def importance(
    values: Sequence[Sequence[Value]],
    figures: np.ndarray,
    method: Method = "ped",
    *,
    kinds: Sequence[Kind] | None = None,
    higher_is_better: bool = False,
) -> list[float]:
    """The share of each axis in what came out, from 0 to 1; together 1.

    All are 0 where nothing can be told: fewer than two networks, no two figures that differ, or no
    axis that varies. An axis with one value has 0.

    `ped` is PED-ANOVA (Watanabe et al. 2023, https://arxiv.org/abs/2304.10255): how far the values
    of the best tenth are distributed from the values of all. It knows figures by their rank alone;
    networks without a figure (diverged) share the last rank. `fanova` (Hutter et al. 2014,
    http://proceedings.mlr.press/v32/hutter14.html): the share of the variance of a random forest's
    prediction that comes from one axis alone. There a network without a figure counts as the worst
    that has one, so that how far it ran away does not drown the rest. More than FANOVA_NETS are
    drawn from by a fixed seed.

    Args:
        values: of each axis, one value for each network.
        figures: float64 [N]; NaN or infinite: that network has none.
        method: `ped` or `fanova`.
        kinds: of each axis; None: `kind_of_values` tells.
        higher_is_better: the figures are accuracies, not losses.

    Raises:
        ValueError: an axis has not one value for each figure, or is `log` and not above 0.
    """
    if any(len(column) != len(figures) for column in values):
        raise ValueError(_("each axis needs one value for each figure"))
    kinds = [kind_of_values(column) for column in values] if kinds is None else kinds
    losses = _losses(-figures if higher_is_better else figures, method)
    columns = [_coded(column, kind) for column, kind in zip(values, kinds, strict=True)]
    varying = {index: column for index, column in enumerate(columns) if len(set(column)) > 1}
    shares = [0.0] * len(columns)
    if varying and len(np.unique(losses)) > 1:
        if method == "fanova" and len(losses) > FANOVA_NETS:
            drawn = sorted(random.Random(FANOVA_SEED).sample(range(len(losses)), FANOVA_NETS))
            losses = losses[drawn]
            varying = {i: [column[net] for net in drawn] for i, column in varying.items()}
        for index, share in _asked(varying, losses, method, kinds).items():
            shares[index] = share
    whole = math.fsum(shares)
    return [share / whole for share in shares] if whole > 0 else [0.0] * len(shares)


def kinds_of(axes: Sequence[Axis]) -> list[Kind]:
    """Return the kind of each axis. The networks' values say whether a word is among them."""
    return ["category" if is_seed(axis.path) else axis.scale for axis in axes]


def is_seed(path: str) -> bool:
    """Whether an axis is a seed: its numbers are names, and 7 is no nearer to 8 than to 0.

    It is a category then. (The best of few seeds are often a few by chance alone: PED-ANOVA finds
    some share for them, which shrinks with the number of networks a seed has.)
    """
    return path.rsplit(".", 1)[-1] == "seed"


def kind_of_values(values: Sequence[Value]) -> Kind:
    """`category` for words, true and null; `log` where positive numbers spread over a factor 50."""
    numbers = [v for v in values if isinstance(v, int | float) and not isinstance(v, bool)]
    if len(numbers) < len(values) or not numbers:
        return "category"
    return "log" if min(numbers) > 0 and max(numbers) / min(numbers) >= 50 else "linear"


def _losses(figures: np.ndarray, method: Method) -> np.ndarray:
    """float64 [N], all finite, the lowest the best. From 0 to 1 for fANOVA."""
    known = np.isfinite(figures)
    if not known.any():
        return np.zeros(len(figures))
    best, worst = float(figures[known].min()), float(figures[known].max())
    if method == "ped":  # only ranks count, and the next number has the last one
        return np.where(known, figures, np.nextafter(worst, math.inf))
    spread = (worst - best) or 1.0
    return (np.where(known, figures, worst) - best) / spread


def _coded(values: Sequence[Value], kind: Kind) -> list[Any]:
    """Numbers of which equal distances mean the same, or the names of categories."""
    if kind == "category" or kind_of_values(values) == "category":
        return [repr(value) for value in values]
    numbers = [float(value) for value in values if value is not None]
    return [math.log(number) for number in numbers] if kind == "log" else numbers


def _asked(
    columns: dict[int, list[Any]], losses: np.ndarray, method: Method, kinds: Sequence[Kind]
) -> dict[int, float]:
    optuna = quiet_optuna()
    spaces = {str(index): _space(column) for index, column in columns.items()}
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=FANOVA_SEED))
    study.add_trials(
        [
            optuna.trial.create_trial(
                params={str(index): column[net] for index, column in columns.items()},
                distributions=spaces,
                value=float(loss),
            )
            for net, loss in enumerate(losses)
        ]
    )
    if method == "ped":
        share = min(0.5, max(BEST_SHARE, BEST_LEAST / len(losses)))
        evaluator = optuna.importance.PedAnovaImportanceEvaluator(target_quantile=share)
    else:
        evaluator = optuna.importance.FanovaImportanceEvaluator(
            n_trees=FANOVA_TREES, seed=FANOVA_SEED
        )
    found = evaluator.evaluate(study)
    return {index: float(found[str(index)]) for index in columns}


def _space(column: list[Any]) -> Any:
    optuna = quiet_optuna()
    if isinstance(column[0], str):
        return optuna.distributions.CategoricalDistribution(sorted(set(column)))
    return optuna.distributions.FloatDistribution(min(column), max(column))

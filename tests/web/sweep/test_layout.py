"""Where tiles stand, which nets make one line, how axes are scaled, what a difference is."""

from typing import Any

import numpy as np
import pytest

from tests.web.modules import Modules

LAYOUT = """async ({ axes, places, order, isGrid, width, height }) => {
    const { layOut, netsIn, neighbour, sizeOf } = await import("/web/sweep/tile_layout.js");
    const layout = layOut({ axes, places, order, isGrid, width, height });
    const { left, top } = layout, first = netsIn(layout, [left, top, left + 1, top + 1]);
    return { ...layout, size: sizeOf(layout), first,
        ways: [[1, 0], [-1, 0], [0, 1], [0, -1]].map((way) => neighbour(layout, 0, way)) };
}"""


def axis(name: str, values: list[float], **more: Any) -> dict[str, Any]:
    texts = [f"{value:g}" for value in values]
    return {"name": name, "values": texts, "numbers": values, "scale": "linear", **more}


RATES = axis("rate", [0.001, 0.01, 0.1, 1.0], scale="log", is_seed=False)
SEEDS = axis("seed", list(range(8)), is_seed=True)


def grid(*axes: dict[str, Any]) -> list[list[int]]:
    return [list(place) for place in np.ndindex(*(len(axis["values"]) for axis in axes))]


@pytest.mark.parametrize("width", [320, 640, 1100])
def test_two_axes_are_rows_and_columns_that_fit(page: Modules, width: int) -> None:
    axes = [RATES, SEEDS]
    asked = {"axes": axes, "places": grid(*axes), "order": list(range(32)), "isGrid": True}
    found = page.evaluate(LAYOUT, asked | {"width": width, "height": 432})
    assert [found["cells"][9][name] for name in ("row", "column")] == [1, 1]
    assert [found["rows"], found["columns"]] == [4, 8]
    assert found["size"][0] <= width
    assert found["size"][1] <= 432
    assert found["first"] == [0]
    assert found["ways"] == [1, 0, 8, 0]


def test_a_random_sample_of_a_grid_leaves_holes_that_the_arrows_jump(page: Modules) -> None:
    places = [[0, 0], [0, 5], [3, 0]]
    asked = {"axes": [RATES, SEEDS], "places": places, "order": [0, 1, 2], "isGrid": True}
    found = page.evaluate(LAYOUT, asked | {"width": 640, "height": 432})
    assert found["ways"] == [1, 0, 2, 0]


@pytest.mark.parametrize("count", [1, 5, 64, 256, 1000])
def test_a_list_fills_the_width_in_the_order_that_is_asked_for(page: Modules, count: int) -> None:
    order = list(range(count))[::-1]
    asked = {"axes": [SEEDS] * 3, "places": [[0, 0, 0]] * count, "order": order, "isGrid": False}
    found = page.evaluate(LAYOUT, asked | {"width": 640, "height": 432})
    assert found["cells"][order[0]] == {"column": 0, "row": 0}
    taken = {(cell["row"], cell["column"]) for cell in found["cells"]}
    assert len(taken) == count
    assert found["size"][0] <= 640
    assert found["side"] >= 22


@pytest.mark.parametrize("width", [361, 609, 900])
@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_list_of_three_axes_fits_with_its_values(page: Modules, width: int, count: int) -> None:
    axes = [RATES, axis("noise", [0, 0.1667]), axis("seed", list(range(count)))]
    places, nets = grid(*axes), 8 * count
    asked = {"axes": axes, "places": places, "order": list(range(nets)), "isGrid": False}
    found = page.evaluate(LAYOUT, asked | {"width": width, "height": 456})
    assert found["size"][0] <= width
    assert found["below"] == 28 or width < 400, "no room for values and figure"


def test_a_list_without_room_for_values_says_none(page: Modules) -> None:
    """Three letters of each would tell no one anything: the tiles are larger instead."""
    axes = [axis("activation", [1.234567, 2.345678]), axis("depth", list(range(12))), SEEDS]
    asked = {"axes": axes, "places": grid(*axes), "order": list(range(192)), "isGrid": False}
    found = page.evaluate(LAYOUT, asked | {"width": 609, "height": 456})
    assert found["below"] < 28


GROUPS = """async ({ axes, places, chosen }) => {
    const { groupsOf } = await import("/web/sweep/groups.js");
    const { names, of, by } = groupsOf(axes, places, chosen);
    return { names, of: [...of], by };
}"""


def test_nets_that_differ_in_their_seeds_alone_are_one_line(page: Modules) -> None:
    axes = [RATES, SEEDS]
    found = page.evaluate(GROUPS, {"axes": axes, "places": grid(*axes), "chosen": ""})
    assert found["names"] == ["0.001", "0.01", "0.1", "1"]
    assert found["of"] == [net // 8 for net in range(32)]


def test_seeds_alone_are_one_group(page: Modules) -> None:
    found = page.evaluate(GROUPS, {"axes": [SEEDS], "places": grid(SEEDS), "chosen": ""})
    assert found["names"] == ["all networks"]
    assert set(found["of"]) == {0}


def test_many_combinations_go_together_by_the_first_axis_or_the_chosen_one(page: Modules) -> None:
    widths = axis("width", [2.0, 4, 8], is_seed=False)
    axes = [RATES, widths, SEEDS]
    found = page.evaluate(GROUPS, {"axes": axes, "places": grid(*axes), "chosen": ""})
    assert found["by"] == [0]
    by_width = page.evaluate(GROUPS, {"axes": axes, "places": grid(*axes), "chosen": "1"})
    assert by_width["names"] == ["2", "4", "8"]


def test_an_axis_of_many_values_makes_eight_groups_of_neighbours(page: Modules) -> None:
    rates = axis("rate", list(range(100)), is_seed=False)
    found = page.evaluate(GROUPS, {"axes": [rates], "places": grid(rates), "chosen": ""})
    assert len(found["names"]) == 8
    assert found["names"][0] == "0 to 12"
    assert np.all(np.diff(found["of"]) >= 0)
    assert np.bincount(found["of"]).min() >= 12


def test_mean_lowest_and_highest_are_those_of_the_nets_that_have_a_figure(page: Modules) -> None:
    rows = np.random.default_rng(0).uniform(0.1, 1, (5, 6))
    rows[2:, 1] = np.nan
    rows[3, 4] = np.nan
    of = np.array([0, 0, 1, 1, 1, 0])
    found = page.evaluate(
        """async ({ rows, of }) => {
            const { spread } = await import("/web/sweep/curves.js");
            const arrays = rows.map((row) => Float64Array.from(row, (v) => v ?? NaN));
            const curve = { steps: rows.map((_row, i) => i), rows: arrays };
            const { mean, low, high } = spread(curve, Int16Array.from(of), 2);
            return [mean, low, high].map((all) => all.map((values) => [...values]));
        }""",
        {
            "rows": [[None if v != v else v for v in row] for row in rows.tolist()],
            "of": of.tolist(),
        },
    )
    for values, reduce in zip(found, (np.nanmean, np.nanmin, np.nanmax), strict=True):
        expected = [reduce(rows[:, of == group], axis=1) for group in (0, 1)]
        np.testing.assert_allclose(values, expected)


@pytest.mark.parametrize("outputs", [2, 4])
def test_two_classifiers_differ_by_their_probabilities(page: Modules, outputs: int) -> None:
    a, b = np.random.default_rng(0).normal(size=(2, outputs, 30)).astype("<f4")
    found = page.evaluate(
        """async ({ a, b }) => {
            const { difference, differing } = await import("/web/sweep/difference.js");
            const arrays = (all) => all.map((values) => Float32Array.from(values));
            const one = arrays(a), other = arrays(b);
            const look = { task: "classification" };
            return [[...difference(one, other, look).values], differing(one, other, look.task)];
        }""",
        {"a": a.tolist(), "b": b.tolist()},
    )
    p, q = (np.exp(x) / np.exp(x).sum(axis=0) for x in (a, b))
    expected = q[1] - p[1] if outputs == 2 else np.abs(p - q).sum(axis=0) / 2
    np.testing.assert_allclose(found[0], expected, atol=1e-6)
    assert found[1] == pytest.approx((a.argmax(axis=0) != b.argmax(axis=0)).mean())


def test_a_logarithmic_axis_stands_at_even_distances(page: Modules) -> None:
    places = page.evaluate(
        """async (axis) => {
            const { axisScale } = await import("/web/sweep/scales.js");
            return axis.values.map((_value, place) => axisScale(axis).at(place));
        }""",
        RATES,
    )
    assert places == pytest.approx([0, 1 / 3, 2 / 3, 1])


@pytest.mark.parametrize(
    ("values", "is_log"), [([0.01, 0.1, 3], True), ([0, 0.1, 1], False), ([], False), ([5], True)]
)
def test_a_metrics_scale_holds_all_its_values(
    page: Modules, values: list[float], is_log: bool
) -> None:
    at, ticks, found = page.evaluate(
        """async (values) => {
            const { metricScale } = await import("/web/sweep/scales.js");
            const scale = metricScale([...values, NaN, Infinity], true);
            return [values.map(scale.at), scale.ticks, scale.isLog];
        }""",
        values,
    )
    assert found == is_log
    assert all(0 <= share <= 1 for share in at)
    assert at == sorted(at)
    assert all(0 <= tick["at"] <= 1 for tick in ticks)
    assert ticks

"""The views of a sweep at rest on a bare page: what is brushed in one is seen in all."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from nnlab.config import mlp
from nnlab.figures.boundary import diverging_palette
from nnlab.runs.record.checkpoints import live_bytes
from nnlab.scene.sweep_shown import ShownAxis, ShownStack, SweepScene
from nnlab.ui.components.sweep_views import STYLE, SweepPick, told_to
from tests.web.modules import Modules

NETS = 12
MOUNT = """async (css) => {
    const { mount } = await import("/tests/sweep/mount.js");
    mount(css);
}"""


@pytest.fixture
def views(page: Modules) -> Iterator[Modules]:
    page.evaluate(MOUNT, STYLE.read_text("utf-8"))
    yield page
    page.evaluate("() => { document.body.innerHTML = ''; }")


def scene() -> SweepScene:
    """Three rates, four seeds; net i has the loss (i + 1) / 100, and the last one has diverged."""
    loss = (np.arange(NETS) + 1) / 100
    loss[-1] = np.nan
    generator = torch.Generator().manual_seed(0)
    weights = {
        f"0/{name}": torch.randn(NETS, *shape, generator=generator).half()
        for name, shape in (
            ("0.weight", (4, 2)),
            ("0.bias", (4,)),
            ("2.weight", (2, 4)),
            ("2.bias", (2,)),
        )
    }
    weights["0/0.weight"][3], weights["0/0.bias"][3] = 0, -1  # its ReLUs give nothing
    palette = diverging_palette(dark=False).tobytes().hex()
    colours = {"ink": "#000000", "faint": "#eeeeee", "paper": "#ffffff"}
    return SweepScene(
        run="20260101-000000-00000000",
        status="finished",
        follows=False,
        axes=(
            ShownAxis("rate", ("0.01", "0.1", "1"), (0.01, 0.1, 1.0), "log"),
            ShownAxis("seed", ("0", "1", "2", "3"), (0.0, 1.0, 2.0, 3.0), is_seed=True),
        ),
        places=tuple((rate, seed) for rate in range(3) for seed in range(4)),
        metrics=("val_loss", "train_loss"),
        stacks=(
            ShownStack(
                tuple(range(NETS)),
                [one.model_dump(mode="json") for one in mlp(4, outputs=2, activation="relu")],
            ),
        ),
        shape=(2,),
        space={"inputs": 2, "extent": [-6, 6], "cut": None},
        look={
            "task": "classification",
            "limit": 1.0,
            "discretize": False,
            "names": ["0", "1"],
            "colours": palette,
            "differences": palette,
            "classes": ["#e69f00", "#0072b2"],
            "ends": ["#e69f00", "#ffffff", "#0072b2"],
            "ramp": ["#440154", "#21918c", "#44bf70"],
            "charts": {**colours, "field": "#f0f0f0", "line": "#0072b2"},
        },
        weights=live_bytes(weights, 100),
        steps=(100,) * NETS,
        reasons=(*["completed"] * (NETS - 1), "diverged"),
        figures={"val_loss": {"last": loss, "best": loss / 2}},
        curves={"val_loss": (np.arange(3.0), np.outer([3, 2, 1], loss))},
    )


def show(views: Modules, of: SweepScene, *, heard: int = 0) -> None:
    data = json.dumps(told_to(of, SweepPick(of.picked), heard))
    views.evaluate("async (data) => { show(JSON.parse(data)); await drawn(); }", data)


def test_every_tile_says_its_values_its_loss_its_rank_and_how_it_stands(views: Modules) -> None:
    show(views, scene())
    names = views.evaluate("() => [0, 3, 11].map((net) => tile(net).getAttribute('aria-label'))")
    assert names[0] == "network 0: rate 0.01, seed 0; validation loss 0.01, rank 1; finished"
    assert names[1].endswith("finished; dead: a layer of ReLUs gives 0 everywhere")
    assert names[2] == "network 11: rate 1, seed 3; no validation loss; diverged"


def test_every_tile_shows_its_own_net(views: Modules) -> None:
    """The middle of a tile has the colour of the answer of that net there."""
    show(views, scene())
    colours = views.evaluate(
        """() => [0, 1, 2, 5].map((net) => {
            const place = { x: Float32Array.of(-3, 3), n: 1 };
            const [zero, one] = room().nets.evaluate(net, place).outputs();
            const seen = [...sheetAt(net, 0.25, 1)].slice(0, 3);
            return [seen, 1 / (1 + Math.exp(zero[0] - one[0]))];
        })"""
    )
    palette = diverging_palette(dark=False)
    for seen, share in colours:
        expected = palette[round(share * 24)]
        np.testing.assert_allclose(seen, expected, atol=40)  # the tile is smoothed
        assert np.argmax(seen) == np.argmax(expected)


def test_arrows_go_from_net_to_net_and_with_shift_they_select(views: Modules) -> None:
    show(views, scene())
    found = views.evaluate(
        """() => {
            const net = () => Number(document.activeElement.dataset.net);
            tile(0).focus();
            const way = [];
            for (const name of ["ArrowRight", "ArrowDown", "ArrowLeft", "ArrowLeft"]) {
                key(document.activeElement, name);
                way.push(net());
            }
            key(document.activeElement, "ArrowRight", { shiftKey: true });
            key(document.activeElement, "ArrowDown", { shiftKey: true });
            const tabs = document.querySelectorAll(".buttons button[tabindex='0']").length;
            return [way, word(), [...room().selection.mask], tabs];
        }"""
    )
    assert found[0] == [1, 5, 4, 4]
    assert found[1] == "4 of 12 selected · mean 0.075"
    assert [net for net, one in enumerate(found[2]) if one] == [4, 5, 8, 9]
    assert found[3] == 1


def test_a_range_along_an_axis_and_a_second_one_select_what_lies_in_both(views: Modules) -> None:
    show(views, scene())
    found = views.evaluate(
        """() => {
            const { canvas, area: [, top, , tall], xs: [rate, seed] } = room().charts[2];
            drag(canvas, [rate, top - 2], [rate, top + 0.6 * tall]);
            const one = [...room().selection.mask];
            drag(canvas, [seed, top + 0.5 * tall], [seed, top + tall + 4]);
            const both = [...room().selection.mask];
            drag(canvas, [rate, top + 5], [rate, top + 5]);
            return [one, both, [...room().selection.mask]];
        }"""
    )
    nets = [[net for net, lit in enumerate(mask) if lit] for mask in found]
    assert nets == [[4, 5, 6, 7, 8, 9, 10, 11], [4, 5, 8, 9], [0, 1, 4, 5, 8, 9]]


def test_a_rectangle_in_a_scatter_chart_selects_its_points(views: Modules) -> None:
    show(views, scene())
    found = views.evaluate(
        """() => {
            const scatter = room().charts[1], { xs, ys } = scatter.panels[1];
            drag(scatter.canvas, [xs[1] - 4, ys[9] - 4], [xs[1] + 4, ys[1] + 4]);
            return [...room().selection.mask];
        }"""
    )
    assert [net for net, lit in enumerate(found) if lit] == [1, 5, 9]


def test_a_group_of_the_legend_selects_and_escape_clears(views: Modules) -> None:
    show(views, scene())
    found = views.evaluate(
        """() => {
            const said = [];
            document.querySelectorAll(".legend button")[1].click();
            said.push(word());
            key(tile(0), "Escape");
            said.push(word(), room().selection.mask);
            return said;
        }"""
    )
    assert found == [
        "4 of 12 selected · mean 0.065",
        "12 networks · mean 0.06",
        None,
    ]


def test_what_is_not_selected_is_dimmed_in_the_tiles(views: Modules) -> None:
    show(views, scene())
    before, after = views.evaluate(
        """async () => {
            const alpha = (total, value, i) => total + (i % 4 === 3 ? value : 0);
            const sum = () => sheetAt(5, 0.1, 20).reduce(alpha, 0);
            const before = sum();
            const mask = Uint8Array.from({ length: 12 }, (_net, net) => Number(net === 0));
            room().select(mask, "test");
            await drawn();
            return [before, sum()];
        }"""
    )
    assert after < 0.4 * before


def test_a_click_picks_and_a_second_one_with_shift_shows_how_they_differ(views: Modules) -> None:
    show(views, scene())
    found = views.evaluate(
        """async () => {
            tile(2).click();
            await drawn();
            const one = document.querySelector(".large .title").textContent;
            tile(6).dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true }));
            await drawn();
            const key = document.querySelector(".large .key");
            return [one, key.hidden, key.textContent, told, tile(6).getAttribute("aria-pressed")];
        }"""
    )
    assert found[0] == "Network 2: rate 0.01 · seed 2"
    assert found[1] is False
    assert "They answer differently on" in found[2]
    assert [value["nets"] for _name, value in found[3]] == [[2], [2, 6]]
    assert found[4] == "true"


COMPARE = "document.querySelector('.compare')"
HINT = "document.querySelector('.hint').textContent"


def test_the_button_shows_the_next_net_beside_the_one_in_view(views: Modules) -> None:
    """By taps alone; what is in view may be the best, which nobody picked."""
    show(views, scene())
    found = views.evaluate(
        """async () => {
            const button = COMPARE, said = [HINT];
            button.click();
            await drawn();
            said.push(HINT, String(room().pick), button.getAttribute("aria-pressed"));
            tile(0).click();
            said.push(String(room().pick));
            tile(6).click();
            await drawn();
            const title = document.querySelector(".large .title");
            said.push(HINT, button.textContent, title.textContent);
            tile(5).click();
            await drawn();
            return [...said, String(room().pick), HINT];
        }""".replace("COMPARE", COMPARE).replace("HINT", HINT)
    )
    assert found[0] == "Click a network to see it large."
    assert found[1].startswith("Network 0 is A: click the one to compare it with")
    assert found[2:5] == ["0", "true", "0"], "the net itself is no second one"
    assert found[5:7] == ["Networks 0 and 6 are compared; Esc ends it.", "End the comparison"]
    assert found[7] == "A: network 0, rate 0.01, seed 0 ·\nB: network 6, rate 0.1, seed 2"
    assert found[8] == "5"
    assert found[9].startswith("Network 5 is shown. Compare it with another: press Compare")


def test_the_keyboard_shows_a_second_net_by_enter_with_ctrl(views: Modules) -> None:
    show(views, scene())
    code = (
        "() => { tile(2).click(); key(tile(6), 'Enter', { ctrlKey: true }); return room().pick; }"
    )
    assert views.evaluate(code) == [2, 6]


@pytest.mark.parametrize("end", ["COMPARE.click()", "key(tile(6), 'Escape')"])
def test_a_comparison_ends_by_its_button_or_escape(views: Modules, end: str) -> None:
    show(views, scene())
    ways = "() => { tile(2).click(); COMPARE.click(); tile(6).click(); END; return room().pick; }"
    code = ways.replace("END", end).replace("COMPARE", COMPARE)
    assert views.evaluate(code) == [2]
    assert views.evaluate("() => told.at(-1)[1].nets") == [2]


def test_what_waits_for_a_second_net_ends_by_escape(views: Modules) -> None:
    show(views, scene())
    code = "() => { COMPARE.click(); key(COMPARE, 'Escape'); tile(6).click(); return room().pick; }"
    assert views.evaluate(code.replace("COMPARE", COMPARE)) == [6]


def draft(of: SweepScene) -> SweepScene:
    """The same sweep before it trains."""
    return replace(
        of, run=None, status=None, weights=None, steps=(), reasons=(), figures={}, curves={}
    )


def test_another_sweep_shows_nothing_large_of_the_one_before(views: Modules) -> None:
    show(views, replace(scene(), picked=(4,)))
    seen = """() => {
        const { canvas } = room().large.planes[0];
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.some((value) => value > 0);
    }"""
    assert views.evaluate(seen)
    of = draft(scene())
    show(views, replace(of, axes=of.axes[::-1], places=tuple(p[::-1] for p in of.places)))
    assert not views.evaluate(seen)
    assert views.evaluate("() => room().pick") == []


def test_after_a_search_without_trials_the_next_sweep_is_a_grid(views: Modules) -> None:
    """One after the other is a draft; the search had no tile that could have had the focus."""
    search = replace(draft(scene()), places=(), stacks=(), space=None)
    show(views, search)
    assert views.evaluate("() => room().sort") == "metric"
    show(views, draft(scene()))
    assert views.evaluate("() => [room().sort, room().tiles.layout.rows]") == ["grid", 3]
    assert views.evaluate("() => tile(11).style.width") != ""
    assert any(views.evaluate("() => [...sheetAt(11, 0.5, 2)]")), "nothing is drawn"


def test_charts_are_empty_until_there_is_a_figure(views: Modules) -> None:
    show(views, draft(scene()))
    words = "() => [...document.querySelectorAll('.plot .none')].map((one) => one.textContent)"
    assert views.evaluate(words) == ["Press Train"] * 3
    assert views.evaluate("word") == ""
    assert views.evaluate("() => room().charts[1].panels") is None
    show(views, scene())
    assert views.evaluate(words) == [""] * 3


def test_the_best_is_the_best_now_while_the_run_moves(views: Modules) -> None:
    show(views, scene())
    found = views.evaluate(
        """async () => {
            const said = [];
            for (const status of ["running", "paused", "finished"]) {
                room().status = status;
                await drawn();
                said.push(document.querySelector(".large .title").textContent.split(",")[0]);
            }
            return said;
        }"""
    )
    assert found == ["The best now", "The best now", "The best"]


def test_a_list_says_that_it_is_not_sorted_yet_and_is_sorted_at_a_pause(views: Modules) -> None:
    show(views, draft(scene()))
    code = """() => {
        room().change("sort", "metric");
        return document.querySelector(".axes").textContent;
    }"""
    assert views.evaluate(code) == "In the order of the networks"
    show(views, scene())
    paused = """() => {
        room().change("sort", "metric");
        const before = room().sortings;
        room().status = "paused";
        return [room().sortings - before, document.querySelector(".axes").textContent];
    }"""
    assert views.evaluate(paused) == [1, "The best first"]


def test_accuracies_are_in_percent_on_axes(views: Modules) -> None:
    texts = views.evaluate(
        """async () => {
            const { metricScale } = await import("/web/sweep/scales.js");
            return metricScale([0.5, 0.995], false, true).ticks.map(({ text }) => text);
        }"""
    )
    assert texts == ["60%", "80%", "100%"]


def test_the_page_may_pick_unless_a_newer_pick_is_on_its_way(views: Modules) -> None:
    show(views, scene())
    views.evaluate("() => tile(4).click()")
    show(views, replace(scene(), picked=(1,)))
    assert views.evaluate("() => room().pick") == [4]
    show(views, replace(scene(), picked=(1,)), heard=1)
    assert views.evaluate("() => room().pick") == [1]


def test_the_best_of_the_run_ranks_where_it_is_chosen(views: Modules) -> None:
    show(views, scene())
    said = views.evaluate(
        """() => {
            const choose = document.querySelectorAll(".bar select")[1];
            choose.value = "best";
            choose.dispatchEvent(new Event("change"));
            return [word(), told.at(-1)[1].of];
        }"""
    )
    assert said == ["12 networks · mean 0.03", "best"]


def test_without_weights_tiles_show_curves_and_say_so(views: Modules) -> None:
    show(views, replace(scene(), weights=None))
    assert views.evaluate("() => document.querySelector('.large .plane span').textContent") == (
        "No weights came yet, or they take more than 1 MB together: the tiles show curves."
    )


def test_a_column_of_the_table_sorts_both_ways_and_who_has_no_figure_stands_last(
    views: Modules,
) -> None:
    show(views, scene())
    found = views.evaluate(
        """async () => {
            document.querySelector("details").open = true;
            await drawn();
            const buttons = () => [...document.querySelectorAll(".rows tbody button")];
            const nets = () => buttons().map(({ value }) => Number(value));
            const head = document.querySelector(".rows thead button[name=val_loss]");
            head.click();
            const up = nets();
            head.click();
            return [up, nets(), head.parentElement.getAttribute("aria-sort")];
        }"""
    )
    losses = list(range(NETS - 1))  # net i has the loss (i + 1) / 100, and the last one none
    assert found == [[*losses, 11], [*losses[::-1], 11], "descending"]


def test_the_table_has_every_net_and_selects_without_a_mouse(views: Modules) -> None:
    show(views, scene())
    found: list[Any] = views.evaluate(
        """async () => {
            document.querySelector("details").open = true;
            await drawn();
            const rows = [...document.querySelectorAll(".rows tbody tr")];
            rows[0].querySelector("input").click();
            const texts = rows.map((row) => [...row.children].map((cell) => cell.textContent));
            return [texts, word(), document.querySelectorAll(".rows thead th").length];
        }"""
    )
    rows, said, columns = found
    assert len(rows) == NETS
    assert rows[0][1:] == ["0", "0.01", "0", "0.01", "–", "1", "finished", "100"]
    assert rows[-1][4:8] == ["–", "–", "–", "diverged"]
    assert said == "1 of 12 selected · mean 0.01"
    assert columns == len(rows[0])

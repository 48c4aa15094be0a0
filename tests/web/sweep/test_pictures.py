"""Which pictures are made anew: those in sight whose nets have moved, the longest waiting first."""

from typing import Any

from nnlab.config import mlp
from tests.web.modules import Modules

SETUP = """
    const { Nets } = await import("/web/sweep/nets.js");
    const { Pictures } = await import("/web/sweep/pictures.js");
    const count = 6, stacks = [{ nets: [0, 1, 2, 3, 4, 5], layers }];
    const nets = new Nets(stacks, [2], count);
    const come = () => nets.take(new Map(nets.stacks[0].parameters.map(({ name, shape }) => {
        const length = count * shape.reduce((a, b) => a * b, 1);
        const data = Float32Array.from({ length }, Math.random);
        return [`0/${name}`, { shape: [count, ...shape], data }];
    })));
    const look = { task: "classification", colours: "ff0000".repeat(26) };
    const pictures = new Pictures(nets, { inputs: 2, extent: [-6, 6], cut: null }, look);
    const all = [0, 1, 2, 3, 4, 5], steps = new Int32Array(count).fill(1);
"""


def run(page: Modules, body: str) -> Any:
    layers = [layer.model_dump(mode="json") for layer in mlp(3, outputs=2, activation="tanh")]
    return page.evaluate(f"async (layers) => {{{SETUP}{body}}}", layers)


def test_a_net_that_moves_no_more_keeps_its_picture(page: Modules) -> None:
    found = run(
        page,
        """const made = [pictures.make(all, steps, Infinity).made];
        come();
        made.push(pictures.make(all, steps, Infinity).made);
        made.push(pictures.make(all, steps, Infinity).made);
        come();
        steps.set([2, 2, 1, 2, 1, 2]);
        made.push(pictures.make(all, steps, Infinity).made);
        return made;""",
    )
    assert found == [[], [0, 1, 2, 3, 4, 5], [], [0, 1, 3, 5]]


def test_what_is_out_of_sight_is_not_made(page: Modules) -> None:
    found = run(
        page, "come(); return [pictures.make([4, 5], steps, Infinity).made, pictures.has(0)];"
    )
    assert found == [[4, 5], False]


def test_without_time_for_all_every_net_has_its_turn_and_gets_the_newest_weights(
    page: Modules,
) -> None:
    """Weights come faster than all are drawn: nobody is left behind."""
    found = run(
        page,
        """const made = [];
        const { now } = performance;
        let time = 0;
        performance.now = () => time++; // each picture takes one
        for (let i = 1; i <= 9; i++) {
            come();
            steps.fill(i + 1);
            made.push(...pictures.make(all, steps, time + 1).made);
        }
        performance.now = now;
        return made;""",
    )
    assert len(found) >= 9
    counts = [found.count(net) for net in range(6)]
    assert max(counts) - min(counts) <= 1

"""Which node a run is handed to."""

import pytest

from nnlab.runs.cluster.placing import Nodes, Taken
from tests.runs.cluster.nodes import need, node


def names(found: tuple) -> list[str]:
    return [one.name for one in found]


def test_a_run_goes_to_the_node_with_the_most_free_cores() -> None:
    nodes = [node("a", 4), node("b", 8)]
    assert names(Nodes(nodes).place(need())) == ["b"]
    assert names(Nodes(nodes, [Taken("id-b", 5, 0)]).place(need())) == ["a"]


def test_a_node_is_filled_to_its_last_core_and_no_further() -> None:
    taken = [Taken("id-a", 0.25, 0)] * 15
    assert names(Nodes([node("a", 4)], taken).place(need(0.25))) == ["a"]
    assert Nodes([node("a", 4)], [*taken, taken[0]]).place(need(0.25)) == ()


def test_fractions_of_a_core_that_sum_up_with_an_error_fill_it() -> None:
    taken = [Taken("id-a", 0.1, 0)] * 9
    assert names(Nodes([node("a", 1)], taken).place(need(0.1))) == ["a"]


def test_the_processor_that_a_run_has_trained_on_comes_before_free_cores() -> None:
    nodes = [node("a", 4, processor="old"), node("b", 8, processor="new")]
    assert names(Nodes(nodes).place(need(), "old")) == ["a"]
    full = Nodes(nodes, [Taken("id-a", 4, 0)])
    assert names(full.place(need(), "old")) == ["b"]


def test_refused_nodes_and_those_without_cores_get_none() -> None:
    nodes = Nodes([node("a", 64, refused="another Python"), node("b", 0), node("c", 1)])
    assert names(nodes.place(need())) == ["c"]
    assert [one.name for one in nodes.usable] == ["c"]


def test_what_needs_a_gpu_goes_where_one_is_free() -> None:
    nodes = [node("a", 64), node("b", 2, gpus=1)]
    assert names(Nodes(nodes).place(need(1, gpus=0.25))) == ["b"]
    assert Nodes(nodes, [Taken("id-b", 1, 1)]).place(need(1, gpus=0.25)) == ()


def test_a_sweep_gets_as_many_nodes_as_have_room() -> None:
    nodes = [node("a", 4), node("b", 8), node("c", 2)]
    assert names(Nodes(nodes).place(need(4, parts=5))) == ["b", "a"]
    assert names(Nodes(nodes).place(need(1, parts=2))) == ["b", "a"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (need(16, threads=16), need(8, threads=8)),
        (need(8, threads=8), need(8, threads=8)),
        (need(16, gpus=0.5, threads=16), need(4, gpus=0.5, threads=4)),
        (need(1, gpus=2), need(1, gpus=0)),
    ],
)
def test_a_need_is_cut_to_the_largest_node_that_has_what_it_takes(asked, expected) -> None:
    assert Nodes([node("a", 8), node("b", 4, gpus=1)]).cut(asked) == expected


def test_whose_end_would_make_room_is_known() -> None:
    nodes = Nodes([node("a", 4), node("b", 4)], [Taken("id-a", 4, 0), Taken("id-b", 3, 0)])
    assert nodes.makes_room(need(2), [Taken("id-b", 1, 0)])
    assert not nodes.makes_room(need(2), [Taken("id-a", 1, 0)])
    nearest = nodes.nearest(need(4))
    assert nearest is not None
    assert nearest.name == "b"
    assert nodes.nearest(need(5)) is None

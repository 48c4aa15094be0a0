"""Typed formulas: what they come to, how they are written, and what is refused with which words."""

import math

import mpmath
import pytest
import torch
from torch import Tensor

from nnlab.errors import NnlabError
from nnlab.learn.formula import parse, why_not_finite
from nnlab.learn.formula.operations import FUNCTIONS

AT = {"x": 0.7, "y": -1.3, "w": 2.25, "x1": 0.125}
FORMULAS = (
    *("x", "3", "-x**2", "(-x)**2", "2**-x", "x**-2", "x**2**y", "-2**2 + x", "x - (y - w)"),
    *("x / y / w", "x / (y / w)", "x * -y", "-x * y", "x - -y", "(x + y) * w", "x**(1/2)"),
    *("log(x**4 + x**3 + 2)", "(1 - x)**2 + 100*(y - x**2)**2", "tanh(w*x + 0.1)", "+x1 / 2"),
    *("relu(y) + relu(x)", "max(x, y) * min(x, 0.1)", "max(1, 2) * abs(y) / sqrt(w)", "2*pi*x"),
    *("exp(2)*x + exp(sin(x)) - cos(y)", "sin(x)*sin(x) + 1.5e-3*x", "max(exp(1), x)"),
)


def values(**at: float) -> dict[str, Tensor]:
    return {name: torch.tensor(value, dtype=torch.float64) for name, value in {**AT, **at}.items()}


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_comes_to_what_mpmath_comes_to(text: str) -> None:
    """mpmath reads the same text as Python does, to 30 digits."""
    functions = {
        **{name: getattr(mpmath, name, None) for name in FUNCTIONS},
        "relu": lambda x: max(x, 0),
        "max": max,
        "min": min,
        "abs": abs,
        "pi": mpmath.pi,
    }
    with mpmath.workdps(30):
        mp = {name: mpmath.mpf(value) for name, value in AT.items()}
        expected = float(eval(text, {"__builtins__": {}, **functions, **mp}))
    assert float(parse(text, tuple(AT)).evaluate(values())) == pytest.approx(expected, rel=1e-14)


@pytest.mark.parametrize("text", FORMULAS)
def test_its_line_of_pytorch_gives_the_very_same_number_and_gradients(text: str) -> None:
    formula = parse(text, tuple(AT))
    mine, theirs = values(), values()
    for one in (*mine.values(), *theirs.values()):
        one.requires_grad_()
    result = formula.evaluate(mine)
    scope = {"torch": torch, "math": math, **theirs}
    expected = eval(formula.code, scope)
    assert torch.as_tensor(result).detach() == torch.as_tensor(expected).detach()
    if formula.names:
        grads = torch.autograd.grad(result, [mine[name] for name in formula.names])
        wanted = torch.autograd.grad(expected, [theirs[name] for name in formula.names])
        assert all(map(torch.equal, grads, wanted))


@pytest.mark.parametrize(
    "text",
    [
        *("2**64*x", "10**25*x", "x/10**23", "x + 10**20", "99999999999999999999*x", "007*x"),
        *("09*x", "000 + x", "9007199254740993*x", "-10**25*x", "(-10**21)**2*x", "007.5*x"),
        *("x*(2**53 + 1 - 2**53)", "max(x, 10**30)", "2**-1080 + x", "2**3**4/x", "1e300*x"),
    ],
)
def test_a_line_with_numbers_that_python_or_pytorch_read_otherwise_runs(text: str) -> None:
    formula = parse(text, tuple(AT))
    expected = eval(formula.code, {"torch": torch, "math": math, **values()})
    assert torch.equal(formula.evaluate(values()), expected.broadcast_to(()))


def test_numbers_are_written_as_they_were_typed_where_they_can_be() -> None:
    wanted = {
        "007*x": "7 * x",
        "2**50*x": "2 ** 50 * x",
        "10**25*x": "1e+25 * x",
        "(-10**20)**2*x": "1e+40 * x",
        "x**(-10**25)": "x ** -1e+25",
        "1e20*x": "1e20 * x",
    }
    assert {text: parse(text, ("x",)).code for text in wanted} == wanted


def test_python_and_pytorch_read_the_line_as_the_formula_was_typed() -> None:
    wanted = {
        "-x^2": "-x ** 2",
        "(-x)²": "(-x) ** 2",
        "x − (y − 1)": "x - (y - 1)",
        "x·y ÷ 2": "x * y / 2",
        "x/(2*y)": "x / (2 * y)",
        "relu(x)": "torch.relu(x)",
        "max(x, 0.5)": "torch.maximum(x, torch.tensor(0.5, dtype=torch.float64))",
        "exp(1)*x": "math.exp(1) * x",
    }
    assert {text: parse(text, ("x", "y")).code for text in wanted} == wanted


def test_its_latex_has_parentheses_only_where_they_are_needed() -> None:
    wanted = {
        "log(x⁴ + x³ + 2)": r"\log\left(x^{4} + x^{3} + 2\right)",
        "x*(y + 1)": r"x \cdot \left(y + 1\right)",
        "(x + 1)/(y - 1)": r"\frac{x + 1}{y - 1}",
        "(x + y)**2": r"\left(x + y\right)^{2}",
        "x**(y + 1)": r"x^{y + 1}",
        "x - (y - 1)": r"x - \left(y - 1\right)",
        "x*-y": r"x \cdot \left(-y\right)",
        "1e-3*x": r"1 \cdot 10^{-3} \cdot x",
        "abs(x1)": r"\left|x_{1}\right|",
    }
    assert {text: parse(text, ("x", "y", "x1")).latex for text in wanted} == wanted


def test_a_grid_comes_out_in_the_shape_that_its_values_broadcast_to() -> None:
    x, y = torch.linspace(-1, 1, 5), torch.linspace(-1, 1, 3)[:, None]
    for text in ("x + y", "x", "3"):
        result = parse(text, ("x", "y")).evaluate({"x": x, "y": y})
        assert (result.shape, result.dtype) == ((3, 5), torch.float32)


def test_a_variable_is_one_node_and_numbers_are_computed_when_read() -> None:
    formula = parse("x*x + 2*3", ("x", "y"))
    assert [node.text for node in formula.nodes] == ["x", "*", "2 * 3", "+"]
    assert formula.nodes[2].value == 6
    assert formula.names == ("x",)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ["no formula", "x**2 + 1"]),
        ("   ", ["no formula"]),
        ("x" * 201, ["200 characters", "201"]),
        ("-" * 1000 + "x", ["200 characters", "1,001"]),
        ("-" * 150 + "x", ["20 deep"]),
        ("(" * 99 + "x" + ")" * 99, ["20 deep"]),
        ("x**" * 60 + "x", ["20 deep"]),
        ("x" + "+1" * 99 + "x", ["sign is missing"]),
        ("2x", ["between '2' and 'x'", "write *"]),
        ("x(2)", ["between 'x' and '('", "write *"]),
        ("(x)(x)", ["between ')' and '('"]),
        ("x +", ["ends too early"]),
        ("x + * 2", ["missing before '*'"]),
        ("(x", ["')' is missing before the end"]),
        ("x)", ["Nothing can follow", "')'"]),
        ("x, x", ["Nothing can follow", "','"]),
        ("sin", ["sin(x)"]),
        ("sin()", ["missing before ')'"]),
        ("max(x)", ["max takes 2, got 1", "max(x, 1)"]),
        ("sin(x, x)", ["sin takes 1, got 2"]),
        ("tan(x)", ["Unknown function 'tan'", "tanh"]),
        ("z + 1", ["Unknown variable 'z'", "x, y, pi"]),
        ("x = 2", ["no '='", "right side"]),
        ("1/0 + x", ["1 / 0 divides by zero"]),
        ("log(0 - 1)*x", ["no real value"]),
        ("(-1)**0.5*x", ["no real value"]),
        ("10**400 + x", ["too large"]),
        ("1e999*x", ["1e999", "too large"]),
        ("torch.exp(x)", ["write exp(x)"]),
        ("x.exp()", ["write exp(x)"]),
        ("__import__('os').system('ls')", ["alone, got", "leave it out"]),
        ("__import__(x)", ["Unknown function '__import__'"]),
        ("(lambda: x)()", ["':'"]),
        ("(lambda)", ["Unknown variable 'lambda'"]),
        ("x if x else y", ["between 'x' and 'if'"]),
        ("x; y", ["';'"]),
        ("x\x00", ["'\\x00'"]),
        ("x\u202e2", ["alone, got"]),
        ("９x", ["'９'"]),
    ],
)
def test_what_is_no_formula_is_refused_with_what_was_wrong(text: str, words: list[str]) -> None:
    with pytest.raises(NnlabError) as refused:
        parse(text, ("x", "y"))
    for word in words:
        assert word in str(refused.value)


def test_the_bound_of_operations_holds_where_they_are_short() -> None:
    text = "x" + "*x" * 99
    assert len(text) == 199
    assert len(parse(text, ("x",)).nodes) == 100
    with pytest.raises(NnlabError, match="at most 100 operations"):
        parse("-x" + "-x" * 66 + "+-x" * 22, ("x",))


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("1/x", 0.0, ["1 / x divides by zero", "x = 0"]),
        ("1/(x - 2) + y", 2.0, ["1 / (x - 2) divides by zero"]),
        ("x**-1", 0.0, ["divides by zero"]),
        ("log(x)", -1.0, ["torch.log(x) has no real value", "x = -1"]),
        ("log(x)", 0.0, ["no real value"]),
        ("sqrt(x)", -1.0, ["no real value"]),
        ("x**0.5", -1.0, ["no real value"]),
        ("exp(exp(x))", 9.0, ["too large"]),
    ],
)
def test_a_point_without_a_real_value_is_named(text: str, at: float, words: list[str]) -> None:
    said = why_not_finite(parse(text, ("x", "y")), values(x=at))
    assert said is not None
    for word in words:
        assert word in said
    assert why_not_finite(parse(text, ("x", "y")), values(x=0.3)) is None

"""Hypothesis' way to any valid experiment, and plain ones to start from."""

from hypothesis import strategies as st

from nnlab.config import (
    Activation,
    Adam,
    Attention,
    Augment,
    BatchNorm,
    Conv2d,
    CosineSchedule,
    Csv,
    Curve,
    DefaultInit,
    Dropout,
    EarlyStopping,
    Embedding,
    Experiment,
    ExponentialSchedule,
    Features,
    Flatten,
    Images,
    LayerNorm,
    Linear,
    LogSoftmax,
    Model,
    NamedInit,
    NormalInit,
    Normalize,
    OneCycleSchedule,
    PlaneClasses,
    PlaneValues,
    Points,
    Pool2d,
    Positions,
    RMSprop,
    Sequences,
    Sgd,
    StepSchedule,
    Training,
    UniformInit,
    mlp,
)

SEEDS = st.integers(0, 2**32 - 1)
POSITIVE = st.floats(1e-8, 1.0)
SHARE = st.floats(0, 0.99)
SHARES = st.floats(0.1, 1)


def plain(**training: object) -> Experiment:
    return Experiment(
        data=PlaneClasses(kind="circle"),
        model=Model(layers=mlp(4, outputs=2)),
        training=Training.model_validate({"epochs": 3, **training}),
    )


def _points() -> st.SearchStrategy[Points]:
    number = st.floats(-1e6, 1e6)
    rows = st.lists(st.tuples(number, number, st.integers(0, 9)), max_size=6)
    tasks = st.sampled_from(["classification", "regression"])
    return st.builds(Points, rows=rows, task=tasks, seed=SEEDS)


def _tables() -> st.SearchStrategy[Csv]:
    """Two inputs, and a text that mostly is no table with them."""
    return st.builds(
        Csv,
        text=st.just("a,b,c\n1,2,u\n3,5,v\n") | st.text(min_size=1, max_size=20),
        inputs=st.just(("a", "b")),
        target=st.just("c"),
        classes=st.just(("u", "v")),
        points=st.integers(1, 3),
        train_share=SHARES,
        seed=SEEDS,
    )


CLASSES = (
    st.builds(
        PlaneClasses,
        kind=st.sampled_from(["circle", "xor", "gauss", "spiral", "moons"]),
        noise=st.floats(0, 0.5),
        points=st.integers(10, 5000),
        train_share=st.floats(0.1, 0.9),
        seed=SEEDS,
    )
    | st.builds(PlaneClasses, kind=st.just("blobs"), classes=st.integers(2, 10))
    | st.builds(
        Images,
        kind=st.sampled_from(["digits", "mnist", "emnist", "cifar10"]),
        validation=st.integers(-1, 50_000),
        train_size=st.none() | st.integers(10, 60_000),
    )
)
VALUES = st.builds(
    PlaneValues, kind=st.sampled_from(["plane", "bumps"]), noise=st.floats(0, 0.5)
) | st.builds(
    Curve,
    kind=st.sampled_from(["quadratic", "xsinx", "stairs"]),
    low=st.floats(-10, -1),
    high=st.floats(0, 10),
)
SEQUENCES = st.builds(
    Sequences,
    task=st.sampled_from(["copy", "reverse", "sort"]),
    length=st.integers(5, 16),
    symbols=st.integers(6, 16),
    examples=st.integers(100, 5000),
    seed=SEEDS,
) | st.builds(Sequences, task=st.just("brackets"), length=st.sampled_from([12, 14, 16]))
INITS = (
    st.builds(DefaultInit)
    | st.builds(NormalInit, mean=st.floats(-2, 2), std=st.floats(0, 3))
    | st.builds(UniformInit, a=st.floats(-2, 0), b=st.floats(0, 2))
    | st.builds(NamedInit, kind=st.sampled_from(["xavier_uniform", "kaiming_normal", "zeros"]))
)
NAMES = ["x1", "x2", "x1^2", "x2^2", "x1*x2", "sin(x1)", "cos(x2)"]
LAYERS = st.lists(
    st.builds(Linear, out_features=st.integers(1, 4096), bias=st.booleans(), init=INITS)
    | st.builds(Conv2d, out_channels=st.integers(1, 512), padding=st.integers(0, 14), init=INITS)
    | st.builds(Pool2d, kind=st.sampled_from(["max_pool2d", "avg_pool2d"]))
    | st.builds(Activation, kind=st.sampled_from(["relu", "tanh", "gelu"]))
    | st.builds(Features, names=st.lists(st.sampled_from(NAMES), min_size=1, max_size=9))
    | st.builds(Normalize, mean=st.floats(-1, 1), std=POSITIVE)
    | st.builds(Flatten)
    | st.builds(Dropout, p=SHARE)
    | st.builds(BatchNorm, momentum=POSITIVE, eps=POSITIVE)
    | st.builds(LayerNorm, eps=POSITIVE)
    | st.builds(Positions)
    | st.builds(Attention, heads=st.integers(1, 64), causal=st.booleans(), residual=st.booleans()),
    min_size=1,
    max_size=6,
)
OPTIMIZERS = (
    st.builds(Sgd, lr=POSITIVE, momentum=SHARE, weight_decay=POSITIVE)
    | st.builds(Adam, kind=st.sampled_from(["adam", "adamw"]), betas=st.tuples(SHARE, SHARE))
    | st.builds(RMSprop, alpha=SHARE)
)
SCHEDULES = (
    st.none()
    | st.builds(StepSchedule, gamma=POSITIVE)
    | st.builds(ExponentialSchedule, gamma=POSITIVE)
    | st.builds(CosineSchedule, eta_min=POSITIVE)
    | st.builds(OneCycleSchedule, anneal_strategy=st.sampled_from(["cos", "linear"]))
)
AUGMENT = st.none() | st.builds(
    Augment, shift=st.floats(0, 8), rotate=st.floats(0, 45), stroke=SHARE, elastic=SHARE
)


def _training(loss: str, augment: Augment | None) -> st.SearchStrategy[Training]:
    return st.builds(
        Training,
        loss=st.just(loss),
        optimizer=OPTIMIZERS,
        schedule=SCHEDULES,
        batch_size=st.just("all") | st.integers(1, 100_000),
        sampling=st.sampled_from(["permutation", "replacement"]),
        epochs=st.integers(1, 1_000_000),
        steps=st.none() | st.integers(1, 10**9),
        early_stopping=st.none() | st.builds(EarlyStopping, patience=st.integers(1, 99)),
        clip_norm=st.none() | POSITIVE,
        l1=st.floats(0, 1),
        zero_grad=st.booleans(),
        augment=st.just(augment),
        threads=st.none() | st.integers(1, 256),
        seed=SEEDS,
    )


@st.composite
def experiments(draw: st.DrawFn, *, with_sequences: bool = True) -> Experiment:
    """Any; those on sequences belong to none of the laboratory pages."""
    kinds = CLASSES | VALUES | _points() | _tables()
    data = draw(kinds | SEQUENCES if with_sequences else kinds)
    augment = draw(AUGMENT) if isinstance(data, Images) else None
    layers = draw(LAYERS)
    if isinstance(data, Sequences):
        first = st.builds(
            Embedding, num_embeddings=st.integers(16, 1024), embedding_dim=st.integers(1, 512)
        )
        layers = [draw(first), *layers]
    loss = "mse"
    if not _is_regression(data):
        loss = draw(st.sampled_from(["cross_entropy", "nll"]))
    if loss == "nll":
        layers = [*layers, LogSoftmax()]
    return Experiment(
        data=data,
        model=Model(layers=tuple(layers), seed=draw(SEEDS)),
        training=draw(_training(loss, augment)),
    )


def _is_regression(data: object) -> bool:
    return isinstance(data, PlaneValues | Curve) or getattr(data, "task", "") == "regression"

"""Five steps from a demo that misreads real hands to a reader of them, each measured."""

from dataclasses import dataclass

from nnlab.texts import N_, _


@dataclass(frozen=True)
class Stage:
    """One network, and how it reads real pen strokes."""

    read: tuple[float, float, float]
    """Shares read right with pens of 8, 18 and 28 pixels: 2,498 digits by the ten sealed writers of
    `benchmarks/drawn.py`."""
    error: float
    """The standard error of their mean, over writers."""
    mnist_test: float
    """Share of MNIST's test pictures read right."""

    @property
    def mean(self) -> float:
        """Over the three pens."""
        return sum(self.read) / len(self.read)


STAGES = (
    Stage((0.4275, 0.4836, 0.5188), 0.0103, 0.9937),
    Stage((0.9620, 0.9648, 0.9564), 0.0087, 0.9937),
    Stage((0.9532, 0.9536, 0.9512), 0.0118, 0.9934),
    Stage((0.9936, 0.9936, 0.9908), 0.0018, 0.9914),
    Stage((0.9912, 0.9916, 0.9916), 0.0026, 0.9919),
    Stage((0.9812, 0.9820, 0.9836), 0.0065, 0.8995),
)
"""The first four are one network of 80,202 weights; the fifth is `draw-ready`, of 70,726, the last
`draw-offline`, of 20,522. What each learned from and receives says the table of `STORY`."""

NAMES = ("shrunk", "centred", "augmented", "strokes", "ready", "offline")
BY_NAME = dict(zip(NAMES, STAGES, strict=True))

STORY = N_("""#### Why 99% on MNIST can be {shrunk.mean:.0%} on your sheet

A network reads what looks like its training data. Where the data it meets come from elsewhere, its
test accuracy promises nothing: that is **domain shift**. Here real digits, written with a pen by
ten people whom nobody looked at while the lab was tuned, are drawn on the sheet with three pens:

| learns from | receives | real hands | MNIST's test |
| --- | --- | ---: | ---: |
| MNIST | the whole sheet made small \
| {shrunk.mean:.1%} ± {shrunk.error:.1%} | {shrunk.mnist_test:.1%} |
| MNIST | centred as in MNIST \
| {centred.mean:.1%} ± {centred.error:.1%} | {centred.mnist_test:.1%} |
| MNIST, augmented | centred as in MNIST \
| {augmented.mean:.1%} ± {augmented.error:.1%} | {augmented.mnist_test:.1%} |
| MNIST and 40,000 drawn digits, augmented | centred as in MNIST \
| {strokes.mean:.1%} ± {strokes.error:.1%} | {strokes.mnist_test:.1%} |
| MNIST and 40,000 drawn digits of twice as many forms, augmented; a deeper network \
| centred as in MNIST | {ready.mean:.1%} ± {ready.error:.1%} | {ready.mnist_test:.1%} |
| drawn strokes and scikit-learn's digits | centred as in MNIST \
| {offline.mean:.1%} ± {offline.error:.1%} | {offline.mnist_test:.1%} |

1. **The picture.** MNIST's digits were scaled to 20 pixels and centred by their mass. A network
   that has seen only those expects it: the same weights go from {shrunk.mean:.1%} to
   {centred.mean:.1%}.
2. **Augmentation** turns, leans and bends what MNIST holds, and helps not at all
   ({augmented.mean:.1%}): it makes no new form out of an old one. A flag on a 1 is no bent line.
3. **The forms.** MNIST was written by Americans around 1990. A 1 with a long flag or a base, a 7
   with a dash, an open 4, a 9 with a hook are rare in it, and that is what was misread. The lab
   draws these forms itself, from templates of strokes that it bends at random:
   {strokes.mean:.1%}. Twice as many forms, and pens that press, fade or spread, read these ten as
   well within the error ({ready.mean:.1%}): they are for hands that are not among them.
4. **The price.** The same weights now serve two domains: {ready.mnist_test:.1%} of MNIST's test
   pictures instead of {centred.mnist_test:.1%}. And the other way round: a reader that never saw
   MNIST reads {offline.mean:.1%} of real hands, and only {offline.mnist_test:.1%} of MNIST.

**What to take along:** collect the test data where the network will work, look at what it gets
wrong, and ask of each mistake whether the training data hold anything like it.
""")
"""The lesson, in Markdown, with places for the figures of `BY_NAME`."""


def story() -> str:
    """The lesson with its figures."""
    return _(STORY, **BY_NAME)

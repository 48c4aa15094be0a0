"""Training: an experiment and its data in, a stream of events out.

`events` and `controls` import no PyTorch: the readers of a run need them without the loop.
"""

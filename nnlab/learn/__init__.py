"""The ideas under the buttons, computed by PyTorch: what the chapters of the page Learn show.

One folder for each chapter, without a page in it: pure functions, checked against what computes the
same in another way.
"""

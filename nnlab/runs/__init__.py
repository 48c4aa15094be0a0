"""Runs: a directory each, written by one worker, read by everybody.

Readers (`store`, `record.log`, `record.status`, `record.history`) import no PyTorch: whoever looks
at a run, or hands it to a viewer, starts without it.
"""

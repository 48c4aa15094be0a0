"""Recorders for the loops of other libraries; each is imported only when it is asked for."""

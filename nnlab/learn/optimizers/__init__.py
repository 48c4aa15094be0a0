"""Optimizers on functions of one or two numbers: the functions, the race, rates that diverge."""

"""Optuna, imported when it is first needed, and without its talk."""

from types import ModuleType


def quiet_optuna() -> ModuleType:
    """The module `optuna`, whose log keeps to warnings.

    It takes a fifth of a second to import, which no page that does without it waits for.
    """
    import optuna
    import optuna.importance

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna

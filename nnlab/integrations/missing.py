"""The words for a library that a recorder needs and that is not installed."""

from nnlab.texts import _


def missing(module: str, library: str, package: str) -> ImportError:
    """Return an error that names the package to install, in place of Python's own text."""
    return ImportError(
        _(
            "{module} needs {library}, which is not here: pip install {package}",
            module=module,
            library=library,
            package=package,
        )
    )

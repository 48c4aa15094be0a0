"""What pyproject.toml cannot say: the lab's script, pages and settings go into the wheel, too.

Streamlit finds pages and settings beside the script that it runs, so they lie together in
`nnlab/app`, as they do at the top of the repository. `nnlab/cli/lab.py` starts what is there.
"""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithApp(build_py):
    """Copies the package, and beside it what is no package."""

    def run(self) -> None:
        """Nothing is copied for an editable install, which runs the files where they are."""
        super().run()
        if self.editable_mode:
            return
        settings = Path(".streamlit/config.toml")
        for file in [Path("app.py"), settings, *sorted(Path("pages").glob("*.py"))]:
            target = Path(self.build_lib) / "nnlab" / "app" / file
            target.parent.mkdir(parents=True, exist_ok=True)
            self.copy_file(str(file), str(target))


setup(cmdclass={"build_py": BuildWithApp})

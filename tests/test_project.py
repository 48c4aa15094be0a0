"""The README, the Makefile, the pins and the checks say the same."""

import re
import subprocess
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

import nnlab
from nnlab.settings import Settings

REPOSITORY = Path(__file__).resolve().parent.parent

PIN = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>\d+(\.\d+)+)( ; [^#]+)?\s+# (?P<why>\S.+)$"
)
MAKE = re.compile(r"(?:^|[^\w-])make ([a-z]+)\b", re.MULTILINE)
VARIABLE = re.compile(r"\bNNLAB_[A-Z]+(?:_[A-Z]+)*\b")


def text(path: str) -> str:
    return (REPOSITORY / path).read_text(encoding="utf-8")


def requirement_lines() -> list[str]:
    lines = (text("requirements.txt") + text("requirements-dev.txt")).splitlines()
    return [line for line in lines if line and not line.startswith(("#", "-r "))]


def makefile_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):.*## ", text("Makefile"), re.MULTILINE))


def variables_read() -> set[str]:
    """The settings, and every other NNLAB_* that the code names."""
    files = [REPOSITORY / "app.py", REPOSITORY / "tests/chromium.py"]
    for folder in ("pages", "nnlab", "benchmarks"):
        files += (REPOSITORY / folder).rglob("*.py")
    named = {name for file in files for name in VARIABLE.findall(file.read_text("utf-8"))}
    aliases = {name: field.validation_alias for name, field in Settings.model_fields.items()}
    return named | {str(alias or f"NNLAB_{name.upper()}") for name, alias in aliases.items()}


def make_targets_in(document: str) -> set[str]:
    """What a document asks to be made, in code spans, code blocks and scripts."""
    return set(MAKE.findall(document))


def markdown_code(document: str) -> str:
    """The code in a Markdown text: its blocks and its spans, each on a line of its own."""
    blocks = re.findall(r"```.*?\n(.*?)```", document, re.DOTALL)
    spans = re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", document, flags=re.DOTALL))
    return "\n".join([*blocks, *spans])


@pytest.mark.parametrize("line", requirement_lines(), ids=lambda line: line.split("==")[0])
def test_a_requirement_is_pinned_exactly_and_says_why_it_is_there(line: str) -> None:
    assert PIN.match(line)


@pytest.mark.parametrize("line", requirement_lines(), ids=lambda line: line.split("==")[0])
def test_the_tests_run_on_the_very_versions_that_are_pinned(line: str) -> None:
    pin = PIN.match(line)
    assert pin is not None
    marker = Requirement(line.partition("#")[0].strip()).marker
    if marker and not marker.evaluate():
        pytest.skip("not for this machine")
    public_version = version(pin["name"]).partition("+")[0]  # torch says +cpu or +cu130 here
    assert public_version == pin["version"]


def test_a_cluster_needs_one_minor_version_of_ray_and_says_why() -> None:
    lines = [line for line in text("requirements-cluster.txt").splitlines() if line[:1] not in "#"]
    (ray,) = lines
    pinned = re.fullmatch(r"ray==(\d+\.\d+)\.\*\s+# \S.+", ray)
    assert pinned is not None
    assert version("ray").startswith(f"{pinned[1]}.")
    assert "-r requirements-cluster.txt" in text("requirements-dev.txt").splitlines()
    assert "requirements-cluster.txt" in text("MANIFEST.in")


@pytest.mark.parametrize("target", ["run", "class"])
@pytest.mark.parametrize(("cluster", "is_on_ray"), [("1", True), ("0", False), ("", False)])
def test_make_starts_a_head_where_it_is_asked_to(
    target: str, cluster: str, is_on_ray: bool
) -> None:
    said = subprocess.run(
        ["make", "-n", target, f"CLUSTER={cluster}", "VENV=/nowhere"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    start = "python -m nnlab.runs.cluster.head /nowhere/bin/python -m streamlit run app.py"
    assert (start in said) == is_on_ray
    assert ("-r requirements-cluster.txt" in said) == is_on_ray
    assert "-m streamlit run app.py" in said


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_make_command_of_a_document_exists(document: str) -> None:
    asked = make_targets_in(markdown_code(text(document)))
    assert {"run", "test"} <= asked
    assert asked <= makefile_targets()


def test_ci_runs_the_tests_and_nothing_that_the_readme_does_not_name() -> None:
    commands = "\n".join(
        line for line in text(".ci/run").splitlines() if not line.lstrip().startswith("#")
    )
    called = make_targets_in(commands)
    assert "test" in called
    assert called <= make_targets_in(markdown_code(text("README.md")))


def test_ci_ends_with_the_words_of_the_tests() -> None:
    assert text(".ci/run").splitlines()[-1] == "make test"


WORKFLOWS = sorted((REPOSITORY / ".github/workflows").glob("*.yml"))
TEMPLATES = sorted((REPOSITORY / ".github/ISSUE_TEMPLATE").glob("[!c]*.yml"))


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_every_action_is_a_commit_with_its_version(file: Path) -> None:
    uses = re.findall(r"^.*\buses:.*$", file.read_text("utf-8"), re.MULTILINE)
    assert uses
    pinned = re.compile(r" *(- )?uses: [\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
    assert [line for line in uses if not pinned.fullmatch(line)] == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.stem)
def test_an_issue_template_has_what_github_needs(file: Path) -> None:
    template = yaml.safe_load(file.read_text("utf-8"))
    assert {"name", "description", "body"} <= template.keys()
    fields = [one for one in template["body"] if one["type"] != "markdown"]
    assert all(one["attributes"]["label"] for one in fields)
    assert len({one["id"] for one in fields}) == len(fields)


def test_ci_can_be_started() -> None:
    assert (REPOSITORY / ".ci/run").stat().st_mode & 0o111 == 0o111


def test_every_variable_that_the_code_reads_is_in_the_readme() -> None:
    assert {"NNLAB_RUNS_DIR", "NNLAB_CHROMIUM"} <= variables_read()
    readme = text("README.md")
    assert sorted(name for name in variables_read() if name not in readme) == []


def test_every_variable_of_the_readme_is_one_that_the_code_reads() -> None:
    assert set(VARIABLE.findall(text("README.md"))) <= variables_read()


def test_every_benchmark_is_in_the_readme() -> None:
    files = (REPOSITORY / "benchmarks").glob("*.py")
    names = {file.stem for file in files if not file.stem.startswith("_")}
    assert {"throughput", "mnist_epoch", "startup"} <= names
    readme = text("README.md")
    missing = [
        name
        for name in sorted(names)
        if f"benchmarks/{name}" not in readme and f"benchmarks.{name}" not in readme
    ]
    assert missing == []


def test_the_changelog_speaks_of_this_version() -> None:
    newest = re.search(r"^## \[([^\]]+)\]", text("CHANGELOG.md"), re.MULTILINE)
    assert newest is not None
    assert newest[1] == nnlab.__version__


def test_the_server_is_asked_to_serve_no_folder_that_is_not_here() -> None:
    """Streamlit warns of it at each start of a clean clone."""
    server = tomllib.loads(text(".streamlit/config.toml"))["server"]
    assert not server.get("enableStaticServing") or (REPOSITORY / "static").is_dir()

"""The browser that the tests drive: which one, and how to get one.

`python tests/chromium.py` prints what it finds; with `--install` it gets one where there is none.
"""

import os
import shutil
import subprocess
import sys

VARIABLE = "NNLAB_CHROMIUM"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS_APPS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

ARGUMENTS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""How tests and scripts start it: without a window, and without talking to anybody."""

MISSING = (
    f"no Chromium found: looked at ${VARIABLE}, for {', '.join(NAMES)} on the PATH, for Chrome in"
    f" /Applications and for Playwright's own. Install Chromium, or set {VARIABLE} to a browser"
)


def find_chromium() -> str | None:
    """The path of a Chromium or Chrome that starts, or None.

    Raises:
        FileNotFoundError: NNLAB_CHROMIUM names something that does not start. What was asked for
            by name is not replaced by something else.
    """
    named = os.environ.get(VARIABLE)
    if named:
        if not starts(named):
            raise FileNotFoundError(
                f"{VARIABLE}={named!r} does not start: set it to the path of a Chromium or Chrome,"
                " or unset it"
            )
        return named
    installed = [path for name in NAMES if (path := shutil.which(name))]
    for path in (*installed, *MACOS_APPS):
        if starts(path):
            return path
    bundled = playwrights_own()
    return bundled if bundled and starts(bundled) else None


def starts(path: str) -> bool:
    """Whether it answers `--version`: Ubuntu's `chromium` may be a stub that only names snap."""
    if not shutil.which(path):
        return False
    return succeeds(path, "--version", quiet=True)


def playwrights_own() -> str | None:
    """Where Playwright keeps its browser, whether or not it is there yet.

    Asked in a process of its own, since Playwright refuses a second instance within one.
    """
    ask = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as p: print(p.chromium.executable_path)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", ask], capture_output=True, text=True, check=False, timeout=60
    )
    return answer.stdout.strip() or None


def install_chromium() -> None:
    """Gets a browser: from Debian or Ubuntu as root, otherwise through Playwright."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root and shutil.which("apt-get"):
        print("No Chromium here: installing the system's.", flush=True)
        succeeds("apt-get", "update")
        succeeds("apt-get", "install", "-y", "chromium")
        if find_chromium():
            return
    print("No Chromium here: installing Playwright's.", flush=True)
    dependencies = ["--with-deps"] if root and sys.platform == "linux" else []
    succeeds(sys.executable, "-m", "playwright", "install", *dependencies, "chromium")


def succeeds(*command: str, quiet: bool = False) -> bool:
    """Whether a command ends well; one that cannot even start does not."""
    out = subprocess.DEVNULL if quiet else None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        ended = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment, check=False
        )
    except OSError:
        return False
    return ended.returncode == 0


def main(arguments: list[str]) -> int:
    """Prints the browser's path. Ends with 1 where there is none."""
    try:
        path = find_chromium()
        if path is None and "--install" in arguments:
            install_chromium()
            path = find_chromium()
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 1
    if path is None:
        follows = "fail" if os.environ.get("CI") else "are skipped"
        print(f"{MISSING}. Until then the browser tests {follows}.", file=sys.stderr)
        return 1
    print(f"Browser for the tests: {path}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

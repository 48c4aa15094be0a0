"""The server's own settings, read from the environment (`NNLAB_*`)."""

import math
import os
import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import ByteSize, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from nnlab.errors import NnlabError
from nnlab.texts import N_, _

RUNS_EACH = 4
RUN_MINUTES = 60.0
"""Default for a shared lab."""
RUNS_ON_A_CLUSTER = 1000
"""Default for a cluster: its nodes have room for fewer, or these."""
HIGHEST_PORT = 65535
ADDRESS = "RAY_ADDRESS"
"""The variable of the cluster's address, as Ray itself reads it."""


class Settings(BaseSettings):
    """The server's settings from the environment: `NNLAB_` and a field's name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="NNLAB_", frozen=True, extra="ignore", populate_by_name=True
    )

    runs_dir: Path = Field(Path("runs"), description=N_("where runs are kept, one directory each"))
    data_dir: Path = Field(Path("data"), description=N_("where downloaded data sets are kept"))
    engine: Literal["local", "ray"] = Field(
        "local",
        description=N_("where runs train: local, on this machine; ray, on the cluster RAY_ADDRESS"),
    )
    ray_address: str = Field(
        "",
        validation_alias=ADDRESS,
        max_length=300,
        description=N_("the Ray cluster that runs train on: host:port of its head, or auto"),
    )
    runs_a_core: int = Field(
        4, ge=1, le=64, description=N_("runs of small networks that share a core of a cluster")
    )
    runs_a_gpu: int = Field(4, ge=1, le=64, description=N_("runs that share a GPU of a cluster"))
    max_runs: int = Field(
        32,
        ge=1,
        le=1000,
        description=N_("runs that train at once; the rest queue; unset on a cluster: 1000"),
    )
    share: bool = Field(
        False,
        description=N_("1: others can reach this server, and each has a share of it alone"),
    )
    is_class: bool = Field(
        False,
        validation_alias="NNLAB_CLASS",
        description=N_("1: a class with a lecturer, whose members alone may enter; shared, too"),
    )
    class_lecturers: str = Field(
        "",
        max_length=10_000,
        description=N_(
            "e-mail addresses of those who lead the class after `st.login`, with spaces"
        ),
    )
    public_url: str = Field(
        "",
        pattern=r"^(https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?)?$",
        max_length=200,
        description=N_("the address that others reach the lab at, where a proxy stands before it"),
    )
    runs_each: int | None = Field(
        None,
        ge=1,
        le=1000,
        description=N_("runs of one person that train at once; unset: 4 of a shared lab, else all"),
    )
    run_minutes: float | None = Field(
        None,
        gt=0,
        description=N_("a run that trained so long pauses; unset: 60 in a shared lab, else never"),
    )
    max_disk: ByteSize = Field(
        ByteSize(20 * 10**9), gt=0, description=N_("what all runs may take together, as in 5GB")
    )
    worker_memory: ByteSize | None = Field(
        None,
        gt=0,
        description=N_("memory that one run may take, as in 2GB; unset, half of what there is"),
    )
    disk_each: ByteSize | None = Field(
        None,
        gt=0,
        description=N_(
            "what one person's runs, tables, pictures and drawings may take; unset: a quarter of"
            " max_disk where the lab is shared, else all"
        ),
    )
    class_places: int = Field(
        2, ge=1, le=1000, description=N_("runs of one student that train at once")
    )
    class_minutes: float = Field(
        60.0, gt=0, description=N_("a student's run that trained so long at a stretch pauses")
    )
    class_memory: ByteSize = Field(
        ByteSize(10**9), gt=0, description=N_("memory that one run of a student may take, as 1GB")
    )
    class_disk: ByteSize = Field(
        ByteSize(500 * 10**6),
        gt=0,
        description=N_(
            "what one student's runs, tables, pictures and drawings may take, as in 500MB"
        ),
    )
    class_parameters: int = Field(
        1_000_000,
        ge=1,
        description=N_("weights and biases of a student's network, or of all in a sweep"),
    )
    class_examples: int = Field(
        100_000, ge=1, description=N_("examples that a student's run may train on")
    )
    device: Literal["auto", "cpu", "cuda", "mps"] = Field(
        "auto", description=N_("where networks train: auto takes CUDA or MPS where it pays")
    )
    frame_ancestors: str = Field(
        "",
        pattern=r"^(https?://[A-Za-z0-9.*:-]+( |$))*$",
        max_length=2000,
        description=N_("origins whose pages may show the lab in a frame, with spaces between"),
    )
    secret: Annotated[SecretStr, Field(min_length=16)] | None = Field(
        None,
        description=N_(
            "signs what lets a browser watch a run; unset, a file of the runs directory"
        ),
    )

    @property
    def places_each(self) -> int:
        """Runs of one person that may train at once; of a class, of one student."""
        if self.is_class:
            return min(self.class_places, self.max_runs)
        shared = min(RUNS_EACH, self.max_runs) if self.share else self.max_runs
        return self.runs_each or shared

    @property
    def places_an_address(self) -> int:
        """Runs from one network address that may train at once: some places stay for the others.

        A class often has one address, and its members are known.
        """
        if self.is_class:
            return self.max_runs
        return max(self.places_each, self.max_runs * 3 // 4) if self.share else self.max_runs

    @property
    def run_seconds(self) -> float:
        """How long a run may train at a stretch, infinite where there is no limit."""
        minutes = RUN_MINUTES if self.share else math.inf
        return 60 * (self.run_minutes or minutes)


def usable_cores() -> frozenset[int]:
    """The numbers of the cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return frozenset(affinity(0) if affinity else range(os.cpu_count() or 1))


def cores() -> int:
    """The cores that this process may use."""
    return len(usable_cores())


def read_settings() -> Settings:
    """The settings as the environment says them now.

    Raises:
        NnlabError: names the variable, what it held and what it may hold.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        field = str(first["loc"][0])
        name = field if field == ADDRESS else f"NNLAB_{field.upper().removeprefix('NNLAB_')}"
        raise NnlabError(
            _(
                "{name}={received!r} is not valid: {reason}. Change or unset {name}.",
                name=name,
                received="…" if field == "secret" else first["input"],
                reason=first["msg"],
            )
        ) from error
    changed: dict[str, object] = {"share": True} if settings.is_class else {}
    if settings.engine == "ray":
        changed["ray_address"] = _address(settings.ray_address)
        if "max_runs" not in settings.model_fields_set:
            changed["max_runs"] = RUNS_ON_A_CLUSTER
    return settings.model_copy(update=changed)


def _address(said: str) -> str:
    """Return the cluster's address in the form that Ray takes.

    Raises:
        NnlabError: it is missing, or of a kind that cannot be taken; names the mend.
    """
    address = said.strip()
    if address == "auto":
        return address
    found = re.fullmatch(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):([0-9]{1,5})", address)
    if found and 0 < int(found[1]) <= HIGHEST_PORT:
        return address
    if not address:
        raise NnlabError(
            _(
                "NNLAB_ENGINE=ray trains on a Ray cluster, and RAY_ADDRESS does not say where it"
                " is. Set RAY_ADDRESS to host:port of its head, as in 192.168.1.5:6379, or to auto"
                " for the one that runs on this machine; or unset NNLAB_ENGINE to train here."
            )
        )
    if address == "local":
        raise NnlabError(
            _(
                "RAY_ADDRESS=local would start a cluster that nobody else can reach. Start one by"
                " `ray start --head` and set RAY_ADDRESS to auto, or unset NNLAB_ENGINE to train"
                " on this machine without Ray."
            )
        )
    if address.startswith("ray://"):
        raise NnlabError(
            _(
                "RAY_ADDRESS={received!r} is the address of a Ray Client, through which events"
                " cannot be streamed. Make this machine a node of the cluster"
                " (`ray start --address=HOST:6379`, with `--num-cpus=0` where nothing is to train"
                " on it) and set RAY_ADDRESS to auto.",
                received=address,
            )
        )
    raise NnlabError(
        _(
            "RAY_ADDRESS={received!r} is no address of a Ray cluster: set it to host:port of its"
            " head, as in 192.168.1.5:6379, or to auto for the one that runs on this machine.",
            received=address,
        )
    )

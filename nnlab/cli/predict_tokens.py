"""`python -m nnlab predict` of a run on sequences: rows of tokens in place of pictures."""

import json
from collections.abc import Sequence

import torch
from torch import Tensor, nn

from nnlab.config.data import Sequences
from nnlab.data.description import describe, token_names
from nnlab.errors import NnlabError, shortened
from nnlab.models.eval_mode import eval_mode
from nnlab.texts import _

MOST_CHARACTERS = 1000
"""Limit for a row: 16 tokens of two digits, and much space between them."""


def predict_tokens(network: nn.Sequential, data: Sequences, rows: Sequence[str]) -> int:
    """Print one JSON line a row. 0, or 1 where one of them could not be read.

    `prediction` is a token for each place, or `balanced` or `unbalanced`; `probabilities` are those
    of what is predicted, or of both classes.

    Raises:
        NnlabError: the network's outputs are not finite numbers.
    """
    status = 0
    for row in rows:
        line: dict[str, object] = {"sequence": shortened(row)}
        try:
            tokens = read_tokens(row, data)
        except NnlabError as error:
            line |= {"error": str(error)}
            status = 1
        else:
            line |= _answer(network, data, tokens)
        print(json.dumps(line), flush=True)
    return status


def read_tokens(row: str, data: Sequences) -> list[int]:
    """The tokens that a text says: `3 1 4`, `3,1,4`, `(())`.

    Raises:
        NnlabError: another number of tokens, or none that the data have; names the mend.
    """
    names = token_names(data)
    text = row[:MOST_CHARACTERS]
    parts = [one for one in text if one in names] if data.task == "brackets" else []
    if data.task == "brackets":
        unknown = next((one for one in text if one not in names and not one.isspace()), None)
    else:
        parts = text.replace(",", " ").split()
        unknown = next((part for part in parts if part not in names), None)
    if unknown is not None:
        raise NnlabError(
            _(
                "'{token}' is no token of this run: it knows {first} to {last}.",
                token=shortened(unknown),
                first=names[0],
                last=names[-1],
            )
        )
    if len(text) < len(row) and len(parts) <= data.length:
        raise NnlabError(
            _(
                "A row has at most {most:,} characters, got {received:,}: leave out the spaces"
                " between its tokens but one.",
                most=MOST_CHARACTERS,
                received=len(row),
            )
        )
    if len(parts) != data.length:
        raise NnlabError(
            _(
                "This run reads sequences of {length} tokens, got {received}: write {length}, as in"
                " '{example}'.",
                length=data.length,
                received=len(parts) if len(text) == len(row) else _("more"),
                example=_example(data),
            )
        )
    return [names.index(part) for part in parts]


def _example(data: Sequences) -> str:
    if data.task == "brackets":
        return "()" * (data.length // 2)
    return " ".join(str(place % data.symbols) for place in range(data.length))


@torch.inference_mode()
def _answer(network: nn.Sequential, data: Sequences, tokens: list[int]) -> dict[str, object]:
    with eval_mode(network):
        outputs: Tensor = network(torch.tensor([tokens]))[0].double()
    if not bool(torch.isfinite(outputs).all()):
        raise NnlabError(
            _(
                "The network's outputs are not finite numbers: its run diverged. Train it anew with"
                " a lower training.optimizer.lr."
            )
        )
    probabilities, names = outputs.softmax(-1), describe(data).class_names or ()
    if data.task == "brackets":
        best = names[int(probabilities.argmax())]
        return {"prediction": best, "probabilities": probabilities.tolist()}
    largest, places = probabilities.max(-1)
    return {"prediction": places.tolist(), "probabilities": largest.tolist()}

"""A sequence that is typed into a page is read as nnlab/learn/attention reads it."""

import random

import pytest

from nnlab.config import Sequences
from nnlab.data.description import token_names
from nnlab.errors import NnlabError
from nnlab.learn.attention.answers import answer_of
from nnlab.learn.attention.typed import tokens_of
from tests.web.modules import Modules

READ = """async ([texts, labels, length, task]) => {
    const { tokensOf, targetOf } = await import("/web/file/sequence_tokens.js");
    return texts.map((text) => {
        try {
            const tokens = tokensOf(text, labels, length);
            return [tokens, targetOf(task, tokens)];
        } catch (error) {
            return error.message;
        }
    });
}"""


@pytest.mark.parametrize(
    "data",
    [
        Sequences(task="sort", length=4),
        Sequences(task="reverse", length=3, symbols=16),
        Sequences(task="copy", length=7, symbols=2),
        Sequences(task="brackets", length=12),
    ],
    ids=lambda data: data.task,
)
def test_the_same_texts_are_read_and_refused(data: Sequences, page: Modules) -> None:
    rng = random.Random(data.task)
    labels = token_names(data)
    signs = [*labels, *labels, *labels, " ", ",", "x", "11", "-"]
    texts = ["", " ", "1" * 81]
    for _ in range(60):
        texts.append(rng.choice(["", " "]).join(rng.choices(signs, k=rng.randint(1, 14))))
        texts.append(rng.choice(["", " ", ", "]).join(rng.choices(labels, k=data.length)))
    found = page.evaluate(READ, [texts, list(labels), data.length, data.task])
    read = 0
    for text, said in zip(texts, found, strict=True):
        if isinstance(said, str):
            with pytest.raises(NnlabError) as refused:
                tokens_of(text, data)
            assert said.partition(":")[2] == str(refused.value).partition(":")[2]
        else:
            tokens = tokens_of(text, data)
            assert said == [list(tokens), list(answer_of(data, tokens))], text
            read += 1
    assert read > 10

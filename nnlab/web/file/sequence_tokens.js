// A sequence that a person types, as tokens, and what a network should say to it: as nnlab/learn/attention does both.

import { _ } from "../texts.js";

const MOST = 80; // characters of a text that is looked at
const EXAMPLES = 2; // of so few tokens all are named

/** The tokens that a text names: `3 1 4 1 5 9 2 6`, `31415926`, `(()())`.
 *
 * @param {string} text
 * @param {string[]} labels of all tokens
 * @param {number} length of a sequence
 * @returns {number[]}
 * @throws {Error} what stands there is no token, or they are too many or too few
 */
export function tokensOf(text, labels, length) {
  if (text.length > MOST) {
    throw new Error(
      _("A sequence has at most {most} characters here, and this one has more: type {n} tokens.", {
        most: MOST,
        n: length,
      }),
    );
  }
  const parts = split(text, labels),
    unknown = parts.find((part) => !labels.includes(part));
  if (unknown !== undefined) {
    const strange = [...unknown].filter((sign) => !labels.includes(sign)).join("") || unknown;
    throw new Error(
      _("{unknown} is none of the {n} tokens of this network: type {examples}.", {
        unknown: `“${strange}”`,
        n: labels.length,
        examples: range(labels),
      }),
    );
  }
  if (parts.length !== length) {
    const more = length - parts.length;
    const mend = more > 0 ? _("type {n} more.", { n: more }) : _("leave {n} out.", { n: -more });
    throw new Error(
      _("The network reads sequences of {length} tokens, got {n}: {mend}", { length, n: parts.length, mend }),
    );
  }
  return parts.map((part) => labels.indexOf(part));
}

// What stands between spaces and commas; what is tokens of one sign in a row, sign by sign.
function split(text, labels) {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  const isPlain = parts.length === 1 || labels.every((label) => label.length === 1);
  return parts.flatMap((part) => {
    const isRow = isPlain && !labels.includes(part) && [...part].every((sign) => labels.includes(sign));
    return isRow ? [...part] : [part];
  });
}

function range(labels) {
  const [first, last] = [labels[0], labels.at(-1)];
  return labels.length <= EXAMPLES
    ? _("{first} or {last}", { first, last })
    : _("numbers from {first} to {last}", { first, last });
}

/** The tokens as a person would type them: brackets without spaces. */
export function asTyped(tokens, labels, task) {
  return tokens.map((token) => labels[token]).join(task === "brackets" ? "" : " ");
}

const TARGETS = {
  copy: (tokens) => [...tokens],
  reverse: (tokens) => [...tokens].reverse(),
  sort: (tokens) => [...tokens].sort((a, b) => a - b),
  brackets: (tokens) => [Number(isBalanced(tokens))],
};

/** What is right for a sequence: a token for each place; of brackets one class, 1: balanced. */
export function targetOf(task, tokens) {
  return TARGETS[task](tokens);
}

function isBalanced(tokens) {
  let open = 0;
  for (const token of tokens) {
    open += token === 0 ? 1 : -1;
    if (open < 0) return false;
  }
  return open === 0;
}

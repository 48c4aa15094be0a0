// What is read of a picture, in words: those of nnlab/ui/draw/reading.py.

import { _ } from "../texts.js";
import { bestOf } from "./reader.js";

/** `98.2%`; what is above nothing, or below all, never reads as 0 or 100 %. */
export function percent(share) {
  if (!Number.isFinite(share)) return _("not a number");
  if (share === 0 || share === 1) return `${100 * share}%`;
  if (share < 0.001) return "<0.1%";
  return share > 0.999 ? ">99.9%" : `${(100 * share).toFixed(1)}%`;
}

/** `a 7`, `an 8`, `an ankle boot`. */
export function withArticle(name) {
  return "8AEIO".includes(name[0].toUpperCase()) ? _("an {name}", { name }) : _("a {name}", { name });
}

/** `It reads a 7 (98.2%), then a 1 (1.3%)`. */
export function sentence(shares, names) {
  const first = bestOf(shares);
  const second = bestOf(shares.map((share, index) => (index === first ? -1 : share)));
  return _("It reads {first} ({first_share}), then {second} ({second_share})", {
    first: withArticle(names[first]),
    first_share: percent(shares[first]),
    second: withArticle(names[second]),
    second_share: percent(shares[second]),
  });
}

/** `1st` for 0, `2nd` for 1 …, up to the 20th. */
export function ordinal(index) {
  const forms = [_("{number}st", { number: 1 }), _("{number}nd", { number: 2 }), _("{number}rd", { number: 3 })];
  return forms[index] ?? _("{number}th", { number: index + 1 });
}

/** The names of all digits that are read, the chosen one marked: `<p>` with `<b>` and `<span>`, written again.
 * @param {HTMLElement} place that gets a `b` and a `span`
 */
export function writeAnswer(place, answers, names, chosen) {
  if (place.children.length !== 2) place.replaceChildren(document.createElement("b"), document.createElement("span"));
  const [large, said] = place.children;
  const read = answers.map(({ shares }) => names[bestOf(shares)]);
  const words = sentence(answers[chosen].shares, names);
  if (read.length === 1) {
    large.className = "";
    large.textContent = read[0];
    said.textContent = words;
    return;
  }
  const gap = read.every((name) => name.length === 1) ? "" : " ";
  large.className = read.join("").length > 4 ? "many" : "some";
  large.replaceChildren(
    ...read.flatMap((name, i) => {
      const mark = document.createElement(i === chosen ? "mark" : "i");
      mark.textContent = name;
      return i && gap ? [gap, mark] : [mark];
    }),
  );
  said.textContent = _("{ordinal} of {count}: {said}", { ordinal: ordinal(chosen), count: read.length, said: words });
}

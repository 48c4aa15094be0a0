// The plane and the network of a run in a notebook, as an exported recording has them.

import { Fit } from "../file/fit.js";
import { keeper } from "../file/kept.js";
import { networkView } from "../file/network.js";
import { Plane } from "../file/plane.js";
import { blob } from "../file/shell.js";
import { Answers } from "./answers.js";

/** @param {import("../file/film.js").Film} film
 * @param {object} data of the page
 * @returns {{elements: HTMLElement[], answers?: Answers, show: (answers: object) => void}} `show` draws what
 *   the kernel computed */
export function pictureOf(film, data) {
  const inputs = numbers("inputs"),
    targets = numbers("targets");
  if (!data.network) {
    const answers = new Answers(data.grid);
    const plane = new Plane(answers, data, inputs, targets);
    return { elements: [plane.element], answers, show: (found) => answers.take(found) };
  }
  film.take(data.network);
  const view = new (data.curve ? Fit : Plane)(film, data, inputs, targets),
    elements = [view.element];
  if (data.drawing)
    elements.push(
      networkView(
        film,
        data.drawing,
        keeper(film, view, () => elements[1]),
      ),
    );
  return { elements, show: () => {} };
}

function numbers(name) {
  const bytes = blob(name);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
}

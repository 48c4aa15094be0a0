// The network of a recording as it is drawn on the Playground: neurons, weights, and what is picked.

import { begin, LiveNetwork, paint } from "../network_drawing.js";
import { _ } from "../texts.js";
import { colour, isDark, made, whenThemeChanges } from "./shell.js";

/** Draw it in an element of its own.
 * @param {import("./film.js").Film} film
 * @param {object} drawing of nnlab/figures/network.py, with `live` and, by theme, its colours and those of
 *   neurons (`dress`)
 * @param {(name: string | null, unit: number[] | null) => void} hasPicked told which neuron is picked
 * @returns {HTMLElement} */
export function networkView(film, drawing, hasPicked) {
  const root = made("div", { className: "network", "aria-label": drawing.alt });
  const hint = made(
    "p",
    { className: "hint" },
    _("Lines are weights: blue above 0, orange below. Press a neuron to keep its map."),
  );
  const element = made("section", { className: "net", "aria-label": _("Network") }, root, hint);
  const { layers } = drawing.live,
    last = layers.length - 1;
  begin(root, film, (picked) => {
    const isUnit = picked?.length === 2 && picked[0] < last;
    hasPicked(
      isUnit ? root.querySelector(`[data-neuron="${picked.join("-")}"]`)?.getAttribute("aria-label") : null,
      isUnit ? [layers[picked[0]].output, picked[1]] : null,
    );
  });
  const dress = () => {
    const { colours, neurons } = drawing.dress[isDark() ? "dark" : "light"];
    root.drawing = { ...drawing, colours: { ...colours, paper: colour("paper") }, live: { layers, colours: neurons } };
    film.redraw();
  };
  root.unpick = () => {
    root.picked = null;
    paint(root);
  };
  dress();
  whenThemeChanges(dress);
  film.add(new LiveNetwork(root));
  return element;
}

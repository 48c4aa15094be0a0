// The map of a picked neuron stays over the plane of a recording until it is put away.

import { _ } from "../texts.js";
import { made } from "./shell.js";

/** What `networkView` tells of a pick.
 * @param {import("./film.js").Film} film
 * @param {{title: HTMLElement}} view the plane, or the chart of a curve
 * @param {() => HTMLElement} drawing of the network, once there is one
 * @returns {(name: string | null, unit: number[] | null) => void} */
export function keeper(film, view, drawing) {
  return function keep(name, unit) {
    film.kept = unit;
    view.title.replaceChildren();
    if (name) {
      const away = made("button", { type: "button", className: "button" }, _("Back to the answer"));
      away.onclick = () => {
        keep(null, null);
        drawing().querySelector(".network").unpick();
      };
      view.title.append(_("Shown: {name}", { name }), " ", away);
    }
    film.peek(unit);
  };
}

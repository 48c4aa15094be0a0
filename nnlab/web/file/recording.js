// The page of a run on points, a curve or a table: its whole training, to play, pause and drag.

import { whole } from "../format.js";
import { _ } from "../texts.js";
import { Curve } from "./curves.js";
import { Film } from "./film.js";
import { Fit } from "./fit.js";
import { keeper } from "./kept.js";
import { networkView } from "./network.js";
import { offerOutputs } from "./outputs.js";
import { Plane } from "./plane.js";
import { player } from "./player.js";
import { blob, made, openPage, pageData, warn } from "./shell.js";

const data = pageData();
const numbers = (name) => {
  const bytes = blob(name);
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
};

const film = new Film(data.moments, blob("weights"));
film.take(data.network);
const place = openPage(),
  picture = data.curve ? Fit : Plane;
const view = new picture(film, data, numbers("inputs"), numbers("targets"));
const parts = [view.element];
if (data.drawing)
  parts.push(
    networkView(
      film,
      data.drawing,
      keeper(film, view, () => parts[1]),
    ),
  );
const { steps } = data.moments,
  last = steps.at(-1);
const curves = Object.entries(data.curves).map(
  ([what, each]) => new Curve(what, each, last, steps.length > 1 ? (step) => film.seek(step) : null),
);
if (curves.length)
  parts.push(
    made("section", { className: "curves", "aria-label": _("Curves") }, ...curves.map(({ element }) => element)),
  );
parts.push(player(film, wordOf));
place.classList.add("recording");
place.append(...parts);
if (data.columns && data.network.space?.cut?.up !== null && data.columns.length > 2) chooseColumns();
for (const word of data.words) warn(place, word);
film.listeners.add(({ at }) => curves.forEach((curve) => curve.mark(steps[at])));
film.show(steps.length - 1);
offerOutputs(data.network, () => film.to);
(window.nnlab ??= {}).stage = film;

/** What the slider's place is called. */
function wordOf(step) {
  const epoch = data.moments.stepsPerEpoch ? Math.ceil(step / data.moments.stepsPerEpoch) : null;
  const said = [_("step {step}", { step: whole(step) })];
  if (epoch !== null) said.push(_("epoch {epoch}", { epoch: whole(epoch) }));
  if (!film.isFinite(film.at)) said.push(_("weights are no numbers"));
  return said.join(" · ");
}

// Of a table: which two columns the plane is of; the others stay at their means.
function chooseColumns() {
  const { cut } = data.network.space;
  const chooser = (axis, label) => {
    const select = made("select", { "aria-label": label });
    data.columns.forEach((name, column) => select.append(new Option(name, column, false, column === cut[axis])));
    select.onchange = () => {
      const other = axis === "across" ? "up" : "across",
        before = cut[axis];
      cut[axis] = Number(select.value);
      if (cut[other] === cut[axis]) cut[other] = before;
      choosers.forEach(([name, element]) => (element.value = cut[name]));
      film.lookAgain();
    };
    return select;
  };
  const choosers = [
    ["across", chooser("across", _("Column across"))],
    ["up", chooser("up", _("Column upwards"))],
  ];
  const line = made(
    "p",
    { className: "columns" },
    _("Plane of"),
    " ",
    choosers[0][1],
    " ",
    _("and"),
    " ",
    choosers[1][1],
  );
  view.title.before(line);
}

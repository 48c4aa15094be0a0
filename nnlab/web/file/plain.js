// The page of a network that no picture shows: its curves, its figures, and what its outputs are.

import { readTensors } from "../safetensors.js";
import { _ } from "../texts.js";
import { Curve } from "./curves.js";
import { offerOutputs } from "./outputs.js";
import { blob, made, openPage, pageData, warn } from "./shell.js";

const { network, curves, last, words } = pageData();
const place = openPage();
place.classList.add("plain");
const drawn = Object.entries(curves).map(([what, each]) => new Curve(what, each, last).element);
place.append(
  drawn.length
    ? made("section", { className: "curves", "aria-label": _("Curves") }, ...drawn)
    : made("p", { className: "hint" }, _("Nothing was recorded of its training.")),
);
for (const word of words) warn(place, word);
if (network) offerOutputs(network, readTensors(blob("weights")).tensors);

// The page of a sweep: the views of the lab, at rest, and the network that is chosen in them.

import { makeNetwork } from "../forward.js";
import { readTensors } from "../safetensors.js";
import { Room } from "../sweep/room.js";
import { readScene } from "../sweep/scene.js";
import { _ } from "../texts.js";
import { outputsOf } from "./outputs.js";
import { blob, isDark, made, openPage, pageData, whenThemeChanges } from "./shell.js";
import { Chosen } from "./sweep_chosen.js";

const data = pageData(),
  place = openPage();
const views = made("div", { className: "nnlab-sweep" }),
  chosen = new Chosen(data);
place.append(views, chosen.element);

const scene = readScene(data.scene);
scene.weights = document.getElementById("blob-weights") ? readTensors(blob("weights")) : null;
const looks = { light: scene.look, dark: data.dark };
views.classList.toggle("planeless", !scene.space);
const room = new Room(views, () => chosen.show(room));
room.table.open(scene.places.length <= 256);

function show() {
  room.show({ ...scene, look: isDark() ? looks.dark : looks.light });
  chosen.show(room);
}

whenThemeChanges(show);
show();

const asked = []; // of each stack, what evaluates its networks for scripts
window.nnlab = { ...window.nnlab, room };

/** What a network gives: the chosen one, or another by its number. */
window.nnlab.outputs = (inputs, { net = chosen.net } = {}) => {
  const { length } = scene.places;
  if (!Number.isInteger(net) || net < 0 || net >= length) {
    throw new Error(_("A network of this sweep has a number from 0 to {last}: got {net}.", { last: length - 1, net }));
  }
  if (!room.nets.has(net))
    throw new Error(_("The weights of network {net} are not in this page. {word}", { net, word: data.weightsWord }));
  const { stack } = room.nets.place[net];
  asked[stack] ??= makeNetwork(room.nets.stacks[stack].layers, data.inputs);
  return outputsOf(asked[stack], data.inputs, room.nets.weights(net), inputs);
};

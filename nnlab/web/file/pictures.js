// The page of a network of pictures: some of them, what it says to the chosen one and what its layers make of it, and
// what it reads all of them as.

import { bestOf, sharesOf } from "../drawing/reader.js";
import { percent } from "../drawing/words.js";
import { makeNetwork } from "../forward.js";
import { sizeOf } from "../layers.js";
import { readTensors } from "../safetensors.js";
import { _ } from "../texts.js";
import { Curve } from "./curves.js";
import { offerOutputs } from "./outputs.js";
import { Album } from "./pictures_album.js";
import { confusion } from "./pictures_confusion.js";
import { ownPicture } from "./pictures_own.js";
import { makeBars } from "./reader_bars.js";
import { Xray } from "./reader_xray.js";
import { blob, made, openPage, pageData } from "./shell.js";

const MANY = 12; // classes whose bars scroll
const AT_ONCE = 50; // pictures that are evaluated together

const data = pageData(),
  { network, names, labels } = data,
  { tensors } = readTensors(blob("weights"));
const place = openPage(),
  { shape } = network,
  size = sizeOf(shape),
  pixels = blob("pictures");
const one = makeNetwork(network.layers, shape);

const pictureAt = (at) => Float32Array.from(pixels.subarray(at * size, (at + 1) * size), (value) => value / 255);
const answers = answersOfAll();

const picture = made("canvas", { className: "picture", role: "img" });
const said = made("p", { className: "said", role: "status" }),
  bars = makeBars(names);
bars.element.classList.toggle("long", names.length > MANY);
const xray = new Xray({ network: () => one, tensors, layers: network.layers }, data.layers, names, shape);
const album = new Album(
  { labels, answers, names, paint: (canvas, at) => paint(canvas, pictureAt(at)), word: data.picturesWord },
  (at) => show(pictureAt(at), labels[at]),
);
const own = ownPicture(shape, data, (values) => {
  album.leave();
  show(values, null);
});
const curves = Object.entries(data.curves).map(([what, parts]) => new Curve(what, parts, data.last));

place.append(
  made(
    "div",
    { className: "album" },
    album.element,
    made(
      "section",
      { className: "chosen", "aria-label": _("The chosen picture") },
      made("div", { className: "receives" }, picture, said),
      bars.element,
      own,
    ),
  ),
  xray.element,
  confusion(labels, answers, names, (cell) => album.only(cell)),
  made(
    "section",
    { className: "course" },
    made("h2", {}, _("Training")),
    made("div", { className: "curves" }, ...curves.map(({ element }) => element)),
  ),
);
document.querySelector(".about .last")?.prepend(made("span", {}, `${_("Pictures: {licence}.", data)} `));
album.take(0);
curves.forEach((curve) => curve.mark(data.last));
offerOutputs(network, tensors);

function answersOfAll() {
  const found = [],
    count = labels.length;
  for (let first = 0; first < count; first += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - first),
      many = makeNetwork(network.layers, shape);
    const x = Float32Array.from(pixels.subarray(first * size, (first + some) * size), (value) => value / 255);
    const rows = many.forward(tensors, x, some),
      { outputSize } = many;
    for (let i = 0; i < some; i++) found.push(bestOf(Array.from(rows.subarray(i * outputSize, (i + 1) * outputSize))));
  }
  return found;
}

function show(values, label) {
  paint(picture, values);
  const shares = sharesOf(Array.from(one.forward(tensors, values, 1))),
    best = bestOf(shares);
  bars.draw(shares);
  const words = { answer: names[best], share: percent(shares[best]), truth: names[label] };
  const answer = made("b", {}, words.answer);
  said.replaceChildren(
    answer,
    ` ${words.share}`,
    made("br"),
    label === null
      ? _("your own picture, as the network receives it")
      : label === best
        ? _("right")
        : _("wrong: it is {truth}", words),
  );
  picture.setAttribute(
    "aria-label",
    label === null
      ? _("Your own picture, as the network receives it")
      : _("A picture of {truth}, as the network receives it", words),
  );
  xray.draw(values);
}

// One channel is grey, three are red, green and blue.
function paint(canvas, values) {
  const [channels, height, width] = shape,
    image = new ImageData(width, height),
    count = width * height;
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) image.data[4 * i + c] = Math.round(255 * values[(channels === 1 ? 0 : c) * count + i]);
    image.data[4 * i + 3] = 255;
  }
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").putImageData(image, 0, 0);
}

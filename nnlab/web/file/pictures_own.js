// A picture of one's own, made as large as those that the network knows.

import { roundEven } from "../drawing/statistics.js";
import { _ } from "../texts.js";
import { takePictures } from "./reader_picture.js";
import { made } from "./shell.js";

/** The buttons, and what hears of a picture.
 *
 * @param {number[]} shape channels, height and width
 * @param {object} data of the page: `isLight`, whether the network's own pictures have a light edge, null: some have;
 *   and `whole`, whether they are whole, with black borders, as `fitted` of nnlab/data/pictures/fit.py makes them
 * @param {(values: Float32Array) => void} take gets it as the network receives it, 0 to 1
 */
export function ownPicture([channels, height, width], { isLight, whole }, take) {
  const trouble = made("p", { className: "trouble", role: "alert" });
  const turn = made("input", { type: "checkbox" }),
    word = made("p", { className: "word" });
  const size = { height, width };
  if (whole)
    word.textContent =
      channels === 1
        ? _("The browser makes the whole of it {height}×{width} and grey, with black borders.", size)
        : _("The browser makes the whole of it {height}×{width}, with black borders.", size);
  else
    word.textContent =
      channels === 1
        ? _("The browser cuts its middle square out, makes that {height}×{width} and grey.", size)
        : _("The browser cuts its middle square out and makes that {height}×{width}.", size);
  let square = null;
  const show = () => square && take(valuesOf(square, channels, turn.checked));
  const buttons = takePictures(
    (picture) => {
      trouble.textContent = "";
      square = whole ? wholeOf(picture, height, width) : middleOf(picture, height, width);
      turn.checked = channels === 1 && isLight !== null && edgeOf(square) > 0.5 !== isLight;
      show();
    },
    (why) => (trouble.textContent = why),
  );
  turn.onchange = show;
  const label = made("label", { hidden: channels !== 1 }, turn, " ", _("light and dark changed over"));
  return made("div", { className: "own" }, buttons.file, buttons.camera, label, word, trouble);
}

function middleOf(picture, height, width) {
  const side = Math.min(picture.width, picture.height);
  return shrunk(picture, [(picture.width - side) / 2, (picture.height - side) / 2, side, side], [width, height]);
}

function wholeOf(picture, height, width) {
  const longest = Math.max(picture.width, picture.height);
  const inner = [(picture.width * width) / longest, (picture.height * height) / longest].map((side) =>
    Math.max(1, roundEven(side)),
  );
  const square = made("canvas", { width, height }),
    context = square.getContext("2d", { willReadFrequently: true });
  context.fillRect(0, 0, width, height);
  const small = shrunk(picture, [0, 0, picture.width, picture.height], inner);
  context.drawImage(small, Math.floor((width - inner[0]) / 2), Math.floor((height - inner[1]) / 2));
  return square;
}

// In steps of a half at most: a browser that shrinks by more leaves pixels out.
function shrunk(picture, [left, top, wide, tall], [width, height]) {
  for (let from = picture; ; ) {
    const next = [Math.max(width, Math.floor(wide / 2)), Math.max(height, Math.floor(tall / 2))];
    const to = made("canvas", { width: next[0], height: next[1] }),
      context = to.getContext("2d", { willReadFrequently: true });
    context.imageSmoothingQuality = "high";
    context.fillStyle = "#fff"; // beneath what can be seen through
    context.fillRect(0, 0, ...next);
    context.drawImage(from, left, top, wide, tall, 0, 0, ...next);
    if (next[0] === width && next[1] === height) return to;
    [from, left, top, wide, tall] = [to, 0, 0, ...next];
  }
}

function valuesOf(canvas, channels, isTurned) {
  const { width, height } = canvas,
    count = width * height;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height),
    values = new Float32Array(channels * count);
  for (let i = 0; i < count; i++) {
    const [red, green, blue] = data.subarray(4 * i, 4 * i + 3);
    if (channels === 1) {
      const grey = (0.299 * red + 0.587 * green + 0.114 * blue) / 255; // ITU-R BT.601, as Pillow's "L"
      values[i] = isTurned ? 1 - grey : grey;
    } else [red, green, blue].forEach((value, channel) => (values[channel * count + i] = value / 255));
  }
  return values;
}

// How light the edge is, from 0 to 1: the median of its values.
function edgeOf(canvas) {
  const values = valuesOf(canvas, 1, false),
    { width, height } = canvas;
  const edge = [...values.subarray(0, width), ...values.subarray((height - 1) * width)].sort((a, b) => a - b);
  return edge[edge.length >> 1];
}

// The page of a network that reads digits: a sheet to draw on or a photograph, ten bars, what the network receives,
// and its layers on the way.

import { EmptyDrawing, NotReproduced } from "../drawing/greyscale.js";
import { paintReceived } from "../drawing/picture_28.js";
import { DigitReader, bestOf } from "../drawing/reader.js";
import { ordinal, sentence, writeAnswer } from "../drawing/words.js";
import { readTensors } from "../safetensors.js";
import { _ } from "../texts.js";
import { offerOutputs } from "./outputs.js";
import { makeBars } from "./reader_bars.js";
import { EXAMPLES } from "./reader_examples.js";
import { Sheet } from "./reader_sheet.js";
import { takePictures } from "./reader_picture.js";
import { Tools } from "./reader_tools.js";
import { Xray } from "./reader_xray.js";
import { blob, made, openPage, pageData } from "./shell.js";

const { network, names, layers, whole } = pageData(),
  { tensors } = readTensors(blob("weights"));
const reader = new DigitReader({ layers: network.layers, tensors, whole });
const place = openPage();

const status = made("p", { className: "unseen", role: "status" });
const answer = made("p", { className: "answer", "aria-hidden": "true" });
const note = made("p", { className: "note", role: "note", "aria-live": "polite" });
const bars = makeBars(names);
const received = made("canvas", { className: "received", role: "img" });
const choice = made("div", { className: "choice", role: "group", "aria-label": _("Look into") });
const sheet = new Sheet({ moved: () => later(), ended: () => later(true) });
const pictures = takePictures(
  (picture, said) => {
    sheet.show(picture);
    tools.follow();
    said && later(true, said);
  },
  (trouble) => (note.textContent = trouble),
);
const tools = new Tools(sheet, pictures, () => later(true), whole ? [] : EXAMPLES);
const xray = new Xray(reader, layers, names);

place.append(
  made(
    "div",
    { className: "desk" },
    made("section", { className: "drawing", "aria-label": _("Drawing") }, sheet.element, tools.element),
    made("section", { className: "result", "aria-label": _("Answer") }, answer, bars.element, status),
    made(
      "section",
      { className: "input", "aria-label": _("What the network receives") },
      made("h2", {}, _("The network receives")),
      received,
      choice,
      made("p", { className: "word" }, _("28×28 pixels, the ink's centre of mass in the middle, as in MNIST.")),
    ),
  ),
  note,
  xray.element,
);

// biome-ignore lint/correctness/noUnusedVariables: `??=` reads it
let frame = null,
  chosen = 0,
  isTold = true,
  said = "";

// Read once a frame; what was read is told to a screen reader when the pen is up.
function later(isDone = false, words = "") {
  if (isDone) isTold = false;
  said = words;
  frame ??= requestAnimationFrame(() => {
    frame = null;
    read();
  });
}

function read() {
  const answers = answersTo(sheet.pixels());
  chosen = Math.min(chosen, Math.max(0, answers.length - 1));
  const one = answers[chosen] ?? null;
  sheet.box(
    answers.map(({ box, shares }) => ({ box, name: names[bestOf(shares)] })),
    chosen,
  );
  bars.draw(one?.shares ?? null);
  paintReceived(received, one?.result ?? null);
  received.setAttribute(
    "aria-label",
    one
      ? _("The picture that the network receives, 28 by 28 pixels.")
      : _("The picture that the network receives: empty."),
  );
  if (one) writeAnswer(answer, answers, names, chosen);
  else
    answer.replaceChildren(
      made("b", {}, "–"),
      made("span", {}, whole ? _("Draw on the black sheet.") : _("Draw a digit on the black sheet.")),
    );
  choose(answers.length);
  xray.draw(one?.result ?? null);
  if (!isTold && !sheet.isDown) {
    isTold = true;
    const read = answers.map(({ shares }) => names[bestOf(shares)]).join(" ");
    status.textContent = !one
      ? _("Nothing is drawn.")
      : answers.length > 1
        ? _("It reads {read}. {ordinal}: {said}", { read, ordinal: ordinal(chosen), said: sentence(one.shares, names) })
        : sentence(one.shares, names);
  }
}

function answersTo(pixels) {
  if (note.textContent !== said) note.textContent = said;
  if (!pixels) return [];
  try {
    return reader.read(pixels);
  } catch (error) {
    if (error instanceof NotReproduced) note.textContent = _("It cannot be read here: {why}.", { why: error.message });
    else if (!(error instanceof EmptyDrawing)) throw error;
    else if (sheet.picture) note.textContent = _("This picture shows no ink: nothing stands out from its paper.");
    return [];
  }
}

// Of several digits the one whose bars are shown.
function choose(count) {
  if (choice.children.length !== (count > 1 ? count : 0)) {
    choice.replaceChildren(
      ...Array.from({ length: count > 1 ? count : 0 }, (_digit, index) => {
        const button = made("button", { type: "button", className: "button" }, ordinal(index));
        button.onclick = () => {
          chosen = index;
          later(true, said);
        };
        return button;
      }),
    );
  }
  [...choice.children].forEach((button, index) => button.setAttribute("aria-pressed", String(index === chosen)));
}

offerOutputs(network, tensors);
read();

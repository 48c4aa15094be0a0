// The page of a network of sequences: a sequence to type or to press, its answer token by token, where each token
// looks, and the curves of its training.

import { makeNetwork } from "../forward.js";
import { readTensors } from "../safetensors.js";
import { largest } from "../learn/attention_answer.js";
import { AttentionPicture } from "../learn/attention_picture.js";
import { _ } from "../texts.js";
import { Curve } from "./curves.js";
import { offerOutputs } from "./outputs.js";
import { SequenceForm } from "./sequence_form.js";
import { targetOf } from "./sequence_tokens.js";
import { blob, isDark, made, openPage, pageData, whenThemeChanges } from "./shell.js";

const PACE = 800; // milliseconds for each token of an answer that is told

const data = pageData(),
  { tensors } = readTensors(blob("weights")),
  { network, answers, each, labels, task } = data;
const asked = makeNetwork(network.layers, network.shape),
  place = openPage();
const heads = data.attention.flatMap(({ layer, heads: count }) =>
  Array.from({ length: count }, (_head, head) => ({ layer, head, heads: count })),
);
const said = made("p", { className: "told", role: "status" }),
  out = made("div", { className: "out", "aria-hidden": "true" });
const box = made("div", { className: "nnlab-attention" });
let tokens = data.examples[0],
  token = 0,
  at = 0,
  timer = null;

const picture = heads.length ? new AttentionPicture(box, choose) : null;
const form = new SequenceForm(data, (typed, next) => {
  stop();
  [tokens, token] = [typed, next ?? Math.min(token, typed.length - 1)];
  draw();
});
const play = made("button", { type: "button", className: "button" }, _("Token by token"));
play.onclick = () => (timer === null ? tell() : stop());
const controls = made("div", { className: "row" }, ...(each || picture ? [play] : []));
if (heads.length > 1) controls.append(headChoice());
const curves = Object.entries(data.curves).map(([what, parts]) => new Curve(what, parts, data.last));
place.append(
  made(
    "div",
    { className: "sequence" },
    form.element,
    made("div", { className: "answered" }, out, said),
    controls,
    ...(picture ? [box] : []),
    made("div", { className: "curves" }, ...curves.map(({ element }) => element)),
  ),
);

function headChoice() {
  const select = made(
    "select",
    {},
    ...heads.map(({ layer, head }, i) =>
      made("option", { value: i }, _("layer {layer}, head {head}", { layer: layer + 1, head: head + 1 })),
    ),
  );
  select.onchange = () => {
    at = Number(select.value);
    draw();
  };
  return made("label", {}, _("Head"), " ", select);
}

function choose(row) {
  stop();
  token = row;
  draw();
}

// From the first token to the last, one after another.
function tell() {
  token = -1;
  const next = () => {
    token += 1;
    draw();
    timer = token < tokens.length - 1 ? setTimeout(next, PACE) : null;
    sayPlay();
  };
  next();
}

function stop() {
  clearTimeout(timer);
  timer = null;
  sayPlay();
}

function sayPlay() {
  play.textContent = timer === null ? _("Token by token") : _("Stop");
}

function draw() {
  asked.forward(tensors, Float32Array.from(tokens), 1, { keep: true });
  const logits = asked.outputs().map(([value]) => value),
    count = answers.length,
    target = targetOf(task, tokens);
  const places = each ? tokens.length : 1;
  const given = Array.from({ length: places }, (_place, i) => largest(logits.slice(i * count, (i + 1) * count)));
  out.replaceChildren(
    ...given.map((answer, i) => {
      const isShown = timer === null || !each || i <= token,
        isRight = answer === target[i];
      const className = `${isShown ? (isRight ? "right" : "wrong") : "waits"}${each && i === token ? " at" : ""}`;
      return made("span", { className }, isShown ? answers[answer] : "·");
    }),
  );
  const wrong = given.filter((answer, i) => answer !== target[i]).length;
  const words = {
    given: given.map((answer) => answers[answer]).join(" "),
    right: target.map((answer) => answers[answer]).join(" "),
    wrong,
  };
  const whole =
    wrong === 0
      ? _("The network answers {given}: right.", words)
      : _("The network answers {given}; right is {right}.", words);
  if (timer === null && said.textContent !== whole) said.textContent = whole;
  form.show(tokens, token);
  if (!picture) return;
  const { layer, head, heads: all } = heads[at],
    colours = isDark() ? data.dark : data.light;
  picture.hear({ tokens, labels, answers, target, each, layer, head, heads: all, ...colours });
  picture.paint(asked, Math.max(0, token));
  box.setAttribute("aria-label", _("Where each token looks"));
}

whenThemeChanges(draw);
draw();
curves.forEach((curve) => curve.mark(data.last));
offerOutputs(network, tensors);

// The network that was chosen in a sweep: its values and figures beside those of the best, and how to get it again.

import { full, metricName, reasonName } from "../sweep/looks.js";
import { _ } from "../texts.js";
import { copied, made } from "./shell.js";
import { changed, commandOf, linkOf } from "./sweep_link.js";

const FILE = "experiment.json";

export class Chosen {
  element = made("section", { className: "chosen" });
  net = 0;

  constructor(data) {
    this.data = data;
    this.element.setAttribute("aria-live", "polite");
  }

  /** Tell of the network that was picked last, else of the best. */
  show(room) {
    const net = room.pick.at(-1) ?? room.large.shown()[0] ?? 0,
      best = room.figures.ranks(room.metric, room.of).indexOf(1);
    const key = [net, best, room.metric, room.of].join(" ");
    if (key === this.key || !room.scene.places.length) return;
    [this.key, this.net] = [key, net];
    const parts = [made("h2", {}, _("Network {net}", { net })), this.#table(room, net, best), ...this.#ways(net)];
    this.element.replaceChildren(...parts);
  }

  #table(room, net, best) {
    const { scene, figures } = room,
      isBest = net === best || best < 0,
      shown = isBest ? [net] : [net, best];
    const rows = scene.axes.map((axis, i) => [axis.name, ...shown.map((one) => axis.values[scene.places[one][i]])]);
    for (const metric of scene.metrics) {
      rows.push([metricName(metric), ...shown.map((one) => full(figures.figures(metric, room.of)[one], metric))]);
    }
    rows.push([_("steps"), ...shown.map((one) => figures.steps[one].toLocaleString("en"))]);
    rows.push([_("state"), ...shown.map((one) => reasonName(figures.reasons[one]) || "–")]);
    const heads = isBest
      ? ["", best < 0 ? _("this") : _("this, the best by {metric}", { metric: metricName(room.metric) })]
      : ["", _("this"), _("the best, network {best}", { best })];
    const body = rows.map(([name, ...texts]) =>
      made(
        "tr",
        {},
        made("th", { scope: "row" }, name),
        ...texts.map((text) => made("td", { className: texts[0] !== texts.at(-1) ? "differs" : "" }, text)),
      ),
    );
    const head = made("tr", {}, ...heads.map((text) => made("th", { scope: "col" }, text)));
    return made("table", {}, made("thead", {}, head), made("tbody", {}, ...body));
  }

  #ways(net) {
    const { data } = this,
      changes = data.changes[net],
      run = data.runs?.[net];
    const line = commandOf(data.recipe ?? FILE, changes);
    const field = copied("", _("Link"));
    this.#link(field.querySelector("input"), net, changes);
    const parts = [
      made("h3", {}, _("Train it alone")),
      made(
        "p",
        { className: "word" },
        data.recipe
          ? _("On any machine with nnlab:")
          : _("On any machine with nnlab, with the experiment below as {file}:", { file: FILE }),
      ),
      copied(line, _("Command")),
    ];
    if (!data.recipe) parts.push(this.#experiment());
    if (data.runs)
      parts.push(
        made("p", { className: "word" }, run ? _("It is the run {run} of the lab that searched.", { run }) : ""),
      );
    else {
      parts.push(
        made("p", { className: "word" }, _("Where this sweep was trained, its script in plain PyTorch:")),
        copied(
          ["python", "-m", "nnlab", "export", data.run, "--net", net, "--format", "script-module"].join(" "),
          _("Command"),
        ),
      );
    }
    parts.push(
      made("h3", {}, _("Its link")),
      made("p", { className: "word" }, _("It opens this network's experiment in a lab.")),
      field,
      made("p", { className: "last" }, data.weightsWord),
    );
    return parts;
  }

  #experiment() {
    const text = JSON.stringify(this.data.base, null, 1);
    return made(
      "details",
      {},
      made("summary", {}, FILE),
      made("pre", { tabIndex: 0 }, text),
      copied(text.replaceAll(/\n */g, " "), FILE),
    );
  }

  async #link(input, net, changes) {
    const { complete, lab } = this.data,
      link = await linkOf(changed(complete, changes));
    if (this.net === net) input.value = `${lab}?x=${encodeURIComponent(link)}`;
  }
}

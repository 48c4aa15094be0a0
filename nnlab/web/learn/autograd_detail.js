// What is known of one box of a graph, to the last digit, and what can be done with it.

import { _ } from "../texts.js";
import { gradAt } from "./autograd_picture.js";

const made = (name, text, parent) => {
  const element = parent.appendChild(document.createElement(name));
  element.textContent = text;
  return element;
};

/** @param {HTMLElement} place
 * @param {?object} box of `picture_of`; null: none
 * @param {{step: number, act: (what: object) => void}} at */
export function showDetail(place, box, { step, act }) {
  const had = place.contains(document.activeElement) ? document.activeElement.name : null;
  place.replaceChildren();
  if (!box) return;
  const head = place.appendChild(document.createElement("p"));
  made("code", box.code, head);
  made("span", kindOf(box), head);
  const actions = head.appendChild(document.createElement("span"));
  if (box.mayRequire) {
    const button = made("button", `requires_grad=${box.requires ? "True" : "False"}`, actions);
    button.name = "require";
    button.setAttribute(
      "aria-label",
      _("requires_grad of {name}, now {value}: change", { name: box.label, value: box.requires ? "True" : "False" }),
    );
    button.onclick = () => act({ kind: "require", at: box.at });
  }
  if (box.opens) {
    const button = made("button", box.opened ? _("Fold") : _("Open"), actions);
    button.name = "open";
    button.onclick = () => act({ kind: "open", at: box.at });
  }
  const list = place.appendChild(document.createElement("dl"));
  const row = (name, text) => {
    made("dt", name, list);
    made("dd", text, list);
  };
  if (box.shape) row(_("shape"), box.shape);
  row(_("value"), box.appears <= step ? box.full : _("not computed yet"));
  const grad = gradAt(box, step);
  row("grad", grad ? grad.full : "None");
  if (grad?.sum) row(box.before === null ? _("sum of its ways") : _("before + its ways"), grad.sumFull);
  row("grad_fn", box.fn ?? "None");
  if (had) place.querySelector(`[name=${had}]`)?.focus();
}

function kindOf(box) {
  if (box.made && box.leaf) return _("computed without a graph: is_leaf True, nothing leads back");
  if (!box.leaf) return _("computed: is_leaf False, and .grad is kept only after retain_grad()");
  return box.requires ? _("a leaf: backward() adds to its .grad") : _("a leaf that asks for no gradient");
}

// What every exported page shares: its data, its head, light and dark, and what is said about its run.
//
// A page is one file: its values stand in it as JSON, its bytes as base64, and nothing is fetched.

import { bytesOf } from "../payload.js";
import { copyField } from "../copy.js";
import { formatted } from "../format.js";
import { _ } from "../texts.js";

let data = null;

/** The values that the file holds; what `about` of nnlab/export/html/about.py says is among them. */
export function pageData() {
  data ??= JSON.parse(document.getElementById("data").textContent);
  return data;
}

/** The bytes of a blob that the file holds.
 * @throws {Error} it holds none of that name */
export function blob(name) {
  const element = document.getElementById(`blob-${name}`);
  if (!element) throw new Error(_("This file holds no {name}.", { name }));
  return bytesOf(element.textContent);
}

/** Draw the head of the page and what is said about its run; between them is the page's own place.
 * @param {boolean} hasAbout false: nothing is said about the run but in the head
 * @returns {HTMLElement} the empty place */
export function openPage(hasAbout = true) {
  const page = document.getElementById("page"),
    place = made("div", { className: "place" });
  page.replaceChildren(head(hasAbout), place, ...(hasAbout ? [about()] : []));
  return place;
}

/** Say instead of a picture, or above one, what a person should know.
 * @param {HTMLElement} place before whose content it stands */
export function warn(place, text) {
  place.prepend(made("p", { className: "warning", role: "note" }, text));
}

/** An element with properties or attributes, and children or texts in it. */
export function made(kind, values = {}, ...children) {
  const element = document.createElement(kind);
  for (const [name, value] of Object.entries(values)) {
    if (name in element) element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// Light and dark ------------------------------------------------------------------------------------

const night = matchMedia("(prefers-color-scheme: dark)"),
  listeners = new Set();

/** Whether the page is dark now. */
export function isDark() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "dark" : night.matches;
}

/** A colour of the page's style as it is now: `ink`, `quiet`, `faint`, `paper`, `blue` … */
export function colour(name) {
  const probe = made("i", { hidden: true });
  probe.style.color = `var(--${name})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

/** How much larger than usual the letters of the page are, on a projector say: canvases follow. */
export const zoom = () => parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;

/** Call a listener whenever the page turns dark or light. */
export function whenThemeChanges(listener) {
  listeners.add(listener);
}

const tell = () => listeners.forEach((listener) => listener(isDark()));

function themeSwitch() {
  const button = made("button", { type: "button" });
  const say = () => (button.textContent = isDark() ? _("Light") : _("Dark"));
  button.onclick = () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    tell();
  };
  night.addEventListener("change", tell);
  whenThemeChanges(say);
  say();
  return button;
}

// Within a frame the page around it says which: a frame of another origin cannot see that itself.
addEventListener("message", ({ data: said, source }) => {
  if (source === parent && parent !== window && typeof said?.nnlabDark === "boolean") {
    document.documentElement.dataset.theme = said.nnlabDark ? "dark" : "light";
    tell();
  }
});

// The head and the foot -----------------------------------------------------------------------------

function head(hasAbout) {
  const { title, status } = pageData();
  const link = hasAbout ? [made("a", { href: "#about" }, _("About"))] : [];
  return made(
    "header",
    { className: "head" },
    made("h1", {}, title),
    made("p", { className: "status" }, status ?? ""),
    made("nav", { className: "aside", "aria-label": _("This page") }, ...link, themeSwitch()),
  );
}

function about() {
  const { figures, experiment, layers, code, codeWord, link, linkWord, made: by } = pageData();
  const section = made("section", { className: "about", id: "about" }, made("h2", {}, _("About this run")));
  const groups = made("div", { className: "groups" });
  if (figures?.length) groups.append(group(_("Figures"), figures, true));
  for (const [title, lines] of experiment ?? []) groups.append(group(title, lines));
  section.append(groups);
  if (layers?.length) section.append(made("h3", {}, _("Network")), layerTable(layers));
  if (codeWord) section.append(made("h3", {}, _("Code")), made("p", { className: "word" }, codeWord));
  if (code) section.append(codeFold(code));
  if (link) section.append(made("h3", {}, _("Link")), made("p", { className: "word" }, linkWord), copied(link));
  const size = fileSize(Number(document.body.dataset.bytes));
  const said = _("This page is one file of {size}: it works without a network and asks for nothing. Made with {by}.", {
    size,
    by,
  });
  section.append(made("p", { className: "last" }, said));
  return section;
}

function group(title, lines, areNumbers = false) {
  const rows = lines.map(([name, text, value]) => {
    const cell = made("td", areNumbers ? { className: "number" } : {}, text);
    if (typeof value === "number") cell.title = String(value);
    return made("tr", {}, made("th", { scope: "row" }, name), cell);
  });
  return made("div", {}, made("h3", {}, title), made("table", {}, made("tbody", {}, ...rows)));
}

function layerTable(layers) {
  const rows = layers.map(([name, shape, count]) =>
    made(
      "tr",
      {},
      made("th", { scope: "row" }, name),
      made("td", { className: "number" }, shape),
      made("td", { className: "number" }, count),
    ),
  );
  const names = [
    ["", _("layer")],
    ["number", _("gives")],
    ["number", _("parameters")],
  ];
  const heads = names.map(([className, name]) => made("th", { scope: "col", className }, name));
  return made(
    "table",
    { className: "layers" },
    made("thead", {}, made("tr", {}, ...heads)),
    made("tbody", {}, ...rows),
  );
}

/** A text in a field with a button that copies it. */
export function copied(text, name = _("Link")) {
  const field = made("input", { value: text, readOnly: true, "aria-label": name });
  field.onfocus = () => field.select();
  return made("div", { className: "copied" }, field, copyButton(field));
}

function codeFold(code) {
  // A hidden field would not be selected: it stands beyond the edge.
  const field = made("textarea", { value: code, readOnly: true, tabIndex: -1, "aria-hidden": "true" });
  Object.assign(field.style, { position: "absolute", left: "-99rem", width: "1px", height: "1px" });
  const box = made("div", { className: "code" }, made("pre", { tabIndex: 0 }, code), field, copyButton(field));
  return made("details", {}, made("summary", {}, _("Show the script")), box);
}

function copyButton(field) {
  const button = made("button", { type: "button", className: "button" }, _("Copy"));
  button.onclick = async () => {
    button.textContent = (await copyField(field)) ? _("Copied") : _("Press Ctrl+C");
    setTimeout(() => (button.textContent = _("Copy")), 2000);
  };
  return button;
}

/** `812 B`, `14.2 kB`, `3.1 MB` (of 1000). */
export function fileSize(bytes) {
  if (bytes < 1e3) return _("{n} B", { n: bytes });
  if (bytes < 1e6) return _("{n} kB", { n: formatted(bytes / 1e3, ".1f") });
  return _("{n} MB", { n: formatted(bytes / 1e6, ".1f") });
}

// Draws plotly figures and keeps each plot from frame to frame: what a person points at stays.

import { followRun } from "../curve_view.js";
import { drawOver } from "../fit_view.js";
import { enlargement, larger } from "../larger.js";
import { unpacked } from "../payload.js";
import { paintBeneath } from "../plane_view.js";
import { stage } from "../stage.js";
import { pointAt } from "../words.js";

const CONFIG = { displayModeBar: false, responsive: true };

const library = import("../plotly.min.js").then(() => window.Plotly);

// Parts that stay ------------------------------------------------------------------------------

// What the server sent of each chart, by name: after a while it sends the names alone. This outlives
// a plot that the page makes anew.
export const held = new Map();
const ASK_AGAIN = 1500; // milliseconds without an answer: a page that begins anew may lose a request

// The figure that is told of, null where a part of it was named that is not here. Plotly writes into
// what it draws, so it gets copies.
function whole({ key, parts }) {
  const figure = {};
  for (const [part, [name, what]] of Object.entries(parts)) {
    const place = `${key} ${part}`;
    if (what !== undefined) held.set(place, { name, what });
    figure[part] = held.get(place)?.name === name ? structuredClone(held.get(place).what) : null;
  }
  const { data, layout, images } = figure;
  return data && layout && images && { data, layout: { ...layout, images } };
}

// Until the answer is here the plot stays as it was.
function ask(plot) {
  plot.lack("lacks", true);
  plot.asking ??= setInterval(() => (plot.isConnected ? ask(plot) : askNoMore(plot)), ASK_AGAIN);
}

function askNoMore(plot) {
  clearInterval(plot.asking);
  plot.asking = undefined;
}

// A square plane needs no more height than the page is wide: on a phone there would be a gap.
function fitted(layout, width) {
  if (!layout.yaxis?.scaleanchor || !width) return layout;
  const { l, r, t, b } = layout.margin;
  return { ...layout, height: Math.min(layout.height, width - l - r + t + b) };
}

// The page's style may give the plot another height: plotly fills what is there, and follows it.
const filling = ({ height, ...layout }) => ({ ...layout, autosize: true });

// Plotly follows the window alone; the room of a chart changes with a presentation, too.
function fill(plot, Plotly) {
  if (plot.room) return;
  let size = `${plot.clientWidth} ${plot.clientHeight}`;
  plot.room = new ResizeObserver(() => {
    const now = `${plot.clientWidth} ${plot.clientHeight}`;
    if (now === size || !plot.clientWidth || !plot.clientHeight) return;
    size = now;
    if (plot.zoom !== enlargement()) plot.again();
    Plotly.Plots.resize(plot)?.then(() => stage.redraw());
  });
  plot.room.observe(plot);
}

// Clicks ---------------------------------------------------------------------------------------

// Plotly says nothing of clicks beside its points, and while a button is down it lays a cover over
// the page: so a click is where a pointer went down on the plot and came up again. A finger that
// scrolls is none: its pointer is taken away.
const STILL = 8; // pixels that a hand may tremble
const REACH = { mouse: 10, pen: 14, touch: 22 }; // pixels around a click that it means

// For each chart the number of its newest click, the clicks that the server has not answered, and
// the way there: they outlive a plot that the page makes anew.
const told = new Map();

function listen(plot, key) {
  if (plot.listens) return;
  plot.listens = true;
  if (!told.has(key)) told.set(key, { number: 0, unheard: [] });
  plot.clicks = told.get(key);
  plot.addEventListener(
    "pointerdown",
    (down) => {
      if (!plot.send || !down.isPrimary || down.button) return;
      const place = placeOf(plot, down); // before a frame can take the plot away
      const over = new AbortController();
      const options = { capture: true, signal: over.signal };
      window.addEventListener("pointercancel", () => over.abort(), options);
      window.addEventListener(
        "pointerup",
        (up) => {
          over.abort();
          const far = Math.hypot(up.clientX - down.clientX, up.clientY - down.clientY);
          if (place && far < STILL) tell(plot, place);
        },
        options,
      );
    },
    true,
  );
}

// In the numbers of the axes, and how far the click reaches in them; null beside the plane.
function placeOf(plot, event) {
  const { xaxis, yaxis } = plot._fullLayout;
  const box = plot.querySelector(".svg-container").getBoundingClientRect();
  const across = (event.clientX - box.left - xaxis._offset) / xaxis._length;
  const up = 1 - (event.clientY - box.top - yaxis._offset) / yaxis._length;
  if (Math.min(across, up) < 0 || Math.max(across, up) > 1) return null;
  const reach = REACH[event.pointerType] ?? REACH.mouse;
  const [wide, tall] = [xaxis, yaxis].map(({ range }) => range[1] - range[0]);
  return [
    xaxis.range[0] + across * wide,
    yaxis.range[0] + up * tall,
    Math.abs((reach * wide) / xaxis._length),
    Math.abs((reach * tall) / yaxis._length),
  ];
}

// All clicks that the server has not answered yet go out together: however quickly they come, and
// whichever of the messages it gets to see, none is lost. A number tells them apart.
function tell(plot, place) {
  const { clicks } = plot;
  clicks.number = Math.max(clicks.number, plot.heard) + 1;
  clicks.unheard.push([clicks.number, ...place]);
  mark(plot, place);
  clicks.send?.("clicks", [...clicks.unheard]);
}

// A ring where the click was, until the answer is drawn: the hand sees at once that it counts.
function mark(plot, [x, y]) {
  const { xaxis, yaxis } = plot._fullLayout;
  const ring = document.createElement("i");
  ring.className = "nnlab-unheard";
  ring.dataset.number = plot.clicks.number;
  const across = (x - xaxis.range[0]) / (xaxis.range[1] - xaxis.range[0]);
  const up = (y - yaxis.range[0]) / (yaxis.range[1] - yaxis.range[0]);
  ring.style.left = `${xaxis._offset + across * xaxis._length}px`;
  ring.style.top = `${yaxis._offset + (1 - up) * yaxis._length}px`;
  plot.append(ring);
}

function unmark(plot, heard) {
  for (const ring of plot.querySelectorAll(".nnlab-unheard")) {
    if (!(Number(ring.dataset.number) > heard)) ring.remove();
  }
}

// Where the pointer is ---------------------------------------------------------------------------

const RESTS = 300; // milliseconds that the pointer stands still until PyTorch is asked

// The browser answers at once for the place that is pointed at; PyTorch's own digits follow.
function follow(plot) {
  if (plot.follows) return;
  plot.follows = true;
  plot.addEventListener("pointermove", (event) => {
    const place = plot._fullLayout?.xaxis ? placeOf(plot, event) : null;
    look(plot, place && place.slice(0, 2));
  });
  plot.addEventListener("pointerleave", () => look(plot, null));
}

function look(plot, place) {
  if (String(place) === String(plot.looksAt ?? null)) return;
  plot.looksAt = place;
  pointAt(place);
  clearTimeout(plot.looking);
  plot.looking = setTimeout(() => {
    if (String(plot.looksAt) === String(plot.told ?? null)) return;
    plot.told = plot.looksAt;
    plot.point?.("pointer", plot.looksAt);
  }, RESTS);
}

// Pictures of points -----------------------------------------------------------------------------

const SHOWN = 112; // pixels of the page
const BETWEEN = 4; // pixels between two pictures of a sheet

// Shows the picture of the point that is pointed at, cut from a sheet that is on the page already.
function show(plot, { points: [point], event }) {
  const { container, columns, side } = plot.sprite ?? {};
  const sheet = container && document.querySelector(`.st-key-${container} img`);
  if (!sheet || point.customdata === undefined) return;
  plot.glass ??= plot.appendChild(document.createElement("div"));
  const scale = SHOWN / side;
  const step = (side + BETWEEN) * scale;
  const box = plot.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  Object.assign(plot.glass.style, {
    display: "block",
    left: `${x + (x > box.width / 2 ? -SHOWN - 16 : 16)}px`,
    top: `${Math.max(0, y - SHOWN - 8)}px`,
    width: `${SHOWN}px`,
    height: `${SHOWN}px`,
    backgroundImage: `url("${sheet.src}")`,
    backgroundSize: `${sheet.naturalWidth * scale}px ${sheet.naturalHeight * scale}px`,
    backgroundPosition: `-${(point.customdata % columns) * step}px -${Math.floor(point.customdata / columns) * step}px`,
  });
  plot.glass.className = "nnlab-glass";
}

function hide(plot) {
  if (plot.glass) plot.glass.style.display = "none";
}

export async function draw({ data, parentElement, setStateValue, setTriggerValue }) {
  const plot = parentElement.querySelector(".nnlab-chart");
  plot.newest = data;
  plot.lack = setTriggerValue;
  const [Plotly, told] = await Promise.all([library, unpacked(data)]);
  const drawn = whole(told);
  // While the library was on its way, newer frames may have come.
  if (plot.newest !== data || !plot.isConnected) return;
  if (!drawn) {
    if (!plot.asking) ask(plot);
    return;
  }
  askNoMore(plot);
  const figure = { ...told, ...drawn };
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", figure.alt);
  plot.style.height = `${fitted(figure.layout, parentElement.clientWidth).height}px`;
  plot.classList.toggle("clickable", figure.heard !== undefined);
  plot.send = figure.heard === undefined ? null : setStateValue;
  if (plot.send) listen(plot, figure.key);
  plot.point = figure.follows ? setStateValue : null;
  if (plot.point) follow(plot);
  plot.heard = figure.heard;
  if (plot.clicks) {
    plot.clicks.send = plot.send;
    plot.clicks.unheard = plot.clicks.unheard.filter(([number]) => number > figure.heard);
  }
  plot.sprite = figure.sprite;
  const react = (data, layout) => {
    plot.again = () => react(data, layout);
    plot.zoom = enlargement();
    return Plotly.react(plot, data, filling(larger(layout, plot.zoom)), CONFIG);
  };
  const newest = followRun(plot, figure, figure.live, react);
  plot.drawn = react(newest.data, newest.layout);
  fill(plot, Plotly);
  paintBeneath(plot, figure.beneath);
  drawOver(plot, figure.over);
  if (plot.sprite && !plot.shows) {
    plot.shows = true;
    await plot.drawn;
    plot.on("plotly_hover", (event) => show(plot, event));
    plot.on("plotly_unhover", () => hide(plot));
  }
  if (plot.listens) unmark(plot, figure.heard);
}

// A plot that is purged while plotly still draws it fails in plotly's own later steps; one that
// plotly was never asked to draw has nothing to purge.
export async function drop({ parentElement }) {
  const plot = parentElement.querySelector(".nnlab-chart");
  await plot?.drawn;
  if (plot?.drawn && !plot.isConnected) window.Plotly.purge(plot);
}

// The layers of a network as pictures that can be pointed at, by mouse, finger or arrow keys.

import { corner, moved, placeAt } from "../layer_places.js";

function build() {
  const section = document.createElement("section");
  section.innerHTML = "<h6></h6><p></p><div tabindex='0' role='img'><img alt='' draggable='false'><u></u></div>";
  return section;
}

function mark(section, layer, at) {
  const box = section.querySelector("u");
  box.hidden = !at || at.layer !== layer.index;
  if (box.hidden) return;
  const { x, y } = corner(layer, at.unit);
  const percent = (value, whole) => `${(100 * value) / whole}%`;
  box.style.left = percent(x + at.column * layer.zoom, layer.width);
  box.style.top = percent(y + at.row * layer.zoom, layer.height);
  box.style.width = percent(layer.zoom, layer.width);
  box.style.height = percent(layer.zoom, layer.height);
}

export function draw({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".nnlab-xray");
  while (root.children.length > data.layers.length) root.lastChild.remove();
  while (root.children.length < data.layers.length) root.append(build());
  let at = data.at;
  const sections = [...root.children];
  const point = (place) => {
    at = place;
    sections.forEach((section, i) => mark(section, data.layers[i], at));
    setTriggerValue("at", place);
  };
  data.layers.forEach((layer, i) => {
    const [title, text, sheet] = sections[i].children;
    const image = sheet.querySelector("img");
    if (title.textContent !== layer.name) title.textContent = layer.name;
    if (text.textContent !== layer.text) text.textContent = layer.text;
    if (image.src !== layer.png) image.src = layer.png;
    sheet.style.width = `${layer.shown}px`;
    sheet.style.aspectRatio = `${layer.width} / ${layer.height}`;
    sheet.setAttribute("aria-label", layer.alt);
    mark(sections[i], layer, at);
    sheet.onclick = (event) => {
      const box = image.getBoundingClientRect();
      const x = (event.clientX - box.left) / box.width;
      const place = placeAt(layer, x, (event.clientY - box.top) / box.height);
      if (place) point(place);
    };
    sheet.onkeydown = (event) => {
      const here = at?.layer === layer.index ? at : { layer: layer.index, unit: 0, row: 0, column: 0 };
      const place = moved(layer, here, event.key);
      if (!place) return;
      event.preventDefault();
      point(place);
    };
  });
}

export function drop() {}

// The layers of a network as pictures that can be pointed at, by mouse, finger or arrow keys.

// Where a map or a unit begins in its sheet, in pixels of the sheet.
function corner(layer, unit) {
  const wide = layer.wide * layer.zoom + layer.gap;
  const high = layer.high * layer.zoom + layer.gap;
  return { x: (unit % layer.columns) * wide, y: Math.floor(unit / layer.columns) * high };
}

// The value at a share of the sheet's width and height; none where there is no map.
function placeAt(layer, x, y) {
  const wide = layer.wide * layer.zoom + layer.gap;
  const high = layer.high * layer.zoom + layer.gap;
  const across = Math.floor((x * layer.width) / wide);
  const down = Math.floor((y * layer.height) / high);
  const unit = down * layer.columns + across;
  if (across < 0 || across >= layer.columns || unit < 0 || unit >= layer.count) return null;
  const inside = (at, size) => Math.min(size - 1, Math.max(0, Math.floor(at / layer.zoom)));
  return {
    layer: layer.index,
    unit,
    row: inside(y * layer.height - down * high, layer.high),
    column: inside(x * layer.width - across * wide, layer.wide),
  };
}

// One step of an arrow key: within a map from value to value, along units from unit to unit.
function moved(layer, at, key) {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[key];
  if (!step) return null;
  if (layer.high * layer.wide === 1) {
    const unit = at.unit + step[0] * layer.columns + step[1];
    return unit >= 0 && unit < layer.count ? { ...at, unit } : at;
  }
  let { unit, row, column } = { ...at, row: at.row + step[0], column: at.column + step[1] };
  // Over the edge of a map lies the next one.
  if (column < 0 && unit > 0) [unit, column] = [unit - 1, layer.wide - 1];
  if (column >= layer.wide && unit < layer.count - 1) [unit, column] = [unit + 1, 0];
  row = Math.min(layer.high - 1, Math.max(0, row));
  column = Math.min(layer.wide - 1, Math.max(0, column));
  return { ...at, unit, row, column };
}

function build() {
  const section = document.createElement("section");
  section.innerHTML =
    "<h6></h6><p></p><div tabindex='0' role='img'><img alt='' draggable='false'><u></u></div>";
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

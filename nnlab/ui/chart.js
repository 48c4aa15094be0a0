// Draws plotly figures and keeps each plot from frame to frame: what a person points at stays.
// Fetched once a page as text, and run as the body of a function: `nnlab/ui/chart.py` says why.

const CONFIG = { displayModeBar: false, responsive: true };

function run(address) {
  return fetch(address).then((answer) => {
    if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
    return answer.text().then((code) => new Function(code).call(window));
  });
}

const library = run(LIBRARY).then(() => window.Plotly);

// A figure comes as deflated JSON: a frame is drawn eight times a second.
function unpacked(bytes) {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).json();
}

// A square plane needs no more height than the page is wide: on a phone there would be a gap.
function fitted(layout, width) {
  if (!layout.yaxis?.scaleanchor || !width) return layout;
  const { l, r, t, b } = layout.margin;
  return { ...layout, height: Math.min(layout.height, width - l - r + t + b) };
}

async function draw({ data, parentElement }) {
  const plot = parentElement.querySelector(".nnlab-chart");
  plot.newest = data;
  const [Plotly, figure] = await Promise.all([library, unpacked(data)]);
  // While the library was on its way, newer frames may have come.
  if (plot.newest !== data || !plot.isConnected) return;
  const layout = fitted(figure.layout, parentElement.clientWidth);
  plot.setAttribute("role", "img");
  plot.setAttribute("aria-label", figure.alt);
  plot.style.height = `${layout.height}px`;
  plot.drawn = Plotly.react(plot, figure.data, layout, CONFIG);
}

// A plot that is purged while plotly still draws it fails in plotly's own later steps; one that
// plotly was never asked to draw has nothing to purge.
async function drop({ parentElement }) {
  const plot = parentElement.querySelector(".nnlab-chart");
  await plot?.drawn;
  if (plot?.drawn && !plot.isConnected) window.Plotly.purge(plot);
}

return { draw, drop };

// The curves of a chart while a run trains: the same figure, with what the wire has brought since.

import { curvesOf } from "./series.js";
import { stage } from "./stage.js";

const EVERY = 100; // milliseconds from one drawing to the next, at least
const SHARE = 0.15; // of the time at most is spent on drawing one chart

/** Let a chart follow the run; called whenever the page has sent its figure.
 *
 * @param {HTMLElement} plot a plotly chart
 * @param {{data: object[], layout: object}} figure
 * @param {object | undefined} live see `curvesOf`; and `layout`, to be taken once there is a curve, where
 *   the page's own is that of an empty chart
 * @param {(data: object[], layout: object) => Promise<void>} react draws
 * @returns {{data: object[], layout: object}} the figure with the newest curves
 */
export function followRun(plot, figure, live, react) {
  if (!live) {
    plot.following = null;
    return figure;
  }
  const following = (plot.following ??= new CurveView(plot));
  stage.listeners.add(following);
  Object.assign(following, { figure, live, react });
  return following.newest();
}

class CurveView {
  constructor(plot) {
    this.element = plot;
    this.wait = EVERY;
  }

  hear({ newEvents }) {
    if (this.element.following !== this || !newEvents?.length) return;
    this.timer ??= setTimeout(async () => {
      this.timer = null;
      if (!this.element.isConnected || this.element.following !== this) return;
      const began = performance.now(),
        { data, layout } = this.newest();
      await this.react(data, layout);
      this.wait = Math.max(EVERY, (performance.now() - began) / SHARE);
    }, this.wait);
  }

  newest() {
    const { figure, live } = this;
    if (live.run !== stage.run || !stage.history.started) return figure;
    const curves = curvesOf(stage.history, live);
    const count = Math.max(...Object.values(curves).map(([x]) => x.length));
    if (!count) return figure;
    const data = figure.data.map((trace) => {
      if (!curves[trace.meta]) return trace;
      const [x, y] = curves[trace.meta];
      return { ...trace, x, y, mode: y.length === 1 ? "markers" : "lines" };
    });
    return { data, layout: live.layout ?? figure.layout };
  }
}

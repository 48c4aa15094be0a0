// What a page says of a sweep, read.

import { bytesOf } from "../payload.js";
import { readTensors } from "../safetensors.js";

const floats = (text) => new Float64Array(bytesOf(text).buffer);
const singles = (text) => new Float32Array(bytesOf(text).buffer);

/** A scene as its views take it: what came as base64 as arrays. Weights that came before are not read again.
 *
 * @param {object} data as `packed` of nnlab/scene/sweep_shown.py writes it
 * @param {object} [before] the data of `scene`
 * @param {object} [scene] what was read last
 */
export function readScene(data, before, scene) {
  const figures = Object.fromEntries(
    Object.entries(data.figures).map(([metric, values]) => [
      metric,
      { last: floats(values.last), best: floats(values.best) },
    ]),
  );
  const count = data.places.length;
  const curves = Object.fromEntries(
    Object.entries(data.curves).map(([metric, { steps, values }]) => {
      const all = singles(values);
      return [metric, { steps, rows: steps.map((_step, i) => all.subarray(i * count, (i + 1) * count)) }];
    }),
  );
  const points = data.points.map(({ x, y, validation }) => ({
    x: singles(x),
    y: singles(y),
    validation: bytesOf(validation),
  }));
  const isSame = data.weights && data.weights === before?.weights && scene?.weights;
  const weights = isSame ? scene.weights : data.weights ? readTensors(bytesOf(data.weights)) : null;
  return { ...data, figures, curves, points, weights };
}

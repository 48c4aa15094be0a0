// What the tests of networks run in the browser: numbers go in and come out as base64.

import { makeNetwork } from "/web/forward.js";
import { readTensors } from "/web/safetensors.js";

export function bytesOf(base64) {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}

export function base64Of({ buffer, byteOffset, byteLength }) {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength),
    parts = [];
  for (let i = 0; i < bytes.length; i += 4096) parts.push(String.fromCharCode(...bytes.subarray(i, i + 4096)));
  return btoa(parts.join(""));
}

/** Evaluate networks: of each its inputs and every layer's output, [units × n] one behind the other, and the
 * outputs of a second network that keeps nothing, [n × outputs].
 * @param {{layers: object[], shape: number[], n: number, x: string, weights: string}[]} cases
 */
export function evaluateAll(cases) {
  return cases.map(({ layers, shape, n, x, weights }) => {
    const { tensors } = readTensors(bytesOf(weights)),
      inputs = new Float32Array(bytesOf(x).buffer);
    const network = makeNetwork(layers, shape);
    network.forward(tensors, inputs, n, { keep: true });
    const kept = [shape, ...network.shapes].flatMap((of, index) => {
      const units = of.reduce((product, size) => product * size, 1);
      return Array.from({ length: units }, (_unit, unit) => network.unit(index - 1, unit));
    });
    const whole = new Float32Array(kept.length * n);
    kept.forEach((values, index) => whole.set(values, index * n));
    return { kept: base64Of(whole), rows: base64Of(makeNetwork(layers, shape).forward(tensors, inputs, n)) };
  });
}

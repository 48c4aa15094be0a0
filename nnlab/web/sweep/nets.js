// The nets of a sweep, evaluated: each row of the stacked weights as a network of its own.

import { makeNetwork } from "../forward.js";

const NAMED = ["train_loss", "train_accuracy", "val_loss", "val_accuracy", "steps", "ended"];
const WHOLE = 60_000; // bytes: what is surely sent whole (docs/wire.md: 64 kB, with its header)
const MOST_NAMES = 64,
  MOST_BYTES = 1_000_000;

export class Nets {
  /**
   * @param {{nets: number[], layers: object[]}[]} stacks
   * @param {number[]} shape of one input
   * @param {number} count of all nets
   */
  constructor(stacks, shape, count) {
    this.shape = shape;
    this.count = count;
    this.stacks = stacks.map(({ nets, layers }) => ({ nets, layers, networks: new Map(), views: [] }));
    this.place = Array(count).fill(null); // of each net: its stack and its row there
    this.stacks.forEach(({ nets }, stack) => nets.forEach((net, row) => (this.place[net] = { stack, row })));
    for (const one of this.stacks) {
      const made = makeNetwork(one.layers, shape);
      one.parameters = made.parameters;
      one.outputs = made.outputSize;
      one.work =
        made.shapes.reduce((sum, units) => sum + 20 * units.reduce((a, b) => a * b, 1), 0) +
        made.parameters.reduce((sum, { shape: of }) => sum + of.reduce((a, b) => a * b, 1), 0);
      one.relus = one.layers.flatMap(({ kind }, layer) => (kind === "relu" ? [layer] : []));
    }
  }

  /** The tensors to ask for over the wire, in turns of at most so many as one request may name: null for all. */
  requests() {
    const bytes = ({ nets, parameters }) =>
      parameters.reduce((sum, { shape }) => sum + 2 * nets.length * shape.reduce((a, b) => a * b, 1), 0);
    const figures = 21 * this.count;
    const all = this.stacks.reduce((sum, stack) => sum + bytes(stack) + 100 * stack.parameters.length, figures);
    if (all <= WHOLE) return [null];
    const turns = [];
    let names = [...NAMED],
      size = figures;
    this.stacks.forEach((stack, number) => {
      const own = stack.parameters.map(({ name }) => `${number}/${name}`),
        takes = bytes(stack);
      if (own.length + NAMED.length > MOST_NAMES || figures + takes > MOST_BYTES) return; // never drawn
      if (names.length + own.length > MOST_NAMES || size + takes > MOST_BYTES) {
        turns.push(names);
        [names, size] = [[...NAMED], figures];
      }
      names.push(...own);
      size += takes;
    });
    return [...turns, names];
  }

  /** Take the newest weights; those of a stack that did not come stay. */
  take(tensors) {
    this.stacks.forEach((stack, number) => {
      const found = stack.parameters.map(({ name }) => tensors.get(`${number}/${name}`));
      const isWhole = found.every((tensor, i) => {
        const shape = [stack.nets.length, ...stack.parameters[i].shape];
        return tensor && String(tensor.shape) === String(shape);
      });
      if (!isWhole) return;
      [stack.tensors, stack.views] = [found, []];
      stack.moment = (stack.moment ?? 0) + 1;
    });
  }

  /** Whether there are weights of a net. */
  has(net) {
    const place = this.place[net];
    return Boolean(place && this.stacks[place.stack].tensors);
  }

  /** How often weights of a net's stack came. */
  moment(net) {
    const place = this.place[net];
    return (place && this.stacks[place.stack].moment) || 0;
  }

  /** Evaluate one net.
   * @param {number} net
   * @param {{x: Float32Array, n: number}} places
   * @returns {import("../forward.js").Network} written again by the next evaluation of its stack
   */
  evaluate(net, { x, n }) {
    const stack = this.stacks[this.place[net].stack];
    if (!stack.networks.has(n)) stack.networks.set(n, makeNetwork(stack.layers, this.shape));
    const network = stack.networks.get(n);
    network.forward(this.weights(net), x, n, { keep: stack.relus.length > 0 });
    return network;
  }

  /** The weights of one net by their names in its `state_dict`; they look into those of all. */
  weights(net) {
    const { stack: number, row } = this.place[net],
      stack = this.stacks[number];
    stack.views[row] ??= new Map(
      stack.parameters.map(({ name, shape }, i) => {
        const size = shape.reduce((a, b) => a * b, 1);
        return [name, { shape, data: stack.tensors[i].data.subarray(row * size, (row + 1) * size) }];
      }),
    );
    return stack.views[row];
  }

  /** Whether a hidden layer of ReLUs gives 0 at all places of the last evaluation: nothing trains before it. */
  isDead(net, network) {
    const { stack } = this.place[net],
      { relus } = this.stacks[stack];
    return relus.some((layer) => {
      const units = network.shapes[layer].reduce((a, b) => a * b, 1);
      for (let unit = 0; unit < units; unit++) {
        const values = network.unit(layer, unit);
        for (let i = 0; i < values.length; i++) if (values[i] !== 0) return false;
      }
      return true;
    });
  }

  /** Work of evaluating all nets at one place, in multiply-adds. */
  get work() {
    return this.stacks.reduce((sum, { nets, work }) => sum + nets.length * work, 0);
  }
}

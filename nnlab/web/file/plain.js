// The page of a network that no picture shows: its curves, its figures, and what its outputs are.

import { readTensors } from "../safetensors.js";
import { offerOutputs } from "./outputs.js";
import { blob, openPage, pageData } from "./shell.js";

const { network } = pageData(), { tensors } = readTensors(blob("weights"));
openPage();
offerOutputs(network, tensors);

import middy from "@middy/core";
import { run, type SweepMemory } from "./run.ts";
import { startApp } from "../wiring.ts";

const app = startApp();
const memory: SweepMemory = {};

export const handler = middy().handler(() => run(app, memory));

import middy from "@middy/core";
import { run } from "./run.ts";
import { startApp } from "../wiring.ts";

const app = startApp();

export const handler = middy().handler(() => run(app));

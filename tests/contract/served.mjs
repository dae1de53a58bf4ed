// Serves what answers web requests as Node does, with Hono's CORS for a page on another origin.

import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { cors } from "hono/cors";

import { listening, token } from "./harness.mjs";

export const served = (answer) => {
  const app = new Hono();
  app.use(cors());
  if (token) {
    app.use(async (context, next) =>
      context.req.header("x-app-token") === token ? next() : context.json("Unauthorized", 401),
    );
  }
  app.all("/api/fal/proxy", answer);
  serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => listening(port));
};

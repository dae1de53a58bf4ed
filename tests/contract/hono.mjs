// fal's adapter for Hono, with Hono's own CORS for a page on another origin.

import { createRouteHandler } from "@fal-ai/server-proxy/hono";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { cors } from "hono/cors";

import { listening, token } from "./harness.mjs";

const app = new Hono();
app.use(cors());
if (token) {
  app.use(async (context, next) =>
    context.req.header("x-app-token") === token ? next() : context.json("Unauthorized", 401),
  );
}
app.all("/api/fal/proxy", createRouteHandler());

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => listening(port));

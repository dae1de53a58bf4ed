// fal's adapter for Hono, with Hono's own CORS for a page on another origin.

import { createRouteHandler } from "@fal-ai/server-proxy/hono";
import { serve } from "@hono/node-server";
import { Hono } from "hono";
import { cors } from "hono/cors";

import { listening } from "./harness.mjs";

const app = new Hono();
app.use(cors());
app.all("/api/fal/proxy", createRouteHandler());

serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, ({ port }) => listening(port));

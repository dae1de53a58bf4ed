// fal's adapter for Hono.

import { createRouteHandler } from "@fal-ai/server-proxy/hono";

import { served } from "./served.mjs";

served(createRouteHandler());

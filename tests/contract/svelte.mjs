// fal's adapter for SvelteKit, called as SvelteKit calls what a `+server.js` exports.

import { createRequestHandler } from "@fal-ai/server-proxy/svelte";

import { served } from "./served.mjs";

const handlers = createRequestHandler();

served(({ req }) => handlers[req.method]({ request: req.raw }));

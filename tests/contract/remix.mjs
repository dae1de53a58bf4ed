// fal's adapter for Remix, called as Remix calls what a resource route exports.

import { createProxy } from "@fal-ai/server-proxy/remix";

import { served } from "./served.mjs";

const { action, loader } = createProxy({ json: (data, init) => Response.json(data, init) });

served(({ req }) => (req.method === "GET" ? loader : action)({ request: req.raw }));

// fal's adapter for Express, mounted as its README says for a page on another origin; with a limit, as
// the README of Flux Studio says.

import * as falProxy from "@fal-ai/server-proxy/express";
import cors from "cors";
import express from "express";

import { listening, token } from "./harness.mjs";

const limit = process.env.FLUX_STUDIO_LIMIT;
const app = express();
if (limit) app.use(cors(), express.json({ limit }));
else app.use(express.json());
if (token) {
  app.use(cors(), ({ headers }, response, next) =>
    headers["x-app-token"] === token ? next() : response.status(401).json("Unauthorized"),
  );
}
app.all(falProxy.route, cors(), falProxy.handler);

const server = app.listen(0, "127.0.0.1", () => listening(server.address().port));

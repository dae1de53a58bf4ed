// What is compared with: fal's published client as its documentation shows it, and nothing around it.

import { fal } from "@fal-ai/client";

fal.config({ proxyUrl: "/api/fal/proxy" });

document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const prompt = event.target.elements.prompt.value;
  const { data } = await fal.subscribe("fal-ai/flux/dev", { input: { prompt }, logs: true });
  const [{ url, width, height }] = data.images;
  const image = new Image(width, height);
  image.src = url;
  document.querySelector("main").replaceChildren(image);
});

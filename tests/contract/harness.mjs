// The surroundings of an adapter in the contract tests. The package is left as it was published:
// what it sends to fal's queue arrives at the test's upstream, and there is no way to anywhere else.

const upstream = process.env.FLUX_STUDIO_UPSTREAM;
const fetched = globalThis.fetch;

// What the door in front of the adapter wants to hear, if there is one.
export const token = process.env.FLUX_STUDIO_TOKEN;

globalThis.fetch = (address, options) => {
  const { origin, pathname, search } = new URL(address);
  if (origin !== "https://queue.fal.run") throw new Error(`The adapter wants to go to ${origin}`);
  return fetched(upstream + pathname + search, options);
};

// Tells the test where the adapter listens. The test's end closes standard input, however it ends.
export const listening = (port) => {
  console.log(port);
  process.stdin.resume().once("close", () => process.exit());
};

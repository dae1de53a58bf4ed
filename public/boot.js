// The loader: the only script of the page besides the glue that wasm-bindgen writes.
//
// It fetches the program with the integrity that the page's own preload link states, so that the
// file is downloaded once and checked, and it says so in words when the program cannot start.

const remembered = (key) => {
  try {
    return localStorage.getItem(`flux-studio.${key}`);
  } catch {
    return null; // Storage may be forbidden; nothing here depends on it.
  }
};

const theme = remembered("theme");
if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;

// What was written last time, unless somebody is faster than this script.
const prompt = document.querySelector("#shell textarea");
if (prompt && !prompt.value) prompt.value = remembered("prompt") ?? "";

const names = new URL(import.meta.url).searchParams;
const near = (name) => new URL(name, import.meta.url).href;

const explain = (error) => {
  const place = document.getElementById("shell-failure");
  if (!place) return;
  const known = typeof WebAssembly === "object";
  place.textContent = known
    ? `Flux Studio could not start: ${error?.message ?? error}. Reload the page; if that does not help, whoever hosts it has to look at its files and its content security policy.`
    : "Flux Studio needs WebAssembly, which this browser does not have or does not allow here.";
  place.hidden = false;
  document.getElementById("shell-state")?.replaceChildren("Not started");
};

// The part of the program that a first visit does without is fetched when it is asked for. It works
// in the memory of the first.
const lend = (started) => {
  const link = document.querySelector('link[rel="later"]');
  let later;
  const load = async () => {
    const rest = await fetch(link.href, { integrity: link.integrity }).catch(async () => {
      // The page may be a newer one by now, with files of other names. What the server says then
      // fails the check like a lost connection.
      const said = await fetch(link.href, { method: "HEAD" }).catch(() => {
        throw new Error("its server does not answer. Try again.");
      });
      const reason = said.ok ? "it is not the page's own" : `its server answered ${said.status}`;
      throw new Error(`${reason}. Reload the page.`);
    });
    const compiled = WebAssembly.compileStreaming(rest).catch((error) => {
      throw new Error(`${error.message}. Reload the page.`);
    });
    const [program, exports] = await Promise.all([compiled, started]);
    await WebAssembly.instantiate(program, { m: exports });
  };
  globalThis.fluxStudioLater = () => {
    later ??= link ? load() : Promise.resolve();
    // The next time may go better.
    later.catch(() => (later = undefined));
    return later;
  };
};

// The frame and what is typed into it come before the program: starting it takes the page's only
// thread for a moment. A tab in the background paints nothing and does not wait for it.
const painted = new Promise((resolve) => {
  requestAnimationFrame(() => setTimeout(resolve));
  setTimeout(resolve, 200);
});

try {
  const preload = document.querySelector('link[rel="preload"][type="application/wasm"]');
  const fetched = fetch(preload?.href ?? near(names.get("wasm")), {
    integrity: preload?.integrity ?? "",
  }).then((program) => {
    if (program.ok) return WebAssembly.compileStreaming(program);
    throw new Error(`the server answered ${program.status} for the program`);
  });
  const [glue, program] = await Promise.all([import(near(names.get("js"))), fetched, painted]);
  const started = Promise.resolve().then(() => glue.default({ module_or_path: program }));
  lend(started);
  await started;
} catch (error) {
  console.error(error);
  explain(error);
}

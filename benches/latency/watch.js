// Told to every document before its own scripts: when a picture was painted, by the wall clock.
{
  const painted = new Map();
  let heard = () => {};
  // What is not in the viewport is not painted, and so is never heard of.
  new PerformanceObserver((list) => {
    for (const { url, renderTime } of list.getEntries()) {
      painted.set(url, Date.now() - performance.now() + renderTime);
    }
    heard();
  }).observe({ type: "element", buffered: true });
  // The browser tells it of images that ask for it.
  new MutationObserver((changes) => {
    for (const { addedNodes } of changes) {
      for (const node of addedNodes) {
        if (!(node instanceof Element)) continue;
        const images = node.matches("img") ? [node] : node.querySelectorAll("img");
        for (const image of images) image.setAttribute("elementtiming", "picture");
      }
    }
  }).observe(document, { childList: true, subtree: true });
  globalThis.picturePainted = (part) =>
    new Promise((resolve) => {
      heard = () => {
        for (const [url, time] of painted) if (url.includes(part)) resolve(time);
      };
      heard();
    });
}

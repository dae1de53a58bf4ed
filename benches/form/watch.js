// Told to every document before its own scripts: when the frame is there that follows the last field.
globalThis.formShown = new Promise((resolve) => {
  const look = () => {
    if (!document.getElementsByName("LAST").length) return;
    watch.disconnect();
    requestAnimationFrame(() => {
      // A message is read when the frame has been made.
      const channel = new MessageChannel();
      channel.port1.onmessage = () => resolve(performance.now());
      channel.port2.postMessage(null);
    });
  };
  const watch = new MutationObserver(look);
  watch.observe(document, { childList: true, subtree: true });
});

// Copies the one job in the page's database, record, input and all, until there are so many of it. Each
// is a little older than the one before.
const [count, done] = arguments;
const opening = indexedDB.open("flux-studio");
opening.onerror = () => done(String(opening.error));
opening.onsuccess = () => {
  const database = opening.result;
  const names = [...database.objectStoreNames];
  const all = database.transaction(names, "readwrite");
  all.oncomplete = () => (database.close(), done(null));
  all.onabort = () => done(String(all.error));
  for (const name of names) {
    const store = all.objectStore(name);
    store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      for (let copy = 1; copy < count; copy += 1) {
        const id = `${cursor.key}-${copy}`;
        if (name !== "jobs") store.put(cursor.value, id);
        else {
          const record = JSON.parse(cursor.value);
          const created = record.created - copy * 1000;
          store.put(JSON.stringify({ ...record, id, created }), id);
        }
      }
    };
  }
};

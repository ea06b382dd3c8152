// Where sessions and idempotency keys are kept.

/** A storage of texts. `localStorage` has its shape, and so do the storages of many platforms. */
export interface KeyValueStorage {
  getItem(key: string): string | null | Promise<string | null>;
  setItem(key: string, value: string): void | Promise<void>;
  removeItem(key: string): void | Promise<void>;
  /** Runs a task while no other user of the storage, such as another tab, runs one with this name. */
  exclusive?<T>(name: string, task: () => Promise<T>): Promise<T>;
  /** Calls the listener when another user of the storage has changed the key. Returns a function that ends this. */
  subscribe?(key: string, listener: (before: string | null, after: string | null) => void): () => void;
}

/** Keeps everything until the page or process ends: for servers, one per visitor, and for tests. */
export function memoryStorage(): KeyValueStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

/** What {@link browserStorage} uses. The default of each member is the browser's. */
export interface BrowserStorageOptions {
  /** The storage; for sessions that end with their tab, `sessionStorage`. */
  area?: Storage;
  /** The locks that all tabs share. */
  locks?: Pick<LockManager, "request">;
  /** The source of `storage` events. */
  events?: Pick<EventTarget, "addEventListener" | "removeEventListener">;
}

/** `localStorage`, which all tabs share; in memory where there is none, or the browser denies its use. */
export function browserStorage(options: BrowserStorageOptions = {}): KeyValueStorage {
  const area = options.area ?? usableLocalStorage();
  if (!area) return memoryStorage();
  const locks = options.locks ?? globalThis.navigator?.locks;
  const storage: KeyValueStorage = {
    getItem: (key) => area.getItem(key),
    setItem: (key, value) => area.setItem(key, value),
    removeItem: (key) => area.removeItem(key),
    subscribe(key, listener) {
      const events = options.events ?? globalThis;
      const onChange = (event: Event) => {
        const change = event as StorageEvent;
        if (change.storageArea !== area) return;
        // `clear()` of another tab has no key.
        if (change.key === key || change.key === null) listener(change.oldValue, change.newValue);
      };
      events.addEventListener("storage", onChange);
      return () => events.removeEventListener("storage", onChange);
    },
  };
  // Browsers offer locks to secure contexts only.
  if (locks) storage.exclusive = (name, task) => withLock(locks, name, task);
  return storage;
}

function usableLocalStorage(): Storage | undefined {
  try {
    const area = globalThis.localStorage;
    const probe = "ferrocart.probe";
    area.setItem(probe, "");
    area.removeItem(probe);
    return area;
  } catch {
    return undefined;
  }
}

/** After this time, in milliseconds, a lock counts as abandoned: browsers suspend tabs that hold one. */
const ABANDONED = 25_000;

/** Runs a task under a lock, or without it if its holder does not end. Correctness must not depend on the lock. */
async function withLock<T>(locks: Pick<LockManager, "request">, name: string, task: () => Promise<T>): Promise<T> {
  const abandoned = new AbortController();
  const timer = setTimeout(() => abandoned.abort(), ABANDONED);
  let isGranted = false;
  try {
    return await locks.request(name, { signal: abandoned.signal }, () => {
      isGranted = true;
      clearTimeout(timer);
      return task();
    });
  } catch (error) {
    if (isGranted) throw error;
    return await task();
  } finally {
    clearTimeout(timer);
  }
}

const queues = new WeakMap<KeyValueStorage, Map<string, Promise<unknown>>>();

/** Runs a task after all earlier ones with the same storage and name. */
export function exclusively<T>(storage: KeyValueStorage, name: string, task: () => Promise<T>): Promise<T> {
  if (storage.exclusive) return storage.exclusive(name, task);
  const queue = queues.get(storage) ?? new Map<string, Promise<unknown>>();
  queues.set(storage, queue);
  const earlier = queue.get(name) ?? Promise.resolve();
  const result = earlier.then(task, task);
  queue.set(name, result);
  return result;
}

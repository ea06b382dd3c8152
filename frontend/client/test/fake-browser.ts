// `localStorage`, its events, and Web Locks, as tabs of one browser share them.

import { type BrowserStorageOptions, browserStorage } from "../src/index.ts";

/** A browser, whose tabs share storage and locks. */
export class FakeBrowser {
  readonly items = new Map<string, string>();
  readonly locks = new FakeLocks();
  readonly #tabs: { events: EventTarget; area: Storage }[] = [];

  /** Opens a tab, and returns its storage. */
  tab(options: { hasLocks?: boolean } = {}) {
    const events = new EventTarget();
    const area = this.#area(events);
    this.#tabs.push({ events, area });
    const used: BrowserStorageOptions = { area, events };
    return browserStorage(options.hasLocks === false ? withoutLocks(used) : { ...used, locks: this.locks });
  }

  #area(own: EventTarget): Storage {
    const change = (key: string, after: string | null) => {
      const before = this.items.get(key) ?? null;
      if (after === null) this.items.delete(key);
      else this.items.set(key, after);
      for (const { events, area } of this.#tabs.filter((tab) => tab.events !== own)) {
        const event = Object.assign(new Event("storage"), {
          key,
          oldValue: before,
          newValue: after,
          storageArea: area,
        });
        queueMicrotask(() => events.dispatchEvent(event));
      }
    };
    const area: Pick<Storage, "getItem" | "setItem" | "removeItem"> = {
      getItem: (key) => this.items.get(key) ?? null,
      setItem: (key, value) => change(key, value),
      removeItem: (key) => change(key, null),
    };
    return area as Storage;
  }
}

/** Locks whose `request` does not wait: a browser without them, whatever Node has. */
function withoutLocks(options: BrowserStorageOptions): BrowserStorageOptions {
  return {
    ...options,
    locks: { request: ((_name: string, _options: object, task: () => unknown) => task()) as LockManager["request"] },
  };
}

/** Exclusive locks in the order of their requests. */
export class FakeLocks {
  #queues = new Map<string, Promise<unknown>>();
  /** The number of tasks that hold a lock. */
  held = 0;
  mostHeld = 0;

  readonly request = (async (name: string, options: { signal: AbortSignal }, task: () => Promise<unknown>) => {
    const earlier = this.#queues.get(name) ?? Promise.resolve();
    const aborted = new Promise((_, reject) => {
      options.signal.addEventListener("abort", () => reject(options.signal.reason));
    });
    aborted.catch(() => {});
    const run = async () => {
      this.held += 1;
      this.mostHeld = Math.max(this.mostHeld, this.held);
      try {
        return await task();
      } finally {
        this.held -= 1;
      }
    };
    const result = Promise.race([earlier.catch(() => {}), aborted]).then(run);
    this.#queues.set(name, result);
    return await result;
  }) as LockManager["request"];
}

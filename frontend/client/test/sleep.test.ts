// Waiting that an abort ends.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { abortable } from "../src/sleep.ts";

test("a promise that fails after an abort is no unhandled rejection", async () => {
  const failed = Promise.reject(new Error("no response"));
  await assert.rejects(abortable(failed, AbortSignal.abort(new Error("left the page"))), /left the page/);
  await setImmediate();
});

// Images go to the image store, with the requests before and after it to the shop.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createShop, isProblem, type UploadProgress, uploadImage } from "../src/index.ts";
import { baseUrl, fakeFetch, json } from "./fake-shop.ts";

const store = "https://images.example.com/uploads/i1?signature=s";
const file = new Blob(["12345678"], { type: "image/png" });

/** A shop that signs uploads to the store, and its requests. */
function shopWithStore() {
  const bodies: unknown[] = [];
  const { fetch, requests } = fakeFetch(async (request, path) => {
    if (path.endsWith("/complete")) return json({ id: "p1", images: [store] });
    bodies.push(await request.json());
    const headers = { "Content-Length": "8", "content-type": "image/png" };
    return json({ image_id: "i1", upload: { url: store, method: "PUT", headers, expires_at: "" } }, 201);
  });
  return { shop: createShop({ baseUrl, fetch }), requests, bodies };
}

/** Replaces the global `fetch` by a store with this response. */
function storeResponds(context: TestContext, respond: (init: RequestInit) => Response | Promise<Response>) {
  return context.mock.method(globalThis, "fetch", async (_url: string, init: RequestInit) => respond(init));
}

test("a file is announced, sent and completed", async (context) => {
  const put = storeResponds(context, () => new Response(null));
  const { shop, requests, bodies } = shopWithStore();
  const progress: UploadProgress[] = [];
  const product = await uploadImage(shop, "p1", file, { onProgress: (step) => progress.push(step) });
  assert.deepEqual(product.images, [store]);
  assert.deepEqual(requests, ["POST /products/p1/images", "POST /products/p1/images/i1/complete"]);
  assert.deepEqual(bodies, [{ content_type: "image/png", content_length: 8 }]);
  const [url, init] = put.mock.calls[0]?.arguments ?? [];
  assert.equal(url, store);
  assert.equal(init?.method, "PUT");
  // Only the browser may set the length.
  assert.deepEqual(init?.headers, [["content-type", "image/png"]]);
  assert.equal(init?.body, file);
  assert.deepEqual(progress, [{ loaded: 8, total: 8 }]);
});

test("a rejected file is not completed", async (context) => {
  storeResponds(context, () => new Response("<Error/>", { status: 403 }));
  const { shop, requests } = shopWithStore();
  await assert.rejects(uploadImage(shop, "p1", file), (error) => {
    assert.ok(isProblem(error, "unexpected_response"));
    assert.equal(error.problem.status, 403);
    return true;
  });
  assert.equal(requests.length, 1);
});

test("a lost connection and an abort differ", async (context) => {
  storeResponds(context, (init) => {
    init.signal?.throwIfAborted();
    throw new TypeError("Failed to fetch");
  });
  const { shop } = shopWithStore();
  await assert.rejects(uploadImage(shop, "p1", file), (error) => isProblem(error, "network"));
  const signal = AbortSignal.abort(new Error("left the page"));
  await assert.rejects(uploadImage(shop, "p1", file, { signal }), /left the page/);
});

/** `XMLHttpRequest` of a browser, controlled by the test. */
class FakeXhr {
  static latest: FakeXhr;
  status = 0;
  upload: { onprogress?: (step: UploadProgress) => void } = {};
  onload?: () => void;
  onerror?: () => void;
  onabort?: () => void;
  onloadend?: () => void;
  readonly calls: unknown[] = [];

  constructor() {
    FakeXhr.latest = this;
  }
  open(...given: string[]) {
    this.calls.push(given);
  }
  setRequestHeader(...given: string[]) {
    this.calls.push(given);
  }
  send(body: Blob) {
    this.calls.push(body);
  }
  abort() {
    this.onabort?.();
    this.onloadend?.();
  }
}

/** Starts an upload in a browser, and waits until the file is being sent. */
async function uploadInBrowser(context: TestContext, signal?: AbortSignal) {
  Object.assign(globalThis, { XMLHttpRequest: FakeXhr });
  context.after(() => Reflect.deleteProperty(globalThis, "XMLHttpRequest"));
  const progress: UploadProgress[] = [];
  const { shop, requests } = shopWithStore();
  const onProgress = (step: UploadProgress) => progress.push(step);
  const result = uploadImage(shop, "p1", file, signal ? { onProgress, signal } : { onProgress });
  result.catch(() => {});
  while (FakeXhr.latest?.calls.at(-1) !== file) await new Promise((resolve) => setImmediate(resolve));
  const xhr = FakeXhr.latest;
  FakeXhr.latest = undefined as never;
  return { result, xhr, progress, requests };
}

test("browsers report progress", async (context) => {
  const { result, xhr, progress } = await uploadInBrowser(context);
  assert.deepEqual(xhr.calls, [["PUT", store], ["content-type", "image/png"], file]);
  xhr.upload.onprogress?.({ loaded: 3, total: 8 });
  xhr.upload.onprogress?.({ loaded: 8, total: 8 });
  xhr.status = 200;
  xhr.onload?.();
  assert.equal((await result).id, "p1");
  assert.deepEqual(progress, [
    { loaded: 3, total: 8 },
    { loaded: 8, total: 8 },
  ]);
});

test("browsers report a rejected file, a lost connection and an abort", async (context) => {
  const rejected = await uploadInBrowser(context);
  rejected.xhr.status = 403;
  rejected.xhr.onload?.();
  await assert.rejects(rejected.result, (error) => isProblem(error, "unexpected_response"));
  const lost = await uploadInBrowser(context);
  lost.xhr.onerror?.();
  await assert.rejects(lost.result, (error) => isProblem(error, "network"));
  const controller = new AbortController();
  const aborted = await uploadInBrowser(context, controller.signal);
  controller.abort(new Error("left the page"));
  await assert.rejects(aborted.result, /left the page/);
  assert.equal(aborted.requests.length, 1);
});

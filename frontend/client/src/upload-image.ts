// Uploading images of products.

import { ok } from "./ok.ts";
import { ShopError } from "./problem.ts";
import type { components } from "./schema.ts";
import type { Shop } from "./shop.ts";

type Schemas = components["schemas"];
type ImageKind = Schemas["ImageKind"];

/** How far an upload has got, in bytes. */
export interface UploadProgress {
  loaded: number;
  total: number;
}

/** Options of an upload. */
export interface UploadOptions {
  /** Called repeatedly during the upload. Only browsers report parts of a file. */
  onProgress?: (progress: UploadProgress) => void;
  signal?: AbortSignal;
}

/**
 * Adds an image to a product, and returns the product. The file goes to the image store directly, with a URL that the
 * shop has signed. Throws a `ShopError` if a step fails; nothing is added then.
 */
export async function uploadImage(
  shop: Shop,
  productId: string,
  file: Blob,
  options: UploadOptions = {},
): Promise<Schemas["Product"]> {
  const init = options.signal ? { signal: options.signal } : {};
  const body = { content_type: file.type as ImageKind, content_length: file.size };
  const path = { id: productId };
  const { image_id, upload } = await ok(shop.POST("/products/{id}/images", { params: { path }, body, ...init }));
  const put = "XMLHttpRequest" in globalThis ? putByXhr : putByFetch;
  await put(upload, file, options);
  const completed = { params: { path: { ...path, image_id } }, ...init };
  return await ok(shop.POST("/products/{id}/images/{image_id}/complete", completed));
}

/** `fetch` of browsers reports no progress of uploads. */
function putByXhr(upload: Schemas["Upload"], file: Blob, { onProgress, signal }: UploadOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const xhr = new XMLHttpRequest();
    const abort = () => xhr.abort();
    xhr.open(upload.method, upload.url);
    for (const [name, value] of allowedHeaders(upload)) xhr.setRequestHeader(name, value);
    xhr.upload.onprogress = ({ loaded, total }) => onProgress?.({ loaded, total });
    xhr.onload = () => (isSuccess(xhr.status) ? resolve() : reject(rejected(xhr.status)));
    xhr.onerror = () => reject(noResponse());
    xhr.onabort = () => reject(signal?.reason);
    xhr.onloadend = () => signal?.removeEventListener("abort", abort);
    signal?.addEventListener("abort", abort);
    xhr.send(file);
  });
}

async function putByFetch(upload: Schemas["Upload"], file: Blob, { onProgress, signal }: UploadOptions): Promise<void> {
  const init: RequestInit = { method: upload.method, headers: allowedHeaders(upload), body: file };
  const response = await fetch(upload.url, signal ? { ...init, signal } : init).catch((cause: unknown) => {
    throw signal?.aborted ? cause : noResponse(cause);
  });
  await response.body?.cancel();
  if (!response.ok) throw rejected(response.status);
  onProgress?.({ loaded: file.size, total: file.size });
}

/** The signed headers. Browsers set `content-length` themselves, and forbid pages to do so. */
function allowedHeaders({ headers }: Schemas["Upload"]): [string, string][] {
  return Object.entries(headers).filter(([name]) => name.toLowerCase() !== "content-length");
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function rejected(status: number): ShopError {
  return new ShopError({ code: "unexpected_response", detail: `the image store responded with ${status}`, status });
}

function noResponse(cause?: unknown): ShopError {
  return new ShopError({ code: "network", detail: "no response from the image store" }, { cause });
}

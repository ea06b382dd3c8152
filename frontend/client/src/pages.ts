// Iterating over lists, page by page.

import { ok } from "./ok.ts";
import type { paths } from "./schema.ts";
import type { Shop } from "./shop.ts";

/** The item of a list that `GET` returns. */
type ItemOf<Path extends keyof paths> = paths[Path] extends {
  get: {
    responses: { 200: { content: { "application/json": { items: (infer Item)[]; next_cursor: string | null } } } };
  };
}
  ? Item
  : never;

/** The path of a list. */
export type ListPath = { [Path in keyof paths]: [ItemOf<Path>] extends [never] ? never : Path }[keyof paths];

/** An item of the list at a path. */
export type ListItem<Path extends ListPath> = ItemOf<Path>;

/** The query parameters of the list at a path. */
export type ListQuery<Path extends ListPath> = NonNullable<paths[Path]["get"]["parameters"]["query"]>;

/** Options of each request for a page. */
export type ListOptions<Path extends ListPath> = Pick<RequestInit, "cache" | "signal"> & {
  params?: { query?: ListQuery<Path> };
};

/** A list at any path, as {@link items} reads it. */
type GetList = (
  path: string,
  options: object,
) => Promise<
  | { data: { items: unknown[]; next_cursor: string | null }; error?: never; response: Response }
  | { data?: never; error: unknown; response: Response }
>;

/**
 * Iterates over all items of a list. The next page is requested when the previous one is used up: `limit` in the query
 * is the length of a page. Throws a `ShopError` if a request fails.
 */
export async function* items<Path extends ListPath>(
  shop: Shop,
  path: Path,
  options: ListOptions<Path> = {},
): AsyncGenerator<ListItem<Path>, void, undefined> {
  const get = shop.GET as unknown as GetList;
  let query: object = options.params?.query ?? {};
  for (;;) {
    const page = await ok(get(path, { ...options, params: { query } }));
    yield* page.items as ListItem<Path>[];
    if (page.next_cursor === null) return;
    query = { ...query, cursor: page.next_cursor };
  }
}

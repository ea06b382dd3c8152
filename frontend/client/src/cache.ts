// Cache tags for Next.js: a request is cached under its tags, until `revalidateTag` is called with one of them.

/** The tag of all lists of products. */
export const PRODUCTS_TAG = "ferrocart:products";

/** Returns the tag of a product. A page knows it by its id or by its slug; a change should revalidate both. */
export function productTag(idOrSlug: string): string {
  return `ferrocart:product:${idOrSlug}`;
}

/** Returns the tag of the lists of a category. */
export function categoryTag(category: string): string {
  // Next.js separates tags by commas, and ignores those of more than 256 characters.
  return `ferrocart:category:${encodeURIComponent(category)}`.slice(0, 256);
}

/** The options of a request that Next.js reads. */
export interface CacheOptions {
  next: { tags: string[]; revalidate?: number | false };
}

/** Returns options for a request: cached under these tags, for `revalidate` seconds at most. */
export function cached(tags: string[], revalidate?: number | false): CacheOptions {
  return { next: revalidate === undefined ? { tags } : { tags, revalidate } };
}

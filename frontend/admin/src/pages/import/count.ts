// Numbers of products in sentences.

/** Returns "1 product" or "2 products". */
export function countProducts(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "product" : "products"}`;
}

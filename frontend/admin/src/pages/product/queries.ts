// Reading and changing one product.

import { ok } from "@ferrocart/client";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { Product, ProductPatch } from "../../api.ts";
import { useShop } from "../../app/services.tsx";

const productKey = (id: string) => ["products", "one", id];

/** Always of the shop: a version of the browser's cache could be one that others have edited. */
const NOT_CACHED = { cache: "no-store" } as const;

export function useProduct(id: string) {
  const shop = useShop();
  return useQuery({
    queryKey: productKey(id),
    queryFn: ({ signal }) => ok(shop.GET("/products/{id}", { params: { path: { id } }, signal, ...NOT_CACHED })),
  });
}

/** Requests that change a product. The page shows the product that they return. */
export function useProductRequests(id: string) {
  const shop = useShop();
  const queryClient = useQueryClient();
  const path = { id };

  /** Shows a product, which a request has returned. Lists and figures are read again. */
  function show(product: Product): Product {
    queryClient.setQueryData(productKey(id), product);
    void queryClient.invalidateQueries({ queryKey: ["products", "list"] });
    void queryClient.invalidateQueries({ queryKey: ["stats"] });
    return product;
  }

  async function reload(): Promise<Product> {
    return show(await ok(shop.GET("/products/{id}", { params: { path }, ...NOT_CACHED })));
  }

  return {
    show,
    reload,
    /** Changes a product unless another administrator has edited it since this version. */
    async patch(body: ProductPatch, version: number): Promise<Product> {
      const header = { "If-Match": `"${version}"` };
      return show(await ok(shop.PATCH("/products/{id}", { params: { path, header }, body })));
    },
    async deactivate(): Promise<Product> {
      await ok(shop.DELETE("/products/{id}", { params: { path } }));
      return await reload();
    },
    async reactivate(): Promise<Product> {
      return show(await ok(shop.PATCH("/products/{id}", { params: { path }, body: { is_active: true } })));
    },
    async removeImage(imageId: string): Promise<Product> {
      await ok(shop.DELETE("/products/{id}/images/{image_id}", { params: { path: { id, image_id: imageId } } }));
      return await reload();
    },
  };
}

// Sending a file of products to the shop.

import { ok } from "@ferrocart/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ProductImport } from "../../api.ts";
import { useShop } from "../../app/services.tsx";

/** The names of files that can be imported end with these. */
export const EXTENSIONS = [".csv", ".jsonl", ".ndjson"];

/** Asks what importing a file would do, or imports it. */
export function useImport(options: { isDryRun: boolean; onSuccess?: (report: ProductImport) => void }) {
  const shop = useShop();
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (file: File) => {
      const headers = { "content-type": mediaType(file.name) };
      const params = { query: { dry_run: options.isDryRun } };
      // The bytes of the file: as text, those that are not UTF-8 would be replaced.
      const body = file as unknown as string;
      return ok(shop.POST("/admin/imports", { params, body, bodySerializer: () => file, headers }));
    },
    onSuccess: (report) => options.onSuccess?.(report),
    // Also after an error: a part of the products may be stored.
    onSettled: () => {
      if (options.isDryRun) return;
      void queryClient.invalidateQueries({ queryKey: ["products"] });
      void queryClient.invalidateQueries({ queryKey: ["stats"] });
    },
  });
}

function mediaType(name: string): string {
  return /\.(jsonl|ndjson)$/i.test(name) ? "application/x-ndjson" : "text/csv";
}

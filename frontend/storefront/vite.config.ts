// How Vite builds and serves the storefront.

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { hosting } from "../hosting/plugin.ts";

export default defineConfig({
  base: "/",
  plugins: [react(), hosting()],
  resolve: { alias: { "@ferrocart/client": fileURLToPath(new URL("../client/src/index.ts", import.meta.url)) } },
  build: {
    // checks/size.ts reads which chunks a page loads.
    manifest: true,
    // All styles are 4 kB, less than their names in the list of what each page loads would add to the code of the first view.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { minify: { mangle: { toplevel: true }, compress: {} } } },
  },
});

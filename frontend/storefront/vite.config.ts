// How Vite builds and serves the storefront.

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { hosting } from "../hosting/plugin.ts";
import { firstView } from "./first-view.ts";

export default defineConfig({
  base: "/",
  plugins: [react(), hosting()],
  resolve: { alias: { "@ferrocart/client": fileURLToPath(new URL("../client/src/index.ts", import.meta.url)) } },
  build: {
    // checks/size.ts reads which chunks a page loads.
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: { groups: [{ name: firstView() }] },
        minify: { mangle: { toplevel: true }, compress: {} },
      },
    },
  },
});

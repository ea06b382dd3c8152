// How Vite builds and serves the pages for administrators.

import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { hosting } from "../hosting/plugin.ts";

export default defineConfig({
  base: "/admin/",
  plugins: [react(), hosting()],
  resolve: { alias: { "@ferrocart/client": fileURLToPath(new URL("../client/src/index.ts", import.meta.url)) } },
});

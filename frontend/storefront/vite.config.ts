import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { firstView } from "./first-view.ts";

// The API of `cargo xtask dev`. Pages and API are on one origin, as in production.
const proxy = { "/api": { target: process.env.FERROCART_API ?? "http://127.0.0.1:9000" } };

export default defineConfig({
  base: "/",
  plugins: [react()],
  resolve: { alias: { "@ferrocart/client": fileURLToPath(new URL("../client/src/index.ts", import.meta.url)) } },
  build: {
    // checks/size.ts reads which chunks a page loads.
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: firstView() }] } } },
  },
  server: { proxy },
  preview: { proxy },
});

// Builds the page into the folder that the Rust crate embeds; OUT puts it elsewhere, to compare.
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [react()],
  build: {
    outDir: process.env.OUT ?? "../crates/offtake-server/page",
    emptyOutDir: true,
    target: "es2022",
    reportCompressedSize: true,
    // The policy of the server allows no script and no style within the document.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  // Pictures are the report's code; what they stand on is this folder's.
  resolve: { dedupe: ["echarts", "zrender"] },
  server: { proxy: { "/v1": process.env.DESK ?? "http://127.0.0.1:7380" } },
  test: { include: ["src/**/*.test.ts"] },
});

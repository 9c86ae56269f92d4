// Builds one script and one style, which the Rust crate embeds; OUT puts them elsewhere, to compare.
import { defineConfig } from "vite";

export default defineConfig({
  // A library keeps this for its user to set; here nobody follows.
  define: { "process.env.NODE_ENV": JSON.stringify("production") },
  build: {
    lib: { entry: "src/main.ts", formats: ["iife"], name: "offtake", fileName: () => "bundle.js", cssFileName: "bundle" },
    outDir: process.env.OUT ?? "../crates/offtake-report/src/html",
    emptyOutDir: false,
    target: "es2022",
    minify: true,
    reportCompressedSize: false,
  },
});

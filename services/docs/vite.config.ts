import { defineConfig } from "vite";

export default defineConfig({
  // Relative paths: the page works wherever the API, or a proxy before it, puts it.
  base: "./",
  build: {
    target: "es2022",
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One library, which is as large as it is, and is loaded by this page alone.
    chunkSizeWarningLimit: 2_000,
  },
});

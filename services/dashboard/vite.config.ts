import { defineConfig } from "vite";

export default defineConfig({
  // Relative paths: the page works wherever the API, or a proxy before it, puts it.
  base: "./",
  build: {
    target: "es2022",
    emptyOutDir: true,
    // The page's policy allows no data: scripts or styles, and a small file of its own is as quick.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    // `npx vite services/dashboard` beside a running API.
    proxy: Object.fromEntries(
      ["/backtest", "/dedup", "/symbols", "/health"].map((path) => [path, "http://127.0.0.1:8000"]),
    ),
  },
});

import { defineConfig } from "vite";

/** Where the API listens while the page is worked on; `TICKHOUSE_API` names another. */
const API = process.env["TICKHOUSE_API"] ?? "http://127.0.0.1:8000";

/** The page's own files; everything else is the API's. */
const OWN = /^\/(?:$|\?|index\.html|src\/|@|node_modules\/)/;

export default defineConfig({
  // Relative paths: the page works wherever the API, or a proxy before it, puts it.
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    emptyOutDir: true,
    // The page's policy allows no data: scripts or styles, and a small file of its own is as quick.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: {
    // `npx vite services/dashboard` beside a running API.
    proxy: { "/": { target: API, bypass: ({ url }) => (OWN.test(url ?? "") ? url : undefined) } },
  },
});

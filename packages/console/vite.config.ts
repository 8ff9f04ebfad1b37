import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** The pages are served below `/console`; while they are worked on, everything else is asked of a sidecar. */
// eslint-disable-next-line no-restricted-syntax -- Vite reads the default export.
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: '/console/',
  build: {
    outDir: '../../dist/console',
    emptyOutDir: true,
    target: 'es2023',
    // Those that know `light-dark()` and popovers.
    cssTarget: ['chrome123', 'firefox125', 'safari17.5'],
    // Neither a script nor a style is written into the page, nor a picture into a style: the page's policy forbids it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // Packages say so to frameworks that render on servers.
      onLog: (level, log, handle) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
  },
  server: { proxy: { '/v1': 'http://127.0.0.1:8181' } },
});

import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  resolve: { alias: { 'cloudia-client': here('../clients/typescript/src/index.ts') } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target: 'es2022',
    modulePreload: { polyfill: false },
    // A picture in a style sheet would be a data: address, which the Content-Security-Policy refuses.
    assetsInlineLimit: 0,
    // One name for each page; what they share becomes files of its own.
    rolldownOptions: { input: { chat: here('index.html') } },
  },
});

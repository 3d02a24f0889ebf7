import locales from '@react-aria/optimize-locales-plugin'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

const platform = process.env.PARINDEX_URL ?? 'http://localhost:8080'

// The addresses inside the client are served by its one page, as the gateway does.
const deepLinks: Plugin = {
  name: 'deep-links',
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      if (request.url?.startsWith('/official') && !/\.\w+(\?|$)/.test(request.url)) {
        request.url = '/official/index.html'
      }
      next()
    })
  },
}

export default defineConfig({
  root: 'src',
  base: './',
  publicDir: false,
  cacheDir: '../node_modules/.vite',
  // src/text/aria.ts has the texts of React Aria in both languages.
  plugins: [react(), locales.vite({ locales: [] }), deepLinks],
  build: {
    outDir: '../dist',
    emptyOutDir: true,
    // The policy of the pages allows no data: addresses.
    assetsInlineLimit: 0,
    // The oldest browser is Chrome 109, the last one on Windows 7.
    target: 'chrome109',
    // src/dist.test.ts measures them against the budgets.
    chunkSizeWarningLimit: 1000,
    modulePreload: { polyfill: false },
    license: { fileName: 'licences.md' },
    rolldownOptions: {
      input: { official: 'src/official/index.html' },
      // The names are stable: the gateway serves them below a hash of the whole folder.
      output: {
        entryFileNames: 'assets/[name].js',
        chunkFileNames: 'assets/[name].js',
        assetFileNames: 'assets/[name][extname]',
      },
    },
  },
  server: {
    port: 5173,
    strictPort: true,
    proxy: { '/v1': platform, '/openapi': platform, '/icon.svg': platform },
  },
  test: { root: 'src', environment: 'node' },
})

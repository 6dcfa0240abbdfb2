import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  root: 'renderer',
  base: './',
  plugins: [react()],
  // shared/ and node_modules/ lie beside the renderer's folder.
  server: { fs: { allow: ['..'] } },
  build: {
    outDir: '../dist/renderer',
    emptyOutDir: true,
    target: 'es2023',
    // The window is read from this machine's disk, where splitting saves nothing.
    chunkSizeWarningLimit: 4000,
  },
  worker: { format: 'es' },
});

import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import react from '@vitejs/plugin-react-swc';
import { defineConfig, type Plugin } from 'vite';

const SERVER = process.env['DASHBOARD_API'] ?? 'http://127.0.0.1:3000';
const COMPRESSIBLE = /\.(?:js|css|svg|html)$/;
/** Below this the headers weigh more than what is saved. */
const WORTH_COMPRESSING_BYTES = 1024;

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), precompressed()],
  html: { cspNonce: '__STYLE_NONCE__' },
  build: {
    outDir: join(import.meta.dirname, '../dist/web'),
    emptyOutDir: true,
    target: 'es2023',
    // As data: URLs they would need an exception in the content security policy.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { '/api': SERVER, '/health': SERVER, '/metrics': SERVER, '/r': SERVER } },
});

/** Compresses once, at the build, what would else be compressed for each request. */
function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    async writeBundle({ dir }) {
      const names = (await readdir(dir!, { recursive: true })).filter((name) => COMPRESSIBLE.test(name));
      await Promise.all(names.map((name) => compress(join(dir!, name))));
    },
  };
}

async function compress(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < WORTH_COMPRESSING_BYTES) return;
  // 9 of 11: the highest takes ten times as long for some 4% less.
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9 };
  await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }));
  await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }));
}

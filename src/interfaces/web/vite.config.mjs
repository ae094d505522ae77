import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

/** Writes a `.br` and a `.gz` beside each text, so that the service compresses nothing while it answers. */
const precompressed = () => {
  let folder = '';
  return {
    name: 'precompressed',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    closeBundle() {
      for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !['.js', '.css', '.html', '.svg'].includes(extname(entry.name))) continue;
        const path = join(entry.parentPath, entry.name);
        const text = readFileSync(path);
        writeFileSync(`${path}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }));
        writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }));
      }
    },
  };
};

export default defineConfig({
  root: import.meta.dirname,
  plugins: [precompressed()],
  build: {
    outDir: process.env.WEB_OUT ?? '../../../dist/web',
    emptyOutDir: true,
    // The policy of the pages allows no data: for fonts, and none is small.
    assetsInlineLimit: 0,
    rolldownOptions: {
      // The pages are not rendered on a server, so `use client` says nothing here.
      onLog: (level, log, next) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') next(level, log);
      },
      // The design system's barrel says that it has side effects. Those are in designsystemet-web, which main.tsx imports.
      treeshake: { moduleSideEffects: (id) => !/@digdir\/designsystemet-react\//.test(id) },
    },
  },
});

import { copyFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { defineConfig } from 'vite';

/**
 * Puts the compiled verifier of the log beside the pages, as the file that every export has. The page for control runs it, and an
 * auditor can read what it ran. The compiled service lies beside the pages' folder.
 */
const verifier = () => {
  let folder = '';
  return {
    name: 'verifier',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = resolve(root, build.outDir);
    },
    writeBundle() {
      const compiled = join(folder, '../interfaces/cli/verify.js');
      if (!existsSync(compiled)) throw new Error(`Compile the service before the pages: ${compiled} is missing`);
      copyFileSync(compiled, join(folder, 'verify.mjs'));
    },
  };
};

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
        if (!entry.isFile() || !['.js', '.mjs', '.css', '.html', '.svg'].includes(extname(entry.name))) continue;
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
  plugins: [verifier(), precompressed()],
  build: {
    outDir: process.env.WEB_OUT ?? '../../../dist/web',
    emptyOutDir: true,
    // The policy of the pages allows no data: for fonts, and none is small.
    assetsInlineLimit: 0,
    rolldownOptions: {
      external: ['/verify.mjs'],
      // All that the first page shares with every other is one file, which compresses better than ten.
      output: { codeSplitting: { groups: [{ name: 'felles', tags: ['$initial'] }] } },
      // The pages are not rendered on a server, so `use client` says nothing here.
      onLog: (level, log, next) => {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') next(level, log);
      },
      // The design system's barrels say that they have side effects. The pages import the scripts that they need, one by one.
      treeshake: { moduleSideEffects: [{ test: /@digdir[\\/]designsystemet-(react[\\/]|web[\\/]dist[\\/]esm[\\/]index)/, sideEffects: false }] },
    },
  },
});

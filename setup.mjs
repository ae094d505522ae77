// Installs missing dependencies, so that `npm start` and `npm test` work in a fresh clone.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

const changed = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Trenger Node 20.19 eller nyere, dette er ${process.version}.`);
  process.exit(1);
}
if (changed('node_modules/.package-lock.json') < changed('package-lock.json')) {
  console.error('Installerer avhengigheter (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  process.exit(status ?? 1);
}

// Builds the pages into the folder that is named: node build.mjs FOLDER
// Installs what package-lock.json names, where that is not done yet; checks the types; lets Vite build; compresses.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, 'dist');
const installed = join(here, 'node_modules', '.installed');
const hash = text => createHash('sha256').update(text).digest('hex');

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`The pages are built with Node.js 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

// Two builds at once (two configurations, say) share node_modules.
const lock = join(tmpdir(), `cloudia-web-${hash(here).slice(0, 16)}.lock`);
for (;;) {
  try {
    const file = openSync(lock, 'wx');
    writeFileSync(file, String(process.pid));
    closeSync(file);
    break;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const owner = Number(readIfThere(lock));
    if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
}

process.on('exit', () => rmSync(lock, { force: true }));

const wanted = hash(readFileSync(join(here, 'package-lock.json')));
if (readIfThere(installed) !== wanted) {
  run(process.platform === 'win32' ? 'npm.cmd' : 'npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--no-progress', '--loglevel=error');
  writeFileSync(installed, wanted);
}

const modules = join(here, 'node_modules');
run(process.execPath, join(modules, 'typescript', 'bin', 'tsc'), '--noEmit', '-p', here);
run(process.execPath, join(modules, 'vite', 'bin', 'vite.js'), 'build', '--outDir', out, '--emptyOutDir', '--logLevel', 'warn');
for (const entry of readdirSync(out, { recursive: true, withFileTypes: true }).filter(x => x.isFile())) {
  const path = join(entry.parentPath ?? entry.path, entry.name);
  const bytes = readFileSync(path);
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}

function run(program, ...args) {
  const { status, error } = spawnSync(program, args, { cwd: here, stdio: 'inherit', shell: program.endsWith('.cmd') });
  if (error) console.error(`${program} could not be started: ${error.message}`);
  // It said itself what is wrong.
  if (status !== 0) process.exit(status ?? 1);
}

function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

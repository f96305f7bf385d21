// Runs fauxqs (SQS and SNS) as a child of Local or of the tests:
//   node fauxqs.mjs [--port N] [--data-dir FOLDER]
// Prints "listening on 127.0.0.1:<port>" when it serves, and ends when its stdin ends: its parent has gone.
import net from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';

const Loopback = '127.0.0.1';

const { values: args } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    'data-dir': { type: 'string' },
  },
});

// fauxqs listens on 0.0.0.0 and has no setting for it; nothing of a local run is for the network.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (options, ...rest) {
  if (options === null || typeof options !== 'object' || options.path !== undefined || options.fd !== undefined) {
    throw new Error('This launcher can only keep listen({ port, host }) on the loopback address; fauxqs called it in another way.');
  }

  return listen.call(this, { ...options, host: Loopback }, ...rest);
};

// WAL with full synchronisation costs an fsync for every message. NORMAL survives a kill -9 too, only not a power cut.
const exec = DatabaseSync.prototype.exec;
DatabaseSync.prototype.exec = function (sql) {
  exec.call(this, sql);
  if (/journal_mode\s*=\s*WAL/i.test(sql)) {
    exec.call(this, 'PRAGMA synchronous=NORMAL');
  }
};

// With a data folder, a message that is given back (visibility 0) is written with a receive count of null into a column that takes none: the call
// fails, and the message is neither in flight nor visible until the next start. The count stays what it was instead.
const prepare = DatabaseSync.prototype.prepare;
DatabaseSync.prototype.prepare = function (sql) {
  return prepare.call(this, sql.replace('approximate_receive_count = ?', 'approximate_receive_count = COALESCE(?, approximate_receive_count)'));
};

// Imported late, so that the wrappers are in place.
const { startFauxqs } = await import('fauxqs');
const server = await startFauxqs({ port: Number(args.port), logger: false, dataDir: args['data-dir'] });

let stopping = false;
async function stop() {
  if (stopping) {
    return;
  }

  stopping = true;
  // A long poll keeps its connection for up to 20 s: nobody waits for that any more.
  await Promise.race([server.stop().catch(() => {}), new Promise(resolve => setTimeout(resolve, 500))]);
  process.exit(0);
}

process.on('SIGTERM', stop);
process.on('SIGINT', stop);
for (const gone of ['end', 'close', 'error']) {
  process.stdin.on(gone, stop);
}

process.stdin.resume();
process.stdout.on('error', stop);
process.stdout.write(`listening on ${Loopback}:${server.port}\n`);

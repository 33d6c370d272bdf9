// SPDX-License-Identifier: Apache-2.0
/**
 * Bench — the tables of speed and memory, each in a process of its own: `npm run bench` prints all, `npm run bench -- receive scan` those.
 * Every table has a peer beside us in the same run and gives ratios, since machines differ; CPU time, since they are busy. What a table needs is installed
 * from Debian packages where that may be done (root). Files go to ./data, since /tmp is often memory.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { installMissing } from '../scripts/debian.ts';

interface Table {
  readonly file: string;
  readonly says: string;
  /** Program → package that brings it. */
  readonly needs: Readonly<Record<string, string>>;
}

const postfix = { postfix: 'postfix', 'smtp-source': 'postfix', 'smtp-sink': 'postfix' };

const tables: Readonly<Record<string, Table>> = {
  receive: {
    file: 'receive.ts',
    says: 'CPU a message of the whole server, beside smtp-sink and Postfix',
    needs: postfix,
  },
  smtp: { file: 'smtp.ts', says: 'CPU a message of the SMTP protocol alone, beside smtp-sink', needs: postfix },
  durable: { file: 'durable.ts', says: 'messages made durable a second, beside a file each', needs: {} },
  scan: {
    file: 'scan.ts',
    says: 'messages judged per CPU-second, beside Rspamd',
    needs: { rspamd: 'rspamd', 'redis-server': 'redis-server' },
  },
  rules: {
    file: 'rules.ts',
    says: "CPU a message of our own rules, and of SpamAssassin's",
    needs: { spamassassin: 'spamassassin' },
  },
  'rule-lag': {
    file: 'rule-lag.ts',
    says: 'how long 50 rules made to take long hold up the event loop on lines of 1 and 10 MB',
    needs: {},
  },
  filter: {
    file: 'filter.ts',
    says: 'CPU a message of the learning filter, beside bogofilter',
    needs: { bogofilter: 'bogofilter' },
  },
  learning: { file: 'learning.ts', says: 'how well the filter tells spam from ham', needs: {} },
  accuracy: {
    file: 'accuracy.ts',
    says: 'who tells spam from ham best: our filters beside bogofilter, Rspamd and SpamAssassin with their Bayes',
    needs: {
      bogofilter: 'bogofilter',
      rspamd: 'rspamd',
      'redis-server': 'redis-server',
      spamassassin: 'spamassassin',
    },
  },
  authentication: {
    file: 'authentication.ts',
    says: 'CPU a message of SPF, DKIM, DMARC and ARC, beside OpenDKIM',
    needs: { opendkim: 'opendkim', unbound: 'unbound' },
  },
  checks: { file: 'checks.ts', says: 'what each symbol hits', needs: {} },
  held: {
    file: 'held.ts',
    says: 'memory of each connection that waits for its greeting, beside postscreen',
    needs: postfix,
  },
  crowded: {
    file: 'crowded.ts',
    says: "time of a known client's message while 10,000 strangers wait",
    needs: {},
  },
  rehearsal: {
    file: 'rehearsal.ts',
    says: 'CPU of a rehearsed population: our own way beside a server that takes everything, and what it stops',
    needs: {},
  },
  daily: {
    file: 'daily.ts',
    says: 'resident memory in the midst of work: rules of SpamAssassin, both models, 1,000 models of people',
    needs: { spamassassin: 'spamassassin' },
  },
  memory: { file: 'memory.ts', says: 'resident memory and time to start of an idle server', needs: {} },
};

const root = join(import.meta.dirname, '..');
const asked = process.argv.slice(2);
const unknown = asked.filter(name => !(name in tables));
if (unknown.length > 0) {
  console.error(`No table ${unknown.join(', ')}. There are:`);
  for (const [name, { says }] of Object.entries(tables)) console.error(`  ${name.padEnd(10)}${says}`);
  process.exit(2);
}
const chosen = Object.entries(tables).filter(([name]) => asked.length === 0 || asked.includes(name));
installMissing(new Map(chosen.flatMap(([, { needs }]) => Object.entries(needs))));
mkdirSync(join(root, 'data'), { recursive: true });
const folder = mkdtempSync(join(root, 'data/bench-'));
// Postfix becomes another user.
chmodSync(folder, 0o755);
let failed = 0;
try {
  for (const [name, { file, says }] of chosen) {
    console.log(`\n${name}: ${says}\n`);
    const { status } = spawnSync(process.execPath, [join(import.meta.dirname, file)], {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, TMPDIR: folder },
    });
    if (status === 0) continue;
    failed++;
    console.error(`${name}: ended with ${status}`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failed > 0 ? 1 : 0);

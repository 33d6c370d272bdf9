// SPDX-License-Identifier: Apache-2.0
/**
 * Test all — the tests that need real servers: Postfix, Exim, Dovecot, OpenDKIM and others from Debian packages, started by the tests on
 * loopback ports of their own. Installs what is missing where it may (root on Debian); what cannot be had is named and its tests say so.
 * `--quick`: each real peer once. Arguments narrow it: `npm run test:all -- test/real/dovecot.all.ts`.
 * Two files run at a time, as most of them wait; those that hold the program to times and rates run alone.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installMissing } from './debian.ts';

const root = join(import.meta.dirname, '..');
const args = process.argv.slice(2);
const isQuick = args.includes('--quick');

/** Program → package that brings it. Exim conflicts with Postfix as a package: its tests unpack it into a folder of their own. */
const needed = new Map([
  ['postfix', 'postfix'],
  ['smtp-source', 'postfix'],
  ['postgrey', 'postgrey'],
  ['dovecot', 'dovecot-lmtpd dovecot-imapd'],
  ['opendkim', 'opendkim'],
  ['opendkim-testmsg', 'opendkim-tools'],
  ['dkimverify', 'python3-dkim python3-nacl libmail-dkim-perl'],
  ['rspamd', 'rspamd'],
  ['bogofilter', 'bogofilter'],
  ['faketime', 'faketime'],
  ['swaks', 'swaks'],
  ['mbsync', 'isync'],
  ['mutt', 'mutt'],
  ['strace', 'strace'],
  ['unbound', 'unbound'],
  ['knotd', 'knot'],
  ['rbldnsd', 'rbldnsd'],
  ['gpg', 'gnupg'],
  ['openssl', 'openssl'],
  ['spamassassin', 'spamassassin'],
  ['chromium', 'chromium'],
]);

installMissing(needed);

const files = ['test', 'src'].flatMap(folder =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => file.endsWith('.all.ts'))
    .map(file => join(folder, file)),
);
const chosen = args.filter(arg => !arg.startsWith('-'));
const selected = (chosen.length > 0 ? chosen : files).sort();
/** They compare how long something took with how long it should, to a tenth or to a second. */
const alone = ['test/whole/throttle.all.ts', 'test/whole/waiting.all.ts'];
const codes = [
  test(
    selected.filter(file => !alone.includes(file)),
    2,
  ),
  test(
    selected.filter(file => alone.includes(file)),
    1,
  ),
];
process.exit(Math.max(...codes));

function test(given: readonly string[], concurrency: number): number {
  if (given.length === 0) return 0;
  const runner = ['--test', `--test-concurrency=${concurrency}`, '--test-timeout=1200000'];
  const run = spawnSync(process.execPath, [...runner, ...given], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...(isQuick ? { SEKISHO_QUICK: '1' } : {}) },
  });
  return run.status ?? 1;
}

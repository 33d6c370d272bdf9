// SPDX-License-Identifier: Apache-2.0
// A person sorts mail in her mail program: mbsync carries each move through Dovecot while our server is killed five times. Each move is learned once.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { createTransport } from 'nodemailer';
import { findProgram, run } from '../real/peer-process.ts';
import { startDovecot, whyNoDovecot, type Dovecot } from '../real/dovecot.ts';
import { openFleet, until, type Fleet } from './fleet.ts';

const isQuick = process.env['SEKISHO_QUICK'] === '1';
const moves = isQuick ? 60 : 500;
const rounds = 10;
const address = 'alice@example.jp';
const skip = whyNoDovecot() ?? (findProgram('mbsync') === undefined ? 'mbsync is not installed' : false);

it(
  `learns each of ${moves} moves once that mbsync makes through Dovecot, whenever the server dies`,
  { skip },
  async t => {
    const fleet = await openFleet({ processes: 2, toml: '' });
    t.after(() => fleet.remove());
    giveToNobody(fleet);
    await fleet.start();
    await deliver(fleet.port);
    await until(async () => (await fleet.queued()) === 0, 120_000, 'not all is delivered');
    const dovecot = await startDovecot({ mail: join(fleet.dataPath, 'mail') });
    t.after(() => dovecot.stop());
    const near = nearOf(fleet, dovecot);
    await near.sync();
    assert.equal(near.files('Inbox').length, moves);

    for (let round = 0; round < rounds; round += 1) {
      for (const name of near.files('Inbox').slice(0, moves / rounds)) near.toJunk(name);
      const isKilled = round % 2 === 1;
      if (isKilled) setTimeout(() => fleet.server?.kill('SIGKILL'), 40 * round);
      await near.sync();
      if (!isKilled) continue;
      await pause(400);
      await fleet.start();
    }
    assert.equal(near.files('Junk').length, moves);
    await until(async () => (await learned(fleet)) >= moves, 180_000, 'not all moves are learned');
    // Whoever is started again looks at all mailboxes anew, and finds nothing new.
    await fleet.stop();
    await fleet.start();
    await pause(isQuick ? 5_000 : 35_000);
    await fleet.stop();
    assert.deepEqual(await entries(fleet), { spam: moves, others: 0 });
  },
);

/** Its user's name in the configuration, and the folder that commands of root made. */
function giveToNobody(fleet: Fleet): void {
  chmodSync(fleet.folder, 0o755);
  const toml = `[server]\nuser = "nobody"\n`;
  const config = spawnSync('sed', ['-i', `s/^\\[server\\]$/${toml.trim().replace('\n', '\\n')}/`, fleet.configPath]);
  assert.equal(config.status, 0);
  assert.equal(spawnSync('chown', ['-R', 'nobody', fleet.dataPath]).status, 0);
}

async function deliver(port: number): Promise<void> {
  const transport = createTransport({ host: '127.0.0.1', port, secure: false, ignoreTLS: true, pool: true });
  for (let i = 0; i < moves; i += 1)
    await transport.sendMail({
      from: 'bob@example.com',
      to: address,
      subject: `Offer ${i}`,
      messageId: `<${i}.moved@example.com>`,
      text: `This is offer number ${i}: ${'cheap '.repeat(i % 7)}watches.\n`,
    });
  transport.close();
}

/** The mail program's own copy, by Maildirs that mbsync keeps like those of Dovecot. */
function nearOf(fleet: Fleet, dovecot: Dovecot) {
  const folder = join(fleet.folder, 'near');
  mkdirSync(folder);
  const config = join(fleet.folder, 'mbsyncrc');
  writeFileSync(
    config,
    `IMAPAccount a\nHost 127.0.0.1\nPort ${dovecot.imapPort}\nUser ${address}\nPass secret\nSSLType None\nAuthMechs LOGIN\n\n` +
      `IMAPStore far\nAccount a\n\nMaildirStore near\nPath ${folder}/\nInbox ${folder}/Inbox\nSubFolders Verbatim\n\n` +
      `Channel all\nFar :far:\nNear :near:\nPatterns INBOX Junk\nCreate Both\nExpunge Both\nSyncState *\n`,
    { mode: 0o600 },
  );
  const filesIn = (box: string): readonly (readonly [string, string])[] =>
    ['cur', 'new'].flatMap(part => readdirSync(join(folder, box, part)).map(name => [part, name] as const));
  return {
    sync: (): Promise<string> => run('mbsync', ['-c', config, '-a']),
    files: filesIn,
    /** As mail programs do: without the number that it had in the other folder. */
    toJunk([part, name]: readonly [string, string]): void {
      renameSync(join(folder, 'Inbox', part, name), join(folder, 'Junk', 'cur', name.replace(/,U=\d+/, '')));
    },
  };
}

async function learned(fleet: Fleet): Promise<number> {
  return (await entries(fleet)).spam;
}

async function entries(fleet: Fleet): Promise<{ readonly spam: number; readonly others: number }> {
  const ran = spawnSync(fleet.command()[0] ?? '', fleet.command('learn', 'log', '--json', '--limit', '2000').slice(1), {
    encoding: 'utf8',
  });
  assert.equal(ran.status, 0, ran.stderr);
  const lines = ran.stdout
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as Readonly<Record<string, unknown>>);
  const spam = lines.filter(line => line['label'] === 'spam' && line['by'] === address);
  assert.equal(new Set(spam.map(line => line['messageId'])).size, spam.length, 'a move was learned twice');
  return { spam: spam.length, others: lines.length - spam.length };
}

// SPDX-License-Identifier: Apache-2.0
// Commands as a person types them, wrongly too: what they say in both languages, their exit codes, and what they leave behind.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { createTransport } from 'nodemailer';
import { cleanUp, root, run, startServing } from './serving.ts';

const folder = await mkdtemp(join(tmpdir(), 'sekisho-commands-'));
after(() => rm(folder, { recursive: true }));

const sekisho = (language: 'en' | 'ja', ...args: readonly string[]) =>
  run(
    [
      'env',
      '-u',
      'LC_ALL',
      '-u',
      'LC_MESSAGES',
      `LANG=${language === 'ja' ? 'ja_JP.UTF-8' : 'C.UTF-8'}`,
      process.execPath,
      join(root, 'bin/sekisho.js'),
      ...args,
      '-d',
      join(folder, 'data'),
    ],
    '',
    folder,
  );

describe('scan', () => {
  const message = (subject: string): string => `From: alice@example.org\nSubject: ${subject}\n\nHello Bob.\n`;

  it('judges each message of an mbox, and says by what the filter goes', async () => {
    const path = join(folder, 'two.mbox');
    const line = 'From alice@example.org Tue Jan  6 10:00:00 2026\n';
    await writeFile(path, `${line}${message('one')}\n${line}${message('two')}`);
    const brief = await sekisho('en', 'scan', '--brief', path);
    assert.match(brief.stdout, /^ *\S+ {2}\w+ +\S*two\.mbox#1\n *\S+ {2}\w+ +\S*two\.mbox#2\n$/);
    const single = join(folder, 'one.eml');
    await writeFile(single, message('one'));
    const en = await sekisho('en', 'scan', '--why', single);
    assert.match(en.stdout, /one\.eml\n/);
    const json = await sekisho('ja', 'scan', '--why', '--json', single);
    assert.ok('why' in JSON.parse(json.stdout));
  });

  it('says what it found in the words of the language, as explain does', async () => {
    const path = join(folder, 'nobody.eml');
    await writeFile(path, 'Subject: one\n\nHello Bob.\n');
    assert.match((await sekisho('ja', 'scan', path)).stdout, /SENDER_ID_NO_PRA: .*from がない/);
    assert.match((await sekisho('en', 'scan', path)).stdout, /SENDER_ID_NO_PRA: .*from is absent/);
  });
});

describe('a command typed wrongly', () => {
  it('says what is wrong in the language of the terminal, with the exit codes of sysexits.h', async () => {
    const wrong: readonly (readonly [args: readonly string[], code: number, en: string, ja: string])[] = [
      [['user', 'add', 'alice'], 64, 'alice is not an address', 'alice はアドレスではない'],
      [
        ['history', '--since', 'soon'],
        64,
        '--since soon: expected a span such as 90m, 36h or 7d',
        '--since soon: 90m、36h、7d のように指定する',
      ],
      [['scan', 'nowhere.eml'], 66, 'nowhere.eml does not exist', 'nowhere.eml はない'],
      [['try', 'nowhere.txt'], 66, 'nowhere.txt does not exist', 'nowhere.txt はない'],
      [['restore', 'nowhere'], 66, 'nowhere does not exist', 'nowhere はない'],
      [['learn', 'ham', 'nowhere'], 66, 'nowhere does not exist', 'nowhere はない'],
      [['evaluate', 'nowhere'], 66, 'nowhere does not exist', 'nowhere はない'],
      [['config', 'check', 'nowhere.toml'], 66, 'nowhere.toml does not exist', 'nowhere.toml はない'],
      [['domain', 'list', '-c', 'nowhere.toml'], 66, 'nowhere.toml does not exist', 'nowhere.toml はない'],
      [
        ['backup', '.'],
        73,
        '. is not empty (it has data); name a folder that is not there yet',
        '. は空ではない（data がある）。まだないフォルダを指定する',
      ],
      [['rules', 'lint', 'nowhere'], 66, 'nowhere does not exist', 'nowhere はない'],
      [['domain', 'add', 'example..org'], 64, 'example..org is not a domain name', 'example..org はドメイン名ではない'],
      [['dkim', 'keygen', 'a..example'], 64, 'a..example is not a domain name', 'a..example はドメイン名ではない'],
      [['serve', '-c', 'nowhere.toml'], 66, 'nowhere.toml does not exist', 'nowhere.toml はない'],
    ];
    // Each in one language: a process is slow to start, and the words themselves have a test of their own.
    for (const [i, [args, code, en, ja]] of wrong.entries()) {
      const language = i % 2 === 0 ? 'en' : 'ja';
      assert.deepEqual(await sekisho(language, ...args), {
        code,
        stdout: '',
        stderr: `sekisho: ${{ en, ja }[language]}\n`,
      });
    }
  });

  it('names a mistake of the configuration', async () => {
    await writeFile(join(folder, 'bad.toml'), '[server]\nprocesses = 0\nhostnam = "x"\n');
    const english = await sekisho('en', 'config', 'check', 'bad.toml');
    assert.equal(english.code, 78);
    assert.match(english.stderr, /^bad\.toml: server\.processes: 0 is not allowed here; expected at least 1 or auto$/m);
    const japanese = await sekisho('ja', 'config', 'check', 'bad.toml');
    assert.match(japanese.stderr, /^bad\.toml: server\.processes: 0 は使えない。1 以上 か auto を指定する$/m);
    assert.match(japanese.stderr, /^bad\.toml: server\.hostnam: そのような項目は\[server\] にない。/m);
  });

  it('ends also where the configuration names rules that are not there', { timeout: 60_000 }, async () => {
    await writeFile(join(folder, 'rules.toml'), '[[checks.rules.folders]]\npath = "nowhere"\n');
    const { code, stderr } = await sekisho('en', 'history', '-c', 'rules.toml');
    assert.equal(code, 78);
    assert.match(stderr, /checks\.rules\.folders: nowhere cannot be read/);
  });
});

describe('the configuration', () => {
  it('is shown with where each value came from, as a file that says the same', async () => {
    await writeFile(join(folder, 'good.toml'), '[server]\ndrain = "90s"\nhostname = "mx.example.jp"\n');
    const { stdout, code } = await sekisho('en', 'config', 'show', '-c', 'good.toml');
    assert.equal(code, 0);
    assert.match(stdout, /^server\.drain = "90s" +# good\.toml$/m);
    assert.match(stdout, /^smtp\.messageSize = "25MB" +# default$/m);
    await writeFile(join(folder, 'shown.toml'), stdout);
    const again = await sekisho('ja', 'config', 'show', '-c', 'shown.toml', '--changed');
    assert.equal(again.stdout.replaceAll(/ +# .*/g, ''), stdout.replaceAll(/ +# .*/g, ''));
  });
});

describe('forgetting', () => {
  it('takes an address out of what a running server recorded', async () => {
    const serving = await startServing({ toml: '[dns]\nservers = ["127.0.0.1:9"]\n' });
    try {
      const transport = createTransport({ host: '127.0.0.1', port: serving.port, tls: { rejectUnauthorized: false } });
      const mail = { from: 'carol@example.com', to: 'postmaster@localhost', text: 'Hello' };
      const { response } = await transport.sendMail(mail);
      const [, id = ''] = /\(id (\w+)\)/.exec(response) ?? [];
      assert.match((await serving.run('explain', id)).stdout, /carol@example\.com/);
      // Of mail that is still kept the filter can be asked, with the models of now.
      assert.match((await serving.run('explain', '--why', id)).stdout, /\n\nThe learning filter has not learned both/);
      const forgotten = await serving.run('forget', 'carol@example.com');
      assert.deepEqual(forgotten, {
        code: 0,
        stdout: 'carol@example.com was taken out; entries changed: 1.\n',
        stderr: '',
      });
      const told = await serving.run('explain', id);
      assert.match(told.stdout, /\[forgotten\]/);
      assert.doesNotMatch(told.stdout, /carol@/);
      assert.equal((await serving.run('history', '--sender', 'carol@example.com')).code, 1);
      assert.equal((await serving.run('forget', 'carol')).code, 64);
    } finally {
      await cleanUp(serving);
    }
  });
});

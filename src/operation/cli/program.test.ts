// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { backup, holdDataFolder, makeDataFolder } from '../../app.ts';
import { Fault, faults, type FaultCode } from '../../core/faults.ts';
import { fill, type Language } from '../../core/sentence.ts';
import { cannotListen } from '../../net/listen-address.ts';
import { notAnAddress } from '../mistake.ts';
import { exit, type Command, type Context } from './command.ts';
import { commands } from './commands/all.ts';
import { sayFault } from './fault-words.ts';
import { runProgram } from './program.ts';

/** Runs the program with commands that touch nothing; what it printed and its exit code. */
async function run(argv: readonly string[], language: Language = 'en', more: readonly Command[] = commands) {
  let stdout = '';
  let stderr = '';
  const out = (text: string): void => void (stdout += text);
  const err = (text: string): void => void (stderr += text);
  const nowhere = () => Promise.reject(new Error('nothing may be opened for this'));
  const context = {
    language,
    say: (sentence, details = {}) => fill(sentence, details, language),
    out,
    err,
    open: nowhere,
    openJudge: nowhere,
  } satisfies Partial<Context> as unknown as Context;
  const code = await runProgram({ version: '1', commands: more, language, out, err, context: () => context }, argv);
  return { code, stdout, stderr };
}

const failing = (error: Error): readonly Command[] => [
  { name: 'fail', says: { en: '', ja: '' }, run: () => Promise.reject(error) },
];

describe('the command line', () => {
  it('says in the language of the terminal what is wrong with it, and where help is', async () => {
    const wrong: readonly (readonly [argv: readonly string[], en: string, ja: string])[] = [
      [
        ['histroy'],
        'there is no command histroy. Did you mean history? See: sekisho --help',
        'histroy というコマンドはない。 もしかして history？ 使い方: sekisho --help',
      ],
      [
        ['frobnicate'],
        'there is no command frobnicate. See: sekisho --help',
        'frobnicate というコマンドはない。 使い方: sekisho --help',
      ],
      [
        ['queue', 'lsit'],
        'there is no command lsit. Did you mean list? See: sekisho queue --help',
        'lsit というコマンドはない。 もしかして list？ 使い方: sekisho queue --help',
      ],
      [
        ['history', '--jsn'],
        'there is no option --jsn. Did you mean --json? See: sekisho history --help',
        '--jsn というオプションはない。 もしかして --json？ 使い方: sekisho history --help',
      ],
      [
        ['explain'],
        'the argument <id> is missing. See: sekisho explain --help',
        '引数 <id> が足りない。 使い方: sekisho explain --help',
      ],
      [
        ['history', '--limit'],
        'the option -n, --limit <count> needs a value. See: sekisho history --help',
        'オプション -n, --limit <count> には値が要る。 使い方: sekisho history --help',
      ],
      [
        ['explain', 'a', 'b'],
        'too many arguments: 2 given, 1 expected. See: sekisho explain --help',
        '引数が多すぎる（1 個まで。2 個ある）。 使い方: sekisho explain --help',
      ],
    ];
    for (const [argv, en, ja] of wrong) {
      assert.deepEqual(await run(argv), { code: 64, stdout: '', stderr: `sekisho: ${en}\n` });
      assert.deepEqual(await run(argv, 'ja'), { code: 64, stdout: '', stderr: `sekisho: ${ja}\n` });
    }
  });

  it('says what a bad argument should be, with EX_USAGE', async () => {
    for (const argv of [
      ['history', '--limit', '0'],
      ['evaluate', 'x', '--with', 'y'],
    ])
      assert.equal(
        (
          await run(
            argv,
            'ja',
            commands.filter(one => one.name !== 'history'),
          )
        ).code,
        64,
      );
    const result = await run(['fail'], 'ja', failing(notAnAddress('alice')));
    assert.deepEqual(result, { code: exit.usage, stdout: '', stderr: 'sekisho: alice はアドレスではない\n' });
  });

  it('ends with the exit code that mail programs give to each kind of fault', async () => {
    const codeOf = async (fault: Fault) => (await run(['fail'], 'en', failing(fault))).code;
    assert.equal(await codeOf(new Fault('bad-configuration')), 78);
    assert.equal(await codeOf(new Fault('bad-input')), 65);
    assert.equal(await codeOf(new Fault('data-folder-taken')), 75);
    assert.equal(await codeOf(new Fault('disk-full')), 75);
    assert.equal(await codeOf(new Fault('store-broken')), 69);
  });

  it('gives a command the last configuration named, and the options of the command above it', async () => {
    const heard: unknown[] = [];
    const flags = [{ flags: '--json', says: { en: '', ja: '' } }];
    const hear = (name: string): Command => ({
      name,
      says: { en: '', ja: '' },
      options: flags,
      run: async (_context, _args, options) => {
        heard.push([name, options['config'], options['json']]);
        return exit.ok;
      },
    });
    const both = [hear('watch'), hear('watch closely')];
    await run(['watch', '-c', 'a.toml'], 'en', both);
    await run(['watch', 'closely', '--config', 'a.toml', '-c', 'b.toml', '--json'], 'en', both);
    assert.deepEqual(heard, [
      ['watch', 'a.toml', undefined],
      ['watch closely', 'b.toml', true],
    ]);
  });

  it('shows help in both languages, and has every command in it', async () => {
    for (const language of ['en', 'ja'] as const) {
      const { stdout, code } = await run(['--help'], language);
      assert.equal(code, 0);
      assert.doesNotMatch((await run(['history', '--help'], 'ja')).stdout, /\[options\]|default|Usage|Options/);
      for (const { name } of commands) assert.match(stdout, new RegExp(`^ +${name.split(' ')[0]}`, 'm'));
      // Each with a word on what it is for.
      assert.doesNotMatch(stdout, /^ {2}[a-z]+$/m);
    }
  });
});

describe('what a fault says', () => {
  it('has Japanese for every code', () => {
    for (const code of Object.keys(faults) as FaultCode[]) {
      assert.match(sayFault(new Fault(code), 'ja'), /[ぁ-んァ-ヶ]/);
      assert.equal(
        sayFault(new Fault(code, { detail: 'x', cause: new Error('y') }), 'en'),
        code === 'bad-input' ? 'x (y)' : `${faults[code].says} x (y)`,
      );
    }
  });

  it('tells what to do in Japanese too', () => {
    const fault = new Fault('data-folder-taken', {
      detail: '/d: stop that server first, or set another folder with --data',
    });
    assert.equal(
      sayFault(fault, 'ja'),
      '別のサーバがこのデータフォルダを使っている。 /d: 先にそのサーバを止めるか、--data で別のフォルダを指定する',
    );
  });

  it('knows what the server and the stores really say', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sekisho-faults-'));
    const sayOf = (error: unknown): string => (error instanceof Fault ? sayFault(error, 'ja') : String(error));
    const caught = (work: Promise<unknown>): Promise<string> => work.then(() => 'no fault', sayOf);
    try {
      await writeFile(join(folder, 'file'), '');
      await mkdir(join(folder, 'full', 'data'), { recursive: true });
      await writeFile(join(folder, 'full', 'data', 'state.db'), '');
      const lock = await holdDataFolder(join(folder, 'taken'));
      const listenError = (code: string) =>
        sayOf(cannotListen(Object.assign(new Error(`listen ${code}: 127.0.0.1:25`), { code })));
      const told = [
        listenError('EADDRINUSE'),
        listenError('EACCES'),
        listenError('EADDRNOTAVAIL'),
        await caught(holdDataFolder(join(folder, 'taken'))),
        await caught(makeDataFolder(join(folder, 'file', 'data'))),
        await caught(backup(join(folder, 'taken'), join(folder, 'full'))),
        await caught(backup(join(folder, 'taken'), join(folder, 'taken', 'b'))),
      ];
      lock.release();
      for (const sentence of told)
        assert.doesNotMatch(
          // What the operating system says is in its own words.
          sentence.replaceAll(folder, '').replace(/: E[A-Z]+: .*$/, ''),
          /\b(?:is|use|stop|set|another|folder|cannot|not|empty|in)\b(?!\.)/,
          sentence,
        );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

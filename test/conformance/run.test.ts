// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it } from 'node:test';

const spfCase = `tests:
  one: { helo: mail.example.jp, host: 192.0.2.1, mailfrom: alice@example.jp, result: pass }
zonedata:
  example.jp: [{ SPF: 'v=spf1 ip4:192.0.2.1 -all' }]
`;
const dateCase = [{ header: ' Tue, 24 Nov 2026 10:00:00 +0900', expected: dateOf(10) }];

it('runs a suite file of any name, and the folder it lies in, from any working directory', () => {
  using folder = folderWith({
    'smtp/one.json': JSON.stringify({ inbound_eod_sequences: ['\n.\n'], outbound_eod_sequences: [] }),
    'spf/関所 1.yaml': spfCase,
    'tables/deep/date-two.json': JSON.stringify(dateCase),
  });
  for (const [suite, path] of [
    ['smtp-smuggling', 'smtp'],
    ['smtp-smuggling', './smtp/one.json'],
    ['spf', 'spf'],
    ['spf', 'spf/関所 1.yaml'],
    ['mime-tables', 'tables'],
    ['mime-tables', 'tables/deep/date-two.json'],
  ] as const) {
    assert.deepEqual(run(folder.path, suite, path), { lines: ['1/1'], code: 0, said: '' }, `${suite} ${path}`);
  }
});

it('calls a suite without cases no success', () => {
  using folder = folderWith({ empty: '', 'object.json': '{}', 'comment.yml': '# nothing\n', 'none/x.txt': '' });
  for (const [suite, path] of [
    ['spf', 'empty'],
    ['spf', 'comment.yml'],
    ['smtp-smuggling', 'object.json'],
    ['mime', 'none'],
    ['mime-tables', 'none'],
  ] as const) {
    const { lines, code, said } = run(folder.path, suite, path);
    assert.deepEqual({ lines, code }, { lines: ['0/0'], code: 2 }, `${suite} ${path}`);
    assert.match(said, /holds no cases of/);
  }
});

it('says in one line what is wrong with data it cannot read', () => {
  using folder = folderWith({
    'half.json': '{"inbound',
    'half.yml': 'tests: {a: [',
    'date.json': '{}',
    'odd.json': '[]',
  });
  for (const [suite, path] of [
    ['smtp-smuggling', 'half.json'],
    ['spf', 'half.yml'],
    ['mime-tables', 'date.json'],
    ['mime-tables', 'odd.json'],
  ] as const) {
    const { code, said } = run(folder.path, suite, path);
    assert.equal(code, 2);
    assert.match(said.split('\n')[0] ?? '', new RegExp(`${path} is `));
    assert.doesNotMatch(said, /^ +at /m);
  }
});

it('counts a case it cannot read as missed, and runs the others', () => {
  using folder = folderWith({
    'a.eml': 'Subject: a\n\nb\n',
    'date.json': JSON.stringify([...dateCase, {}]),
    'x.yml': spfCase.replace('tests:', 'tests:\n  none: {}'),
  });
  assert.deepEqual(
    [run(folder.path, 'mime', '.'), run(folder.path, 'mime-tables', '.'), run(folder.path, 'spf', '.')].map(one => [
      one.lines.at(-1),
      one.code,
    ]),
    [
      ['0/1', 1],
      ['1/2', 1],
      ['1/2', 1],
    ],
  );
});

function dateOf(hour: number) {
  return { year: 2026, month: 11, day: 24, hour, minute: 0, second: 0, tz_before_gmt: false, tz_hour: 9, tz_minute: 0 };
}

function folderWith(files: Readonly<Record<string, string>>) {
  const path = mkdtempSync(join(tmpdir(), 'sekisho-suite-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true }) };
}

function run(folder: string, suite: string, path: string) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(import.meta.dirname, 'run.ts'), suite, path], {
    encoding: 'utf8',
    env: { ...process.env, INIT_CWD: folder },
  });
  return { lines: stdout.trim().split('\n'), code: status, said: stderr };
}

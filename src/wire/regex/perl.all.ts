// SPDX-License-Identifier: Apache-2.0
/** Perl — the expressions of Debian's SpamAssassin set match the same places in its own lines as in real Perl, and hold their literals. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { it } from 'node:test';
import { Classes } from './classes.ts';
import { readExpression } from './expression.ts';
import { translate } from './translate.ts';

const folder = '/usr/share/spamassassin';
const program = `my(@e,@t);while(<STDIN>){chomp;if(/^E (\\w*) (\\w+)/){my($f,$p)=($1,pack("H*",$2));push @e,eval{$f?qr/(?$f)$p/aa:qr/$p/aa}}
elsif(/^T (\\w+)/){push @t,pack("H*",$1)}}
for my $i(0..$#e){next unless $e[$i];for my $j(0..$#t){print "$i $j $-[0] $+[0]\\n" if $t[$j]=~$e[$i]}}`;

it('matches where Perl matches', { skip: !existsSync(folder) && `${folder} is not here` }, t => {
  const lines = readdirSync(folder)
    .filter(file => file.endsWith('.cf'))
    .flatMap(file => readFileSync(`${folder}/${file}`, 'latin1').split('\n'));
  const classes = new Classes('latin1');
  const rules = lines.flatMap(line => {
    const text = /^\s*(?:body|uri|rawbody|header)\s+\S+\s+(?:[\w:-]+\s*=~\s*)?((?:\/|m\W).*?)\s*$/.exec(line)?.[1];
    const expression = readExpression(text ?? '');
    if ('reason' in expression) return [];
    const found = translate(expression, 'latin1', { classes });
    return 'reason' in found ? [] : [{ expression, found }];
  });
  const texts = lines.filter((line, i) => i % 12 === 0 && line.length > 20 && line.length < 300);
  const hex = (text: string) => Buffer.from(text, 'latin1').toString('hex');
  const input = [
    ...rules.map(({ expression: { pattern, flags } }) => `E ${flags.replace(/[^imsxn]/g, '')} ${hex(pattern)}`),
    ...texts.map(text => `T ${hex(text)}`),
  ].join('\n');
  const { stdout } = spawnSync('perl', ['-e', program], { input, encoding: 'utf8', maxBuffer: 1e9 });
  const ours: string[] = [];
  for (const [i, { found }] of rules.entries()) {
    for (const [j, text] of texts.entries()) {
      const match = found.regex.exec(text);
      if (match === null) continue;
      ours.push(`${i} ${j} ${match.index} ${match.index + match[0].length}`);
      const lower = match[0].toLowerCase();
      assert.ok(found.literals?.some(word => lower.includes(word)) ?? true, match[0]);
    }
  }
  t.diagnostic(`${rules.length} expressions, ${texts.length} lines, ${ours.length} matches`);
  assert.ok(ours.length > 1_000);
  assert.deepEqual(ours, stdout.trim().split('\n'));
});

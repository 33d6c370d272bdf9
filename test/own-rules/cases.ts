// SPDX-License-Identifier: Apache-2.0
/** Cases — the mail of `rules/tests`: what each rule must hit, and what it must not although it is close. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { folder } from './declared.ts';

export interface RuleCase {
  readonly rule: string;
  readonly isHit: boolean;
  readonly bytes: Buffer;
}

export function ruleCases(): readonly RuleCase[] {
  const path = join(folder, 'tests');
  return readdirSync(path)
    .sort()
    .flatMap(file => readFileSync(join(path, file), 'utf8').split(/^=== /m).slice(1))
    .map(entry => {
      const end = entry.indexOf('\n');
      const [rule = '', outcome] = entry.slice(0, end).split(' ');
      if (outcome !== 'hits' && outcome !== 'misses') throw new Error(`${rule}: neither hits nor misses`);
      return { rule, isHit: outcome === 'hits', bytes: mail(entry.slice(end + 1)) };
    });
}

/** UTF-8 as it is, in the header too (RFC 6532). */
function mail(text: string): Buffer {
  const empty = text.indexOf('\n\n');
  const head = text.slice(0, empty);
  const type = /^content-type:/im.test(head) ? '' : '\nContent-Type: text/plain; charset=utf-8';
  const whole = `${head}\nMIME-Version: 1.0${type}\nContent-Transfer-Encoding: 8bit${text.slice(empty)}`;
  return Buffer.from(whole.replaceAll('\n', '\r\n'));
}

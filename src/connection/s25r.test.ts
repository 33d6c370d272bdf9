// SPDX-License-Identifier: Apache-2.0
import { deepEqual } from 'node:assert/strict';
import { describe, it } from 'node:test';
import { s25rRule } from './s25r.ts';

describe('S25R', () => {
  it('knows each kind of name by its rule', () => {
    const names: readonly (readonly [string, number | undefined])[] = [
      ['unknown', 0],
      ['220-139-165-188.dynamic.hinet.example', 1],
      ['evrtwa1-ar3-4-65-157-048.evrtwa1.dsl.example', 1],
      ['a12a190.neo.example', 1],
      ['yahoobb220030220074.bbtec.example', 2],
      ['yahoobb2200302.bbtec.example', 2],
      ['398pkj.cm.chello.example.com', 3],
      ['host.101.169.23.62.rev.example.com', 3],
      ['wbar9.chi1-4-11-085-222.dsl-verizon.example', 4],
      ['d5.gl.example.ne.jp', undefined],
      ['m226.net81-66-158.example.net', 4],
      ['d5.gldsl2.some.where.example.com', 5],
      ['dhcp1.example.net', 6],
      ['dialup.example.net', undefined],
      ['ppp9.example.net', 6],
      ['adsl-9.example.net', 6],
      ['xdsl7.example.net', 6],
      ['mail.example.org', undefined],
      ['mx1.example.co.jp', undefined],
      ['mx12.example.co.jp', undefined],
      ['a4-16.smtp-out.example.org', 1],
    ];
    deepEqual(
      names.map(([name]) => [name, s25rRule(name)]),
      names,
    );
  });

  it('takes the longest names that DNS can hold', () => {
    const label = '1a'.repeat(31);
    const name = Array.from({ length: 4 }, () => label).join('.');
    deepEqual([name, label, `a${'.1'.repeat(120)}`, 'a-'.repeat(126)].map(s25rRule), [
      1,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

// SPDX-License-Identifier: Apache-2.0
import { ok } from 'node:assert/strict';
import { it } from 'node:test';
import { boundOf } from './bound.ts';
import { Classes } from './classes.ts';
import { parseExpression } from './translate.ts';

const classes = new Classes('latin1');

it('a bound is a number to reckon with, also where nothing is known', () => {
  for (const pattern of ['a', 'a*b*', String.raw`(?:\w+\s)*x?`, '(?:(?:a+b)*c+)*', '^(?:(?:a|b){0,999}c?){0,999}']) {
    const { times, power } = boundOf(parseExpression({ pattern, flags: '' }, classes).root);
    for (const length of [1, 2, 1_000]) ok(times * length ** power >= 1, `${pattern} ${length}: ${times} ${power}`);
  }
});

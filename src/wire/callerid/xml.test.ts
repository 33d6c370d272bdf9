// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseXml } from './xml.ts';

describe('parseXml', () => {
  it('reads elements, attributes and text', () => {
    const root = parseXml(`<?xml version="1.0"?>\n<x:a b = 'c' d="e>"><f> g </f><h/></x:a>`.replace('e>', 'e'));
    assert.equal(root?.name, 'a');
    assert.deepEqual(
      [...(root?.attributes ?? [])],
      [
        ['b', 'c'],
        ['d', 'e'],
      ],
    );
    assert.deepEqual(
      root?.children.map(({ name, text }) => [name, text]),
      [
        ['f', 'g'],
        ['h', ''],
      ],
    );
  });

  it('reads nothing that is not closed, nested wrongly, or more than one element', () => {
    for (const text of [
      '',
      'a',
      '<a>',
      '</a>',
      '<a></b>',
      '<a><b></a></b>',
      '<a/><b/>',
      '<a/>x',
      'x<a/>',
      '<a b=c/>',
      '<a b="1" b="2"/>',
      '< a/>',
      '<a',
      '<a>></a>',
      '<?pi x?><a/>',
      '<a><?pi x?></a>',
    ])
      assert.equal(parseXml(text), undefined, text);
  });

  it('knows no entities, types, comments or sections', () => {
    for (const text of [
      '<a>&amp;</a>',
      '<a>&#65;</a>',
      '<!DOCTYPE a><a/>',
      '<a><!-- x --></a>',
      '<a><![CDATA[x]]></a>',
    ])
      assert.equal(parseXml(text), undefined, text);
  });

  it('reads eight levels and 8,192 signs, and no more', () => {
    const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
    assert.ok(parseXml(nested(8)));
    assert.equal(parseXml(nested(9)), undefined);
    const long = (length: number): string => `<a>${'x'.repeat(length - 7)}</a>`;
    assert.ok(parseXml(long(8_192)));
    assert.equal(parseXml(long(8_193)), undefined);
  });

  it('gives a value for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void parseXml(text)));
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<', '>', '/', 'a', ' ', '=', '"', "'", '?')),
        signs => void parseXml(signs.join('')),
      ),
    );
  });
});

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readMarkCertificate, unpackMark } from './mark-certificate.ts';
import { readBimiRecord, readSelector } from './record.ts';
import { wrongInMark } from './svg.ts';

describe('a BIMI record', () => {
  it('names a mark and a certificate, or says that there is none', () => {
    const both = { location: 'https://a.example/m.svg', authority: 'https://a.example/m.pem' };
    assert.deepEqual(readBimiRecord('v=BIMI1; l=https://a.example/m.svg; a=https://a.example/m.pem; x=1'), both);
    assert.deepEqual(readBimiRecord(' v = bimi1 ;l=https://a.example/m.svg'), { ...both, authority: '' });
    assert.equal(readBimiRecord('v=BIMI1; l=; a=;'), 'declined');
    assert.equal(readBimiRecord('v=BIMI1; l='), 'declined');
  });

  it('is none without a version, by another scheme, with a tag twice or without a place', () => {
    for (const text of [
      'l=https://a.example/m.svg',
      'v=BIMI2; l=https://a.example/m.svg',
      'v=BIMI1; l=http://a.example/m.svg',
      'v=BIMI1; l=https://a.example/m.svg; l=https://b.example/m.svg',
      'v=BIMI1; l=https://a.example/m m.svg',
      'v=BIMI1; a=https://a.example/m.pem',
      'v=BIMI1',
      `v=BIMI1; l=https://a.example/${'m'.repeat(5_000)}`,
    ])
      assert.equal(readBimiRecord(text), undefined, text);
  });

  it('is chosen by a selector that is one label', () => {
    assert.equal(readSelector('v=BIMI1; s=Xmas'), 'xmas');
    for (const value of ['s=xmas', 'v=BIMI1; s=a.b', 'v=BIMI1; s=', 'v=BIMI1; s=-a', 'v=BIMI1; s=a_b'])
      assert.equal(readSelector(value), undefined, value);
  });
});

const mark = (body: string, root = 'version="1.2" baseProfile="tiny-ps"') =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" ${root}><title>Brand</title>${body}</svg>`);

describe('a mark', () => {
  it('may be drawn of what SVG Tiny PS has', () => {
    for (const body of [
      '<g><path d="M0 0" fill="#fff"/></g>',
      '<defs><linearGradient id="a"><stop offset="0"/></linearGradient></defs><rect fill="url(#a)"/>',
      '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="#a"/>',
      '<!-- <script> --><text>A &amp; B</text>',
    ])
      assert.equal(wrongInMark(mark(body)), undefined, body);
    assert.equal(wrongInMark(Buffer.concat([Buffer.from('\ufeff<?xml version="1.0"?>\n'), mark('')])), undefined);
  });

  it('may hold nothing that runs, moves, or comes from elsewhere', () => {
    for (const body of [
      '<script>alert(1)</script>',
      '<SCRIPT/>',
      '<g onload="alert(1)"/>',
      '<g xml:onclick="1"/>',
      '<image href="https://a.example/x.png"/>',
      '<use href="https://a.example/x.svg#a"/>',
      '<use xlink:href="data:image/svg+xml,x"/>',
      '<a href="#x"/>',
      '<foreignObject/>',
      '<animate/>',
      '<style>*{}</style>',
      '<rect fill="url(https://a.example/x)"/>',
      '<rect fill="url( \'//a.example/x\')"/>',
      '<rect fill="java&#115;cript:1"/>',
      '<g xml:base="https://a.example/"/>',
      '<![CDATA[<script/>]]>',
      '<?xml-stylesheet href="x"?>',
      '<text>&x;</text>',
      '<g',
      '</g>',
      '<svg/>',
    ])
      assert.notEqual(wrongInMark(mark(body)), undefined, body);
  });

  it('says what it is, and has a title', () => {
    for (const bytes of [
      mark('', 'version="1.1" baseProfile="tiny-ps"'),
      mark('', 'version="1.2" baseProfile="tiny"'),
      mark('', 'version="1.2" baseProfile="tiny-ps" x="0"'),
      Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps"><g/></svg>'),
      Buffer.from('<!DOCTYPE svg>').subarray(0),
      Buffer.concat([mark(''), mark('')]),
      Buffer.from('hello'),
      Buffer.alloc(0),
    ])
      assert.notEqual(wrongInMark(bytes), undefined, bytes.toString());
  });

  it('is judged whatever stands there', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('<', '>', '/', 'svg', ' ', '"', '=', '&', '#', ';', '<!--', '-->', 'x', '<?', '?>')),
        words => {
          const wrong = wrongInMark(Buffer.from(words.join('')));
          return wrong === undefined || wrong.length < 200;
        },
      ),
    );
  });
});

describe('a mark certificate', () => {
  it('that is none is said to be none', () => {
    fc.assert(
      fc.property(fc.base64String({ maxLength: 400 }), text => {
        const pem = `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----\n`;
        return !readMarkCertificate(pem, [], 0).ok && !readMarkCertificate(text, [], 0).ok;
      }),
    );
    assert.equal(unpackMark(Buffer.from([0x1f, 0x8b, 1])), undefined);
  });
});

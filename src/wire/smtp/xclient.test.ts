// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { encodeXtext } from '../senderid/xtext.ts';
import { parseXclient, unavailable } from './xclient.ts';

describe('XCLIENT', () => {
  it('is read with all attributes, in any order and case', () => {
    deepEqual(
      parseXclient(
        'NAME=spike.example.org addr=192.0.2.7 Port=4711 PROTO=esmtp HELO=spike LOGIN=alice DESTADDR=IPV6:2001:DB8::1 DESTPORT=25',
      ),
      {
        name: 'spike.example.org',
        ip: '192.0.2.7',
        port: 4711,
        protocol: 'ESMTP',
        hello: 'spike',
        login: 'alice',
        destinationIp: '2001:db8::1',
        destinationPort: 25,
      },
    );
    deepEqual(parseXclient('ADDR=IPV6:::ffff:192.0.2.7'), { ip: '192.0.2.7' });
  });

  it('tells what is not known from what was not said', () => {
    deepEqual(parseXclient('NAME=[UNAVAILABLE] ADDR=[UNAVAILABLE] PORT=[TEMPUNAVAIL]'), {
      name: unavailable,
      ip: unavailable,
      port: unavailable,
    });
  });

  it('decodes xtext', () => {
    deepEqual(parseXclient('LOGIN=alice+2Bsales+40example.org HELO=a+3Db'), {
      login: 'alice+sales@example.org',
      hello: 'a=b',
    });
  });

  it('is nothing where one attribute is not understood, stands twice, or is empty', () => {
    for (const text of [
      '',
      'ADDR',
      '=x',
      'ADDR=',
      'ADDR=192.0.2.256',
      'ADDR=mail.example.org',
      'ADDR=192.0.2.1 ADDR=192.0.2.2',
      'PORT=65536',
      'PORT=-1',
      'PROTO=LMTP',
      'COLOUR=red',
      'NAME=a+0D+0AMAIL',
      'NAME=a+2',
      `HELO=${'x'.repeat(256)}`,
    ])
      equal(parseXclient(text), undefined, text);
  });

  it('gives back any name that was encoded, and a value or nothing for any text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x21-\x7e]{1,80}$/), name => {
        const read = parseXclient(`LOGIN=${encodeXtext(name)}`)?.login;
        ok(read === name || read === unavailable);
      }),
    );
    fc.assert(fc.property(fc.string({ unit: 'binary' }), text => void parseXclient(text)));
  });
});

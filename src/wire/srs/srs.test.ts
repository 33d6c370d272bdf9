// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { base32, dayStamp, isSrs, readForeignSrs, readSrs, stampAge, writeSrs } from './srs.ts';

const day = 86_400_000;
const hash = fc.stringMatching(/^[A-Z2-7]{4,12}$/);
const domain = fc.stringMatching(/^[a-z0-9][a-z0-9.-]{0,20}$/);

describe('srs', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(
        hash,
        fc.stringMatching(/^[A-Z2-7]{2}$/),
        domain,
        fc.stringMatching(/^[a-zA-Z0-9.=+_-]{1,40}$/),
        (code, stamp, name, local) => {
          const first = { kind: 'srs0', hash: code, stamp, domain: name, local } as const;
          assert.deepEqual(readSrs(writeSrs(first)), first);
          const again = { kind: 'srs1', hash: code, domain: name, rest: `=${local}` } as const;
          assert.deepEqual(readSrs(writeSrs(again)), again);
        },
      ),
    );
  });

  it('keeps every sign of a local part that holds separators', () => {
    assert.deepEqual(readSrs('SRS0=ABCDEFGH=AB=example.org=list+alice=example.net'), {
      kind: 'srs0',
      hash: 'ABCDEFGH',
      stamp: 'AB',
      domain: 'example.org',
      local: 'list+alice=example.net',
    });
  });

  it('knows what was written by others, and by whom first', () => {
    assert.deepEqual(readForeignSrs('SRS0+xx/y=T7=example.org=alice', 'forwarder.example'), {
      domain: 'forwarder.example',
      rest: '+xx/y=T7=example.org=alice',
    });
    assert.deepEqual(readForeignSrs('SRS1=zz9=first.example==xx=T7=example.org=alice', 'second.example'), {
      domain: 'first.example',
      rest: '=xx=T7=example.org=alice',
    });
    assert.equal(readForeignSrs('alice', 'example.org'), undefined);
    assert.equal(readForeignSrs('srs0', 'example.org'), undefined);
  });

  it('reads nothing into other addresses, and never throws', () => {
    for (const local of [
      'alice',
      'SRS0',
      'SRS0=',
      'SRS0=AAAA',
      'SRS0=AAAA=AB=example.org=',
      'SRS1=AAAA=example.org',
      'SRS2=A=B=c=d',
    ])
      assert.equal(readSrs(local), undefined, local);
    assert.equal(isSrs('srs0-anything'), true);
    assert.equal(isSrs('srs0'), false);
    fc.assert(fc.property(fc.string(), text => void [readSrs(text), isSrs(text), readForeignSrs(text, 'example.org')]));
    fc.assert(fc.property(fc.string(), text => void readSrs(`SRS0=${text}`)));
  });

  it('counts the days since a stamp, in any case of its signs', () => {
    const now = Date.UTC(2026, 5, 1);
    for (const age of [0, 1, 20, 21, 22, 500, 1_023]) {
      assert.equal(stampAge(dayStamp(now), now + age * day), age);
      assert.equal(stampAge(dayStamp(now).toLowerCase(), now + age * day), age);
    }
    assert.equal(stampAge(dayStamp(now), now + 1_024 * day), 0);
    assert.equal(stampAge(dayStamp(now + day), now), 1_023);
  });

  it('writes base32 as RFC 4648 does', () => {
    const vectors = { f: 'MY', fo: 'MZXQ', foo: 'MZXW6', foob: 'MZXW6YQ', fooba: 'MZXW6YTB', foobar: 'MZXW6YTBOI' };
    for (const [text, encoded] of Object.entries(vectors)) assert.equal(base32(Buffer.from(text)), encoded);
  });
});

// SPDX-License-Identifier: Apache-2.0
import { equal, notEqual, ok } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mailboxPath, safeName } from './path.ts';

describe('mailbox path', () => {
  it('is domain and local part in lower case', () => {
    equal(mailboxPath('/mail', { local: 'Bob.Smith+x', domain: 'example.com' }), '/mail/example.com/bob.smith+x');
  });

  it('encodes what could leave the folder or hide in it', () => {
    equal(safeName('..'), '%2E.');
    equal(safeName('.hidden'), '%2Ehidden');
    equal(safeName('../../etc/passwd'), '%2E.%2F..%2Fetc%2Fpasswd');
    equal(safeName('a\0b'), 'a%00b');
    equal(safeName('100%'), '100%25');
    equal(safeName('太郎'), '%E5%A4%AA%E9%83%8E');
    equal(safeName(''), '%');
    equal(safeName('[192.0.2.1]'), '%5B192.0.2.1%5D');
  });

  it('keeps a name of 120 signs, and shortens a longer one to its head and a hash', () => {
    equal(safeName('a'.repeat(120)), 'a'.repeat(120));
    const long = safeName('a'.repeat(121));
    ok(long.length < 120 && long.startsWith('a'.repeat(60) + '%-'));
    notEqual(long, safeName('a'.repeat(122)));
  });

  it('never makes a segment with a slash, a dot in front, or more than 120 signs, and never the same of two', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 80 }),
        fc.string({ unit: 'binary', maxLength: 80 }),
        (a, b) => {
          ok(/^[a-z0-9_+%-][A-Za-z0-9_+.%-]{0,119}$/.test(safeName(a)));
          const same = Buffer.from(a.toLowerCase()).equals(Buffer.from(b.toLowerCase()));
          equal(safeName(a) === safeName(b), same);
        },
      ),
    );
  });
});

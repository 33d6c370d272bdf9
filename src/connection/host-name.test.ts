// SPDX-License-Identifier: Apache-2.0
import { deepEqual, equal } from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addressInName } from './address-in-name.ts';
import { mailWords, nameForms, nameWords } from './host-name-signs.ts';
import { readHostName } from './host-name.ts';
import { isNamePattern, matchesName } from './name-pattern.ts';

const options = { address: 0.6, words: nameWords, forms: nameForms, mailWords };
const read = (name: string, ip = '203.0.113.77') => readHostName(name, ip, options);

describe('address in a name', () => {
  it('is seen in every form that networks write it in', () => {
    const forms = [
      '203-0-113-77',
      '203.0.113.77',
      '77.113.0.203',
      '77-113-0-203',
      'ip203x0x113x77',
      'host-203-000-113-077',
      'softbank203000113077',
      'kd203000113077',
      'cb00714d',
      'fp4d7100cb',
      'h77.n113.s0',
      '0-113-77',
    ];
    deepEqual(
      forms.filter(form => addressInName(form, '203.0.113.77')?.isWhole !== true),
      [],
    );
    deepEqual(addressInName('77.113', '203.0.113.77'), { text: '77-113', isWhole: false });
  });

  it('of IPv6 is the half that tells the host', () => {
    const ip = '2001:db8:1:2:a1b2:c3d4:e5f6:789a';
    for (const name of ['a1b2c3d4e5f6789a', 'a1b2-c3d4-e5f6-789a', 'a.9.8.7.6.f.5.e.4.d.3.c.2.b.1.a'])
      equal(addressInName(name, ip)?.isWhole, true, name);
    equal(addressInName('mail', ip), undefined);
    equal(addressInName('0000000000000025', '2001:db8::25'), undefined);
  });

  it('is not seen in names that people chose', () => {
    for (const name of ['mail', 'mx1', 'mx77', 'smtp-203', 'a113', 'out-1-2', 'm0', '2026-01-01'])
      equal(addressInName(name, '203.0.113.77'), undefined, name);
  });

  it('is found wherever it stands whole, whatever is around it', () => {
    fc.assert(
      fc.property(
        fc.ipV4(),
        fc.constantFrom('-', '.', 'x', '_'),
        fc.stringMatching(/^[a-z]{0,8}$/),
        (ip, separator, word) => {
          const octets = ip.split('.');
          if (new Set(octets).size < 2) return;
          equal(addressInName(`${word}${word ? separator : ''}${octets.join(separator)}`, ip)?.isWhole, true);
          equal(addressInName(octets.toReversed().join(separator), ip)?.isWhole, true);
        },
      ),
    );
  });
});

describe('host name', () => {
  it('of Japanese lines is known by its form', () => {
    const lines = [
      'p1234-ipngn200605tokaisakaetozai.aichi.ocn.ne.jp',
      'p2001234-ipoe.ipoe.ocn.ne.jp',
      'i114-189-1-2.s42.a013.ap.plala.or.jp',
      'p8a1b2c3d.tokynt01.ap.so-net.ne.jp',
      'kd203000113077.ppp-bb.dion.ne.jp',
      'softbank203000113077.bbtec.net',
      'x123456.ppp.asahi-net.or.jp',
      'ntkngw123456.kngw.nt.ftth.ppp.infoweb.ne.jp',
      'fl1-203-0-113-77.tky.mesh.ad.jp',
      'm203000113077.v4.enabler.ne.jp',
      'zaqcb00714d.zaq.ne.jp',
      'fpcb00714d.tkyc210.ap.nuro.jp',
      '203-0-113-77.rev.home.ne.jp',
      '203-0-113-77f1.hyg2.eonet.ne.jp',
    ];
    deepEqual(
      lines.filter(name => read(name).share < 0.6),
      [],
    );
  });

  it('of lines elsewhere is known by the address and by words', () => {
    for (const name of [
      '203-0-113-77.dynamic.isp.example',
      'host77.pool203.isp.example',
      'cpe-77-113.cable.isp.example',
      'pppoe-12.isp.example',
      'c-203-0-113-77.hsd1.ca.comcast.net',
      'p4fc1.dip0.t-ipconnect.de',
    ])
      equal(read(name).share >= 0.4, true, name);
  });

  it('of servers is no line, and the words of the domain itself say nothing', () => {
    for (const name of [
      'mail.example.org',
      'mx2.example.co.jp',
      'mail.ppp.example',
      'smtp.cable.example',
      'a12-34.smtp-out.example.net',
      'mail-static.example.net',
      'dsl.example',
      'o1.email.example.com',
    ])
      equal(read(name).share, 0, name);
    for (const name of ['mail-77-113.static.isp.example', 'mail.customer.example.net'])
      equal(read(name).share < 0.4, true, name);
  });

  it('of a mail server says so in its first part only', () => {
    deepEqual(
      [
        'mail.example.org',
        'mx12.example.org',
        'smtp-out3.example.org',
        'www.mail.example.org',
        'mail.example',
        'email.example.org',
      ].filter(name => read(name).isMail),
      ['mail.example.org', 'mx12.example.org', 'smtp-out3.example.org'],
    );
  });
});

describe('name pattern', () => {
  it('has stars for anything, # for digits and & for hexadecimal digits', () => {
    equal(matchesName('p#-ip*.ocn.ne.jp', 'p1234-ipngn1.aichi.ocn.ne.jp'), true);
    equal(matchesName('p#-ip*.ocn.ne.jp', 'p-ipngn1.aichi.ocn.ne.jp'), false);
    equal(matchesName('zaq&.zaq.ne.jp', 'zaqcb00714d.zaq.ne.jp'), true);
    equal(matchesName('zaq&.zaq.ne.jp', 'zaqx.zaq.ne.jp'), false);
    equal(matchesName('*', ''), true);
  });

  it('agrees with the expression of the same meaning', () => {
    const pattern = fc.stringMatching(/^[a1.]?([*#&]?[a1.]){0,5}[*#&]?$/);
    fc.assert(
      fc.property(pattern, fc.stringMatching(/^[a1.]{0,12}$/), (wanted, name) => {
        const expression = wanted
          .replaceAll('.', '\\.')
          .replaceAll('*', '.*')
          .replaceAll('#', '\\d+')
          .replaceAll('&', '[\\da-f]+');
        equal(matchesName(wanted, name), new RegExp(`^${expression}$`).test(name));
      }),
    );
  });

  it('is a name with signs in it', () => {
    for (const text of ['', '***', 'a b', '#&', '192.0.2.1', 'A.example']) equal(isNamePattern(text), false, text);
  });
});

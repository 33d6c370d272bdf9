// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import type { DomainSurvey } from '../../core/domain-survey.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { badIn, partOf, publishIn, site, survey } from './survey.suite.ts';
import { surveyDomain } from './survey.ts';

describe('a survey of a domain', () => {
  it('finds nothing wrong with a good one', async () => {
    const found = await survey(site);
    for (const { method, remarks, publish } of found.parts) {
      assert.deepEqual(
        remarks.filter(({ gravity }) => gravity === 'wrong'),
        [],
        method,
      );
      assert.deepEqual(publish, [], method);
    }
  });

  it('says of a domain that is not there just that', async () => {
    const found = await survey({});
    assert.deepEqual(
      found.parts.map(({ method }) => method),
      ['mx'],
    );
    assert.deepEqual(badIn(found, 'mx'), ['wrong mx-no-domain']);
  });

  it('blames nobody where the name service fails', async () => {
    const found = await survey({ 'example.jp': { fails: 'SERVFAIL' }, '_dmarc.example.jp': { fails: 'SERVFAIL' } });
    for (const { method, remarks, publish } of found.parts) {
      const wrong = remarks.filter(({ gravity }) => gravity === 'wrong');
      assert.deepEqual(wrong, [], method);
      if (method === 'spf' || method === 'dmarc') assert.deepEqual(publish, [], method);
    }
    assert.deepEqual(badIn(found, 'spf'), ['unknown spf-unavailable']);
  });

  it('has every sentence in both languages with the same details', async () => {
    const broken: Zone = {
      'example.jp': { MX: ['0 .', '5 192.0.2.1', '7 none.example.jp'], TXT: ['v=spf1 x ptr', 'v=spf1 +all'] },
    };
    const marks = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([mark]) => mark).sort();
    for (const { remarks } of [...(await survey(site)).parts, ...(await survey(broken, { selectors: ['a'] })).parts])
      for (const { says, details, code } of remarks) {
        assert.deepEqual(new Set(marks(says.ja)), new Set(marks(says.en)), code);
        for (const mark of marks(says.en)) assert.ok(mark.slice(1, -1) in details, `${code} ${mark}`);
      }
  });
});

describe('a survey of Sender ID', () => {
  const own = async (...texts: string[]) => survey({ ...site, 'example.jp': { ...site['example.jp'], TXT: texts } });
  it('knows damaged and doubled records', async () => {
    assert.deepEqual(badIn(await own('spf2.0/pra,mfrom mx -all'), 'sender-id'), []);
    assert.deepEqual(badIn(await own('spf2.0/pra mx -all', 'spf2.0/mfrom,pra a -all'), 'sender-id'), [
      'wrong sender-id-several',
    ]);
    assert.deepEqual(badIn(await own('spf2.0/pra ipv4:1 -all'), 'sender-id'), ['wrong sender-id-unreadable']);
    assert.deepEqual(badIn(await own('spf2.0 mx -all'), 'sender-id'), ['wrong sender-id-unreadable']);
  });
});

describe('a survey of DKIM', () => {
  const rsa = (bits: number) =>
    generateKeyPairSync('rsa', { modulusLength: bits })
      .publicKey.export({ type: 'spki', format: 'der' })
      .toString('base64');
  const good = `v=DKIM1; k=rsa; p=${rsa(2048)}`;
  const at = (text: string | string[], own: [string, string][] = []) =>
    survey({ ...site, 's1._domainkey.example.jp': { TXT: text } }, { selectors: ['s1'], own });

  it('judges keys by what they are good for', async () => {
    const cases: readonly (readonly [string | string[], readonly string[]])[] = [
      [good, []],
      [`v=DKIM1; k=rsa; p=${rsa(1024)}`, ['doubtful dkim-short']],
      [`v=DKIM1; k=rsa; p=${rsa(512)}`, ['wrong dkim-weak']],
      [`${good}; t=y`, ['doubtful dkim-test']],
      [`${good}; h=sha1`, ['wrong dkim-sha1']],
      [`${good}; g=bob`, ['doubtful dkim-granularity']],
      ['v=DKIM1; p=', ['doubtful dkim-revoked']],
      ['v=DKIM1; p=%%%', ['wrong dkim-damaged']],
      [[good, good], ['wrong dkim-several']],
    ];
    for (const [text, bad] of cases) assert.deepEqual(badIn(await at(text), 'dkim'), bad, String(text));
  });

  it('cleans a key that copying has damaged', async () => {
    const pem = `v=DKIM1; k=rsa; p=-----BEGIN PUBLIC KEY-----${good.slice(18)}-----END PUBLIC KEY-----`;
    assert.deepEqual(publishIn(await at(pem), 'dkim'), [`s1._domainkey.example.jp ${good}`]);
    const quoted = `"v=DKIM1; k=rsa; p=${good.slice(18, 200)}" "${good.slice(200)}"`;
    assert.deepEqual(publishIn(await at(quoted), 'dkim'), [`s1._domainkey.example.jp ${good}`]);
  });

  it('knows our own key from another, and gives the record of ours', async () => {
    const other = `v=DKIM1; k=rsa; p=${rsa(2048)}`;
    const found = await at(other, [['s1', good]]);
    assert.deepEqual(badIn(found, 'dkim'), ['wrong dkim-other-key']);
    assert.deepEqual(publishIn(found, 'dkim'), [`s1._domainkey.example.jp ${good}`]);
    assert.deepEqual(badIn(await at(good, [['s1', good]]), 'dkim'), []);
  });

  it('says what is not known without a selector', async () => {
    assert.deepEqual(badIn(await survey(site), 'dkim'), ['doubtful dkim-none-at-all']);
    const some = await survey({ ...site, 'x._domainkey.example.jp': { TXT: good } });
    assert.deepEqual(badIn(some, 'dkim'), ['unknown dkim-unknown']);
  });
});

describe('a survey of DMARC', () => {
  const at = (text: string | string[], more: Zone = {}) =>
    survey({ ...site, ...more, '_dmarc.example.jp': { TXT: text } });
  const rua = 'rua=mailto:r@example.jp';

  it('judges records', async () => {
    const cases: readonly (readonly [string | string[], readonly string[], readonly string[]])[] = [
      [`v=DMARC1; p=none; ${rua}`, ['doubtful dmarc-policy'], []],
      [`v=DMARC1; ${rua}`, ['wrong dmarc-no-policy'], [`v=DMARC1; p=none; ${rua}`]],
      [
        `v=DMARC1; p=rejct; sp=none`,
        ['wrong dmarc-bad-policy', 'doubtful dmarc-ignored', 'doubtful dmarc-no-reports'],
        ['v=DMARC1; p=none; sp=none'],
      ],
      [`v=DMARC1; p=reject; pct=50; ${rua}`, ['doubtful dmarc-ignored'], [`v=DMARC1; p=reject; ${rua}`]],
      [`v=DMARC1; p=reject; sp=none; ${rua}`, ['doubtful dmarc-below'], []],
      [`v=DMARC1; p=reject; t=y; ${rua}`, ['doubtful dmarc-test'], []],
      [`v=DMARC1 p=reject ${rua}`, ['wrong dmarc-unreadable'], [`v=DMARC1; p=reject; ${rua}`]],
      [`v=DMARC1; p=none; p=reject`, ['wrong dmarc-unreadable'], ['v=DMARC1; p=none']],
      [[`v=DMARC1; p=none`, 'v=DMARC1; p=reject'], ['wrong dmarc-several'], ['v=DMARC1; p=none']],
      ['v=DMARC1; p=reject', ['doubtful dmarc-no-reports'], []],
    ];
    for (const [text, bad, publish] of cases) {
      const found = await at(text);
      assert.deepEqual(badIn(found, 'dmarc'), bad, String(text));
      const lines = publish.map(one => `_dmarc.example.jp ${one}`);
      assert.deepEqual(publishIn(found, 'dmarc'), lines, String(text));
    }
  });

  it('asks whether others take the reports', async () => {
    const external = 'v=DMARC1; p=reject; rua=mailto:r@reports.test';
    const name = 'example.jp._report._dmarc.reports.test';
    const refused = await at(external);
    assert.deepEqual(badIn(refused, 'dmarc'), ['wrong dmarc-reports-unauthorised']);
    assert.deepEqual(publishIn(refused, 'dmarc'), [`${name} v=DMARC1`]);
    assert.deepEqual(badIn(await at(external, { [name]: { TXT: 'v=DMARC1' } }), 'dmarc'), []);
    const ill = await at(external, { [name]: { fails: 'SERVFAIL' } });
    assert.deepEqual(badIn(ill, 'dmarc'), ['unknown dmarc-reports-unknown']);
  });

  it('finds the record above by the tree walk', async () => {
    const above: Zone = {
      '_dmarc.jp': {},
      'example.jp': site['example.jp']!,
      '_dmarc.example.jp': {},
      'mx.example.jp': site['mx.example.jp']!,
    };
    assert.deepEqual(badIn(await survey(above), 'dmarc'), ['doubtful dmarc-none']);
    const dns = zoneDns({ ...site, 'www.example.jp': { A: '192.0.2.1' } });
    const found = await surveyDomain({
      domain: 'www.example.jp',
      selectors: [],
      ownKeys: new Map(),
      vouchers: [],
      dns,
    });
    assert.deepEqual(
      partOf(found, 'dmarc').remarks.map(({ code }) => code),
      ['dmarc-inherited'],
    );
  });
});

describe('a survey of the rest', () => {
  it('judges mail servers', async () => {
    const at = (MX: string[], more: Zone = {}) =>
      survey({ ...site, ...more, 'example.jp': { MX, TXT: 'v=spf1 -all' } });
    assert.deepEqual(badIn(await at(['0 .']), 'mx'), []);
    const beside = await at(['0 .', '10 mx.example.jp']);
    assert.deepEqual(badIn(beside, 'mx'), ['wrong mx-null-beside']);
    assert.deepEqual(publishIn(beside, 'mx'), ['example.jp 10 mx.example.jp']);
    const alias = await at(['10 a.example.jp'], { 'a.example.jp': { CNAME: 'mx.example.jp' } });
    assert.deepEqual(badIn(alias, 'mx'), ['wrong mx-alias']);
    assert.deepEqual(publishIn(alias, 'mx'), ['example.jp 10 mx.example.jp']);
    assert.deepEqual(badIn(await at(['10 192.0.2.1']), 'mx'), ['wrong mx-address']);
    assert.deepEqual(badIn(await at(['10 none.example.jp']), 'mx'), ['wrong mx-no-address']);
  });

  it('judges where reports about TLS go', async () => {
    const at = (TXT: string[]) => survey({ ...site, '_smtp._tls.example.jp': { TXT } });
    assert.deepEqual(badIn(await at([]), 'tls-rpt'), ['doubtful tls-rpt-none']);
    assert.deepEqual(badIn(await at(['v=TLSRPTv1; rua=r@example.jp']), 'tls-rpt'), ['wrong tls-rpt-unreadable']);
    assert.deepEqual(
      badIn(await at(['v=TLSRPTv1; rua=https://example.jp/', 'v=TLSRPTv1; rua=mailto:t@example.jp']), 'tls-rpt'),
      ['wrong tls-rpt-several'],
    );
    assert.deepEqual(badIn(await at(['v=TLSRPTv1; rua=https://example.jp/']), 'tls-rpt'), []);
  });

  it('asks those who are trusted whether they vouch', async () => {
    const vouched = { ...site, 'example.jp._vouch.vbr.test': { TXT: 'transaction' } };
    const codes = (found: DomainSurvey) => partOf(found, 'vbr').remarks.map(({ code }) => code);
    assert.deepEqual(codes(await survey(vouched, { vouchers: ['vbr.test'] })), ['vbr-vouched']);
    assert.deepEqual(codes(await survey(site, { vouchers: ['vbr.test'] })), ['vbr-none']);
    assert.deepEqual(codes(await survey(site)), ['vbr-nobody']);
  });
});

// SPDX-License-Identifier: Apache-2.0
// What is fetched from the web about domains, from a real https server on loopback whose certificates openssl made: dates of registrations, and marks of brands.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bimiSchema } from '../../src/authentication/bimi/options.ts';
import { fetchedOf } from '../../src/authentication/fetched.ts';
import { Marks, type MarkQuestion } from '../../src/authentication/bimi/marks.ts';
import { rdapSchema } from '../../src/authentication/rdap-options.ts';
import { Registrations } from '../../src/authentication/registrations.ts';
import { readRoots } from '../../src/authentication/smime-roots.ts';
import { assembleFrom, openDryFilter, openDryStores, servicesOf } from '../../src/app.ts';
import { systemClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { Errands } from '../../src/net/errands.ts';
import { fetchPublic } from '../../src/net/public-fetch.ts';
import { zoneDns } from '../../src/net/zone-dns.ts';
import { readSettings } from '../../src/index.ts';
import { openMemoryStores } from '../../src/stores.ts';
import { judgeFile } from '../../src/workplace/judge-file.ts';
import { memoryStateStore } from '../../src/store/state/memory.ts';
import { OpensslPki } from './openssl-pki.ts';
import { findProgram } from './peer-process.ts';
import { startWebServer, type Page } from './web-server.ts';

const why = findProgram('openssl') === undefined ? 'openssl is not installed' : false;
const svg = (body = '<path d="M0 0h9v9z" fill="#c00"/>') =>
  `<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" version="1.2" baseProfile="tiny-ps" viewBox="0 0 9 9"><title>Brand</title>${body}</svg>\n`;
const brandIndicator = '1.3.6.1.5.5.7.3.31';
const logotype = (data: string) => `1.3.6.1.5.5.7.1.12=ASN1:SEQUENCE:logotype
[logotype]
subject=EXPLICIT:2,IMPLICIT:0,SEQUENCE:data
[data]
images=SEQUENCE:images
[images]
image=SEQUENCE:image
[image]
details=SEQUENCE:details
[details]
type=IA5STRING:image/svg+xml
uris=SEQUENCE:uris
[uris]
uri=IA5STRING:${data}
`;
const packed = (mark: string) => `data:image/svg+xml;base64,${gzipSync(mark).toString('base64')}`;

describe('what the web says of domains', { skip: why }, async () => {
  if (why !== false) return;
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-web-'));
  const pki = new OpensslPki(folder);
  pki.authority('marks', 'root', 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n');
  const mark = (name: string, more: Partial<Parameters<OpensslPki['leaf']>[1]> = {}) =>
    pki.leaf(name, {
      purposes: brandIndicator,
      names: ['DNS:brand.example'],
      issuer: 'marks',
      more: logotype(packed(svg())),
      ...more,
    });
  mark('good');
  mark('bySelector', { names: ['DNS:other.example', 'DNS:xmas._bimi.brand.example'] });
  mark('ofOther', { names: ['DNS:other.example'] });
  mark('ofWeb', { purposes: 'serverAuth' });
  mark('bare', { more: '' });
  mark('running', { more: logotype(packed(svg('<script>1</script>'))) });
  const chain = async (name: string) =>
    (await readFile(join(folder, `${name}.pem`), 'latin1')) + (await readFile(join(folder, 'marks.pem'), 'latin1'));
  const pages = new Map<string, Page>([
    ['brand.example /good.svg', Buffer.from(svg())],
    ['brand.example /packed.svgz', gzipSync(svg())],
    ['brand.example /other.svg', Buffer.from(svg('<circle r="4"/>'))],
    ['brand.example /script.svg', Buffer.from(svg('<script>alert(1)</script>'))],
    ['brand.example /large.svg', Buffer.from(svg(`<desc>${'x'.repeat(70_000)}</desc>`))],
    ['brand.example /bomb.svgz', gzipSync(Buffer.alloc(10_000_000, 32))],
    ['brand.example /endless.svg', 'endless'],
    ['brand.example /silence.svg', 'silence'],
    ['brand.example /trouble.svg', { status: 503 }],
    ['brand.example /moved.svg', { status: 302, location: '/good.svg' }],
    ['brand.example /inwards.svg', { status: 302, location: 'https://inside.example/good.svg' }],
    ['brand.example /plain.svg', { status: 302, location: 'http://brand.example/good.svg' }],
    ['brand.example /circle.svg', { status: 302, location: 'https://brand.example/circle.svg' }],
    ...(await Promise.all(
      ['good', 'bySelector', 'ofOther', 'ofWeb', 'bare', 'running'].map(
        async name => [`brand.example /${name}.pem`, Buffer.from(await chain(name))] as const,
      ),
    )),
    ['rdap.example /v1/domain/old.jp', rdapOf('old.jp', '2001-02-03T00:00:00Z')],
    ['rdap.example /v1/domain/other.jp', rdapOf('else.jp', '2001-02-03T00:00:00Z')],
    ['rdap.example /v1/domain/slow.jp', { status: 500 }],
    ['rdap.example /v1/domain/moved.jp', { status: 302, location: 'https://brand.example/moved.jp' }],
    ['brand.example /moved.jp', rdapOf('moved.jp', '2020-01-01T00:00:00Z')],
  ]);
  const web = await startWebServer(pki, ['brand.example', 'rdap.example', 'inside.example'], pages);
  after(async () => {
    await web.close();
    await rm(folder, { recursive: true });
  });
  const dns = zoneDns({
    'brand.example': { A: '192.0.2.1' },
    'rdap.example': { A: '192.0.2.2', AAAA: '2001:db8::2' },
    'inside.example': { A: '192.168.0.1' },
    'unnamed.example': { A: '192.0.2.1' },
  });
  const parts = () => ({
    state: memoryStateStore(),
    dns,
    clock: systemClock,
    errands: new Errands(silentLog),
    ...web.reach,
  });
  const question = (location: string, authority = '', selector = 'default'): MarkQuestion => {
    const url = (path: string) => (path === '' ? '' : `https://brand.example/${path}`);
    return { domain: 'brand.example', selector, record: { location: url(location), authority: url(authority) } };
  };
  const marksOf = (roots: string | undefined, more: object = {}) =>
    new Marks({ ...parts(), roots: readRoots(roots, 'roots'), isOn: true, ...more });
  const look = async (...of: Parameters<typeof question>) => (await marksOf(pki.root).look(question(...of))).mark;

  it('a mark is believed where its certificate leads to an authority that the operator named', async () => {
    assert.deepEqual(await look('good.svg', 'good.pem'), { result: 'pass', authority: true });
    assert.deepEqual(await look('packed.svgz', 'good.pem'), { result: 'pass', authority: true });
    assert.deepEqual(await look('', 'good.pem'), { result: 'pass', authority: true });
    assert.deepEqual(await look('moved.svg', 'good.pem'), { result: 'pass', authority: true });
    assert.deepEqual(await look('good.svg', 'bySelector.pem', 'xmas'), { result: 'pass', authority: true });
    // Anybody can publish a mark.
    assert.deepEqual(await look('good.svg'), { result: 'pass', authority: false });
  });

  it('every other certificate proves nothing, and says why', async () => {
    for (const [authority, reason] of [
      ['ofOther.pem', /not for brand\.example/],
      ['bySelector.pem', /not for brand\.example/],
      ['ofWeb.pem', /not for marks/],
      ['bare.pem', /no mark stands/],
      ['running.pem', /<script>/],
      ['gone.pem', /answered 404/],
      ['good.svg', /no chain/],
    ] as const) {
      const told = await look('good.svg', authority);
      assert.ok(told.result === 'fail' && reason.test(told.reason), `${authority}: ${JSON.stringify(told)}`);
    }
    const other = await look('other.svg', 'good.pem');
    assert.ok(other.result === 'fail' && /not the one in its certificate/.test(other.reason));
    const { mark: unknown } = await marksOf(undefined).look(question('good.svg', 'good.pem'));
    assert.ok(unknown.result === 'fail' && /nobody who is believed/.test(unknown.reason));
    const later = {
      now: () => Date.now() + 40_000 * 86_400_000,
      monotonic: () => systemClock.monotonic(),
      after: (...of: Parameters<typeof systemClock.after>) => systemClock.after(...of),
    };
    const { mark: old } = await marksOf(pki.root, { clock: later }).look(question('good.svg', 'good.pem'));
    assert.ok(old.result === 'fail' && /expired/.test(old.reason));
  });

  it('what is large, slow, hidden or could run is given up, and nothing inside is ever asked', async () => {
    const before = web.asked.length;
    for (const [location, result, reason] of [
      ['script.svg', 'fail', /<script>/],
      ['large.svg', 'fail', /more than 65536 bytes/],
      ['endless.svg', 'fail', /more than 65536 bytes/],
      ['bomb.svgz', 'fail', /cannot be unpacked/],
      ['inwards.svg', 'fail', /not public/],
      ['plain.svg', 'fail', /only https/],
      ['circle.svg', 'fail', /too often/],
      ['trouble.svg', 'temperror', /503/],
    ] as const) {
      const told = await look(location);
      assert.ok(
        told.result === result && 'reason' in told && reason.test(told.reason),
        `${location}: ${JSON.stringify(told)}`,
      );
    }
    assert.ok(web.asked.slice(before).every(at => !at.startsWith('inside')));
    const wanted = { url: 'https://brand.example/silence.svg', accept: '*/*', limitBytes: 100, patienceMs: 200 };
    await assert.rejects(fetchPublic(wanted, parts()), { code: 'peer-slow' });
    await assert.rejects(fetchPublic(wanted, parts(), AbortSignal.abort()), { code: 'cancelled' });
    // Its certificate has another name, and the machine's authorities know nothing of it.
    await assert.rejects(fetchPublic({ ...wanted, url: 'https://unnamed.example/' }, parts()), { code: 'bad-input' });
    const { authorities: _, ...unbelieved } = parts();
    await assert.rejects(fetchPublic({ ...wanted, url: 'https://brand.example/good.svg' }, unbelieved), {
      code: 'bad-input',
    });
  });

  it('is fetched once while nobody waits, and known to the next message', async () => {
    const given = parts();
    const marks = new Marks({ ...given, roots: readRoots(pki.root, 'roots'), isOn: true });
    const before = web.asked.length;
    const asked = question('good.svg', 'good.pem');
    assert.deepEqual(await Promise.all([marks.of(asked), marks.of(asked)]), [undefined, undefined]);
    await given.errands.settled();
    assert.deepEqual(await marks.of(asked), { result: 'pass', authority: true });
    assert.equal(web.asked.length - before, 2);
  });

  it('earns a message its credit once it is known, and says before that nothing is known yet', async () => {
    const mailDns = zoneDns({
      'brand.example': { A: '192.0.2.1', TXT: 'v=spf1 ip4:192.0.2.1 -all' },
      '_dmarc.brand.example': { TXT: 'v=DMARC1; p=reject' },
      'default._bimi.brand.example': {
        TXT: 'v=BIMI1; l=https://brand.example/good.svg; a=https://brand.example/good.pem',
      },
    });
    const given = { ...parts(), dns: mailDns };
    const settings = readSettings('');
    const stores = { ...openDryStores(systemClock), filter: await openDryFilter(systemClock, 0.4) };
    const services = await servicesOf(settings, { ...openMemoryStores(), ...stores }, mailDns, systemClock, silentLog);
    const marks = new Marks({ ...given, roots: readRoots(pki.root, 'roots'), isOn: true });
    const judges = assembleFrom(settings, { ...services, marks });
    const bytes = Buffer.from(
      'From: news@brand.example\r\nTo: bob@example.jp\r\nSubject: dinner\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@brand.example>\r\n\r\nIs dinner ready?\r\n',
    );
    const judged = async (client: string) => {
      const how = { client, hello: 'brand.example', sender: 'news@brand.example' };
      const { results, verdict } = await judgeFile({ judges, hostName: 'mx.example.jp' }, bytes, how);
      await given.errands.settled();
      const told = results.filter(({ method }) => method === 'bimi').map(({ result }) => result);
      return [
        ...told,
        ...verdict.reasons.filter(({ symbol }) => symbol.startsWith('BIMI')).map(({ symbol }) => symbol),
      ];
    };
    assert.deepEqual(await judged('192.0.2.1'), ['skipped']);
    assert.deepEqual(await judged('192.0.2.1'), ['pass', 'BIMI_VOUCHED']);
    assert.deepEqual(await judged('203.0.113.9'), []);
  });

  it('a registry tells since when a domain is registered, and is asked once and not too often', async () => {
    const given = parts();
    const bootstrap = join(folder, 'dns.json');
    await writeFile(bootstrap, JSON.stringify({ services: [[['jp', 'test'], ['https://rdap.example/v1/']]] }));
    const options = rdapSchema.parse({ isOn: true, bootstrap, perMinute: 4 });
    const registrations = new Registrations(given, options);
    const know = async (domain: string) => {
      await registrations.of(domain);
      await given.errands.settled();
      return registrations.of(domain);
    };
    const before = web.asked.length;
    assert.equal(await know('old.jp'), Date.UTC(2001, 1, 3));
    assert.equal(await know('old.jp'), Date.UTC(2001, 1, 3));
    assert.equal(await know('moved.jp'), Date.UTC(2020, 0, 1));
    assert.equal(await know('other.jp'), undefined);
    assert.equal(await know('slow.jp'), undefined);
    assert.equal(await know('nobody.example'), undefined);
    assert.equal(web.asked.length - before, 5);
    // The fifth of a minute waits for another message.
    assert.equal(await know('fifth.jp'), undefined);
    assert.equal(web.asked.length - before, 5);
    assert.equal(await new Registrations(given, rdapSchema.parse({})).of('old.jp'), undefined);
  });

  it('files that cannot be used are faults of the configuration', () => {
    for (const settings of [
      { rdap: { isOn: true, bootstrap: pki.root } },
      { bimi: { isOn: true, roots: '/nowhere.pem' } },
    ])
      assert.throws(
        () => fetchedOf(parts(), { bimi: bimiSchema.parse({}), rdap: rdapSchema.parse({}), ...parsed(settings) }),
        { code: 'bad-configuration' },
      );
  });
});

function parsed({ rdap, bimi }: { readonly rdap?: object; readonly bimi?: object }) {
  return { ...(rdap ? { rdap: rdapSchema.parse(rdap) } : {}), ...(bimi ? { bimi: bimiSchema.parse(bimi) } : {}) };
}

function rdapOf(ldhName: string, eventDate: string): Buffer {
  const answer = {
    objectClassName: 'domain',
    ldhName: ldhName.toUpperCase(),
    events: [
      { eventAction: 'last changed', eventDate: '2026-01-01T00:00:00Z' },
      { eventAction: 'registration', eventDate },
    ],
  };
  return Buffer.from(JSON.stringify(answer));
}

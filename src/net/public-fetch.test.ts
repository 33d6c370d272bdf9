// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:https';
import { it } from 'node:test';
import { systemClock, TestClock } from '../core/clock.ts';
import { parseIp } from '../core/ip.ts';
import { systemRandom } from '../core/random.ts';
import { makeSelfSigned } from './certificate.ts';
import { fetchPublic, isPublic } from './public-fetch.ts';
import { zoneDns } from './zone-dns.ts';

const dns = zoneDns({
  'inside.example': { A: '10.0.0.1' },
  'half.example': { A: ['192.0.2.1', '127.0.0.1'] },
  'six.example': { AAAA: '::ffff:127.0.0.1' },
  'nat.example': { AAAA: '64:ff9b::7f00:1' },
  'alias.example': { CNAME: 'inside.example' },
  'none.example': {},
  'silent.example': { fails: 'SERVFAIL' },
});
const reached: string[] = [];
const ask = (url: string) =>
  fetchPublic(
    { url, accept: '*/*', limitBytes: 10, patienceMs: 1_000 },
    { dns, clock: new TestClock(), reach: ip => ({ host: '127.0.0.1', port: 8 + reached.push(ip) }) },
  );

it('asks no address inside, however it is named', async () => {
  for (const [url, detail] of [
    ['http://example.org/a', /only https/],
    ['https://example.org:8443/a', /only port 443/],
    ['https://alice:secret@example.org/', /password/],
    ['https://127.0.0.1/', /no name/],
    ['https://2130706433/', /no name/],
    ['https://[::1]/', /no name/],
    ['https://localhost/', /no name/],
    ['https://inside.example/', /not public/],
    ['https://half.example/', /not public/],
    ['https://six.example/', /not public/],
    ['https://nat.example/', /not public/],
    ['https://alias.example/', /not public/],
    ['https://none.example/', /no address/],
    [`https://none.example/${'a'.repeat(3_000)}`, /cannot be read/],
    ['', /cannot be read/],
  ] as const)
    await assert.rejects(ask(url), { code: 'bad-input', detail }, url);
  assert.deepEqual(reached, []);
  await assert.rejects(ask('https://silent.example/'), { code: 'dns-unavailable' });
});

it('knows what is public', () => {
  const publicOnes = ['192.0.2.1', '8.8.8.8', '223.255.255.255', '2001:db8::1', '2600::1'];
  const others = [
    '10.1.1.1',
    '224.0.0.1',
    '255.255.255.255',
    '198.18.0.1',
    '::',
    'ff02::1',
    'fe80::1',
    '2002:7f00:1::',
  ];
  for (const text of publicOnes) assert.equal(isPublic(parseIp(text) ?? new Uint8Array()), true, text);
  for (const text of others) assert.equal(isPublic(parseIp(text) ?? new Uint8Array()), false, text);
});

it('an answer that breaks off is a fault of the peer, and may be there another time', async test => {
  const { key, certificate } = makeSelfSigned('web.example', systemClock.now(), systemRandom);
  const server = createServer({ key, cert: certificate }, (_, response) => {
    response.writeHead(200, { 'content-length': 9 });
    response.write('half', () => response.destroy());
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  test.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const parts = {
    dns: zoneDns({ 'web.example': { A: '192.0.2.1' } }),
    clock: new TestClock(),
    reach: () => ({ host: '127.0.0.1', port }),
    authorities: certificate,
  };
  const wanted = { url: 'https://web.example/a', accept: '*/*', limitBytes: 10, patienceMs: 1_000 };
  await assert.rejects(fetchPublic(wanted, parts), { code: 'peer-closed' });
});

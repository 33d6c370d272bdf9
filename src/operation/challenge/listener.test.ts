// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import { puzzleKinds, thingsPerKind, type GivenAnswer, type Standing } from '../../core/challenge.ts';
import { TestClock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import { parseNetwork } from '../../core/ip.ts';
import { silentLog } from '../../core/log.ts';
import { seededRandom } from '../../core/random.ts';
import { makeSelfSigned } from '../../net/certificate.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import { serveChallengePage, type PageTls } from './listener.ts';
import { Pace } from './pace.ts';
import { page } from './page.ts';
import { bodyAtMost, readForm, readTarget } from './request.ts';
import { kinds, words } from './words.ts';

const open: Standing = {
  kind: 'open',
  what: 'kept',
  domain: 'example.com',
  at: Date.UTC(2026, 0, 31, 20, 5),
  puzzle: { tens: 30, ones: 4, kind: 1, things: [0, 1, 2, 3, 4, 5].map(kind => ({ kind, thing: 0 })) },
  work: { salt: 'ab', bits: 8 },
  triesLeft: 5,
  waitMs: 0,
  wasWrong: false,
  wasEarly: false,
};
const form = 'sum=34&choice=1&work=&lang=en';

interface Options {
  readonly standing?: Standing;
  readonly isBroken?: boolean;
  readonly proxyFrom?: readonly string[];
  readonly tls?: PageTls;
}

async function world(test: TestContext, { standing = open, isBroken = false, proxyFrom = [], tls }: Options = {}) {
  const answers: (readonly [GivenAnswer, string])[] = [];
  const looks: string[] = [];
  const clock = new TestClock();
  const fail = () => Promise.reject(new Fault('store-unreachable'));
  const served = await serveChallengePage(
    { host: '127.0.0.1', port: 0, reusePort: false, ...(tls ? { tls } : {}) },
    {
      desk: {
        look: async token => (isBroken ? fail() : (looks.push(token), standing)),
        answer: async (_token, given, network) => (isBroken ? fail() : (answers.push([given, network]), standing)),
      },
      pace: new Pace(memoryStateStore(), clock),
      random: seededRandom(1),
      log: silentLog,
      host: 'mx.example.jp',
      proxyFrom: () => proxyFrom.flatMap(text => parseNetwork(text) ?? []),
      onPage: () => undefined,
    },
  );
  test.after(() => served.close());
  const url = `http://127.0.0.1:${served.address.port}/proof/${'a'.repeat(50)}`;
  const post = (body: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
  return { url, post, answers, looks, clock, port: served.address.port };
}

describe('the page', () => {
  it('is no proof by being opened, by GET or by HEAD, with whatever stands in the link', async test => {
    const { url, answers, looks } = await world(test);
    for (const method of ['GET', 'HEAD']) assert.equal((await fetch(`${url}?${form}`, { method })).status, 200);
    assert.deepEqual([answers.length, looks.length], [0, 2]);
    assert.equal((await fetch(url, { method: 'PUT', body: form })).status, 405);
  });

  it('hears a form that is sent, and tells where it came from by network only', async test => {
    const { post, answers } = await world(test);
    await (await post('sum=%EF%BC%93%EF%BC%94&choice=1&work=77&lang=ja')).text();
    assert.deepEqual(answers, [[{ sum: '３４', choice: '1', work: '77', language: 'ja' }, '127.0.0.0/24']]);
  });

  it('believes who a web server in front names, and nobody else', async test => {
    const forwarded = { 'x-forwarded-for': '192.0.2.1, 203.0.113.9' };
    const behind = await world(test, { proxyFrom: ['127.0.0.1'] });
    await (await behind.post(form, forwarded)).text();
    const alone = await world(test);
    await (await alone.post(form, forwarded)).text();
    assert.deepEqual(
      [behind, alone].map(({ answers }) => answers[0]?.[1]),
      ['203.0.113.0/24', '127.0.0.0/24'],
    );
  });

  it('lets nothing run but its own script, sends no cookie and no address on', async test => {
    const { url } = await world(test);
    const { headers } = await fetch(url);
    const policy = headers.get('content-security-policy') ?? '';
    const nonce = /script-src 'nonce-([\w-]+)'/.exec(policy)?.[1];
    assert.ok(nonce !== undefined && nonce.length >= 22);
    assert.match(policy, /^default-src 'none';.*form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/);
    assert.deepEqual(
      ['set-cookie', 'referrer-policy', 'cache-control', 'x-content-type-options', 'x-robots-tag'].map(name =>
        headers.get(name),
      ),
      [null, 'no-referrer', 'no-store', 'nosniff', 'noindex'],
    );
    assert.ok(!(await (await fetch(url)).text()).includes(nonce));
  });

  it('speaks the language of the browser, or the one chosen', async test => {
    const { url } = await world(test);
    const langOf = async (accept: string, query = '') =>
      /<html lang="(\w+)"/.exec(
        await (await fetch(url + query, { headers: { 'accept-language': accept } })).text(),
      )?.[1];
    assert.deepEqual(
      [
        await langOf('ja,en;q=0.8'),
        await langOf('en;q=0.5, ja-JP;q=0.9'),
        await langOf('de'),
        await langOf('ja', '?lang=en'),
      ],
      ['ja', 'ja', 'en', 'en'],
    );
  });

  it('takes no body longer than its form, and no long header', async test => {
    const { post, url, answers } = await world(test);
    assert.equal((await post('x'.repeat(bodyAtMost + 1))).status, 413);
    const endless = new ReadableStream({ pull: controller => controller.enqueue(Buffer.alloc(4_096, 'x')) });
    const request = { method: 'POST', body: endless, duplex: 'half' } as const;
    await fetch(url, request).then(
      ({ status }) => assert.equal(status, 413),
      () => undefined,
    );
    assert.equal((await fetch(url, { headers: { 'x-long': 'x'.repeat(9_000) } })).status, 431);
    assert.equal(answers.length, 0);
  });

  it('puts off a network that asks too much, and forgets that in time', async test => {
    const { post, answers, clock, url } = await world(test);
    for (let i = 0; i < 1_000; i++) await (await post(form)).text();
    assert.equal(answers.length, 10);
    const { status, headers } = await fetch(url);
    assert.deepEqual([status, headers.get('retry-after')], [429, '120']);
    clock.advance(60_000);
    assert.equal((await fetch(url)).status, 200);
  });

  it('puts off who guesses links sooner', async test => {
    const { url, looks } = await world(test, { standing: { kind: 'unknown' } });
    for (let i = 0; i < 100; i++) await (await fetch(url)).text();
    assert.ok(looks.length <= 10);
  });

  it('says that it is not possible just now while the stores are gone', async test => {
    const { url, post } = await world(test, { isBroken: true });
    const shown = await fetch(url);
    assert.equal(shown.status, 503);
    assert.match(await shown.text(), /Nothing is lost/);
    assert.equal((await post(form)).status, 503);
  });

  it('answers no more connections of one network than a browser and its neighbours need', async test => {
    const { port } = await world(test);
    const sockets = Array.from({ length: 40 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
    test.after(() => sockets.forEach(socket => socket.destroy()));
    let closed = 0;
    const enough = Promise.withResolvers<void>();
    for (const socket of sockets) socket.resume().on('close', () => void (++closed === 8 && enough.resolve()));
    await enough.promise;
    const free = sockets.find(socket => !socket.destroyed);
    free?.destroy();
  });

  it('is not disturbed by what is no HTTP', async test => {
    const { port, url } = await world(test);
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.end('EHLO example.com\r\n\r\n');
    await once(socket, 'close');
    assert.equal((await fetch(url)).status, 200);
  });
});

describe('what a stranger wrote', () => {
  it('is shown as text, whatever it is', () => {
    const parts = { language: 'en', host: 'mx.example.jp', nonce: 'n' } as const;
    const tags = (html: string) => html.match(/<[a-z!/][^>]*>/g)?.length;
    const plain = tags(page(open, parts));
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.constantFrom('"><script>alert(1)</script>', "' onload='x", '&lt;b>', '{host}')),
        domain => {
          for (const shown of [open, { ...open, kind: 'proven', isNow: true } as const]) {
            const html = page({ ...shown, domain }, parts);
            assert.equal(tags(html), shown === open ? plain : tags(page(shown, parts)));
          }
        },
      ),
    );
    assert.ok(!page({ ...open, domain: 'a\u202egpj.example' }, parts).includes('\u202e'));
  });

  it('in a request throws nothing', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (target, accept) => {
        const { token, language } = readTarget(target, accept);
        const { sum, choice, work } = readForm(target);
        return (
          token.length <= 100 && ['en', 'ja'].includes(language) && [sum, choice, work].every(one => one.length <= 100)
        );
      }),
    );
  });
});

describe('its words', () => {
  it('have as many things of each kind as there should be, no two alike, in both languages', () => {
    assert.deepEqual(
      kinds.map(({ things }) => things.length),
      Array.from({ length: puzzleKinds }, () => thingsPerKind),
    );
    for (const language of ['en', 'ja'] as const) {
      const names = kinds.flatMap(({ things }) => things.map(thing => thing[language]));
      assert.equal(new Set(names).size, names.length);
      assert.ok(names.every(name => name !== ''));
    }
  });

  it('tell the same in both languages', () => {
    const details = (text: string) =>
      [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').toSorted((a, b) => a.localeCompare(b));
    for (const [name, { en, ja }] of Object.entries(words)) assert.deepEqual(details(en), details(ja), name);
  });

  it('show the time where the reader is likely to be, and every page in both languages', () => {
    const parts = { host: 'mx.example.jp', nonce: 'n' };
    assert.match(page(open, { ...parts, language: 'en' }), /31 January 2026 at 20:05 UTC/);
    assert.match(page(open, { ...parts, language: 'ja' }), /2026年2月1日 5:05（日本時間）/);
    for (const kind of ['unknown', 'expired', 'closed', 'gone', 'soon', 'busy', 'trouble'] as const)
      assert.match(page({ kind }, { ...parts, language: 'ja' }), /<h1>[^<]*[\u3040-\u30ff]/);
  });
});

describe('the page over TLS', () => {
  it('shows the certificate in force to those who name no host, and that of the host to those who do', async test => {
    const pairOf = (name: string) => makeSelfSigned(name, Date.now(), seededRandom(1));
    let pair = pairOf('one.example.jp');
    const named = pairOf('named.example.jp');
    const context = createSecureContext({ cert: named.certificate, key: named.key });
    const tls = {
      get pair() {
        return pair;
      },
      choose: (_name: string, done: Parameters<PageTls['choose']>[1]) => done(null, context),
    };
    const { port } = await world(test, { tls });
    const shownTo = async (servername?: string): Promise<unknown> => {
      const options = { host: '127.0.0.1', port, rejectUnauthorized: false, ...(servername ? { servername } : {}) };
      const socket = connectTls(options);
      await once(socket, 'secureConnect');
      const { subject } = socket.getPeerCertificate();
      socket.destroy();
      return subject.CN;
    };
    assert.deepEqual([await shownTo(), await shownTo('x.example.jp')], ['one.example.jp', 'named.example.jp']);
    pair = pairOf('two.example.jp');
    assert.equal(await shownTo(), 'two.example.jp');
  });
});

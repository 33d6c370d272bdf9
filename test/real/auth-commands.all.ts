// SPDX-License-Identifier: Apache-2.0
// `sekisho auth domain`, `auth check`, `explain` and `auth complain` on a good and a bad zone that a real name server (Knot) serves, and a real server.
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { rsaKeys } from '../../src/authentication/signed.suite.ts';
import { dkimSignature } from '../../src/authentication/signing/sign.ts';
import { readOutgoing } from '../../src/authentication/signing/outgoing.ts';
import { readFeedbackReport } from '../../src/wire/arf/feedback-report.ts';
import { parseMessage } from '../../src/wire/mime/parse.ts';
import { cleanUp, run, startServing } from '../whole/serving.ts';
import { quoteText, startKnot, whyNoKnot } from './knot.ts';
import { lastReply, relayAs, sendTo } from './smtp-talk.ts';

const keys = rsaKeys(2_048);
const weak = generateKeyPairSync('rsa', { modulusLength: 1_024 })
  .publicKey.export({ type: 'spki', format: 'der' })
  .toString('base64');
const zone = [
  'good MX 10 mx.good',
  'mx.good A 192.0.2.1',
  'good TXT "v=spf1 mx include:_spf.good -all"',
  'good SPF "spf2.0/mfrom,pra mx -all"',
  '_spf.good TXT "v=spf1 ip4:192.0.2.32/28 -all"',
  `s1._domainkey.good TXT ${quoteText(keys.record)}`,
  '_dmarc.good TXT "v=DMARC1; p=reject; rua=mailto:r@good.jp"',
  'default._bimi.good TXT "v=BIMI1; l=https://good.jp/m.svg; a=https://good.jp/m.pem"',
  'default._bimi.bad TXT "v=BIMI1; l=http://bad.jp/m.svg"',
  '_smtp._tls.good TXT "v=TLSRPTv1; rua=mailto:t@good.jp"',
  'bad MX 0 .',
  'bad MX 10 mx.good',
  `bad TXT ${quoteText(`v=spf1 ${Array.from({ length: 11 }, (_, i) => `include:s${i}.bad.jp`).join(' ')} ptr +all`)}`,
  'bad TXT "v=spf1 ip4:192.0.2.9 ~all"',
  ...Array.from({ length: 11 }, (_, i) => `s${i}.bad TXT "v=spf1 ip4:198.51.100.${i} -all"`),
  `weak._domainkey.bad TXT ${quoteText(`v=DKIM1; k=rsa; p=${weak}`)}`,
  'torn._domainkey.bad TXT "v=DKIM1; k=rsa; p=MIGf/torn"',
  '_dmarc.bad TXT "v=DMARC1; sp=none; pct=20; rua=mailto:r@other.jp"',
  'other A 192.0.2.5',
].map(line => line.replace(/include:_spf\.good/, 'include:_spf.good.jp'));

describe(
  'what domains publish and messages prove, before a real name server',
  { skip: whyNoKnot() ?? false },
  async () => {
    if (whyNoKnot()) return;
    const knot = await startKnot('jp', zone);
    const serving = await startServing({
      toml: `[server]\nhostname = "mx.example.net"\nproxyFrom = ["127.0.0.0/8"]\n[greet]\nisOn = false\n[greet.tarpit]\nisOn = false\n[dns]\nservers = ["${knot.address}"]\n`,
    });
    after(async () => {
      await cleanUp(serving);
      await knot.stop();
    });
    const mail = join(serving.folder, 'mail.eml');
    await writeFile(mail, await signedMail('good.jp', 'fbl@good.jp'));
    const inJapanese = (...args: string[]) =>
      run([
        'env',
        'LANG=ja_JP.UTF-8',
        process.execPath,
        join(import.meta.dirname, '../../bin/sekisho.js'),
        ...args,
        '-c',
        serving.configPath,
        '-d',
        serving.dataPath,
      ]);

    it('finds nothing wrong with the good domain', async () => {
      const { code, stdout, stderr } = await serving.run('auth', 'domain', 'good.jp', '--selector', 's1');
      assert.equal(code, 0, stdout + stderr);
      assert.doesNotMatch(stdout, /WRONG|Publish instead/);
      assert.match(stdout, /include _spf\.good\.jp \(0 look-ups\)/);
      assert.match(stdout, /default\._bimi\.good\.jp[^]*The mark itself was not fetched/);
      assert.match(stdout, /s1 is an RSA key of 2048 bits/);
      assert.match(stdout, /Sender ID\n {2}good\.jp\. IN SPF "spf2\.0\/mfrom,pra mx -all"/);
    });

    it('finds what is wrong with the bad one, in both languages, and what is to be published instead', async () => {
      const english = await serving.run('auth', 'domain', 'bad.jp', '--selector', 'weak,torn,gone');
      assert.equal(english.code, 1);
      for (const words of [
        /null MX/,
        /2 SPF records/,
        /12 look-ups/,
        /“\+all”/,
        /“ptr”/,
        /weak is an RSA key of 1024 bits/,
        /record of torn cannot be used/,
        /gone\._domainkey\.bad\.jp has no key/,
        /lacks p=/,
        /pct=20/,
        /The mark is shown to nobody/,
        /other\.jp, which has not agreed/,
      ])
        assert.match(english.stdout, words);
      const japanese = await inJapanese('auth', 'domain', 'bad.jp', '--selector', 'weak,torn,gone');
      for (const words of [/SPF レコードが 2 個/, /12 回/, /1024 ビット/, /p= がない/, /公開すべきレコード/])
        assert.match(japanese.stdout, words);
      // What is advised is served, and nothing is wrong with SPF and DMARC any more.
      const lines = [...english.stdout.matchAll(/^ {4}((?:_dmarc\.)?bad\.jp\.) IN (TXT|MX) (.*)$/gm)].map(
        ([, name, type, data]) => `${name} ${type} ${data?.replace(/mx\.good\.jp$/, 'mx.good.jp.')}`,
      );
      assert.equal(lines.filter(line => line.includes('v=spf1')).length, 1);
      const rest = zone.filter(line => !/^(?:bad|_dmarc\.bad|default\._bimi\.bad) /.test(line));
      const mended = await startKnot('jp', [...rest, ...lines, 'bad.jp._report._dmarc.other TXT "v=DMARC1"']);
      try {
        const config = join(serving.folder, 'mended.toml');
        await writeFile(config, `[dns]\nservers = ["${mended.address}"]\n`);
        const { code, stdout } = await run([
          process.execPath,
          join(import.meta.dirname, '../../bin/sekisho.js'),
          'auth',
          'domain',
          'bad.jp',
          '-c',
          config,
          '-d',
          join(serving.folder, 'other'),
        ]);
        assert.equal(code, 0, stdout);
      } finally {
        await mended.stop();
      }
    });

    it('says what a message proves, and what its sender has to fix', async () => {
      const come = ['--ip', '192.0.2.1', '--helo', 'mx.good.jp', '--from', 'bounce@good.jp'];
      const good = await serving.run('auth', 'check', mail, ...come);
      assert.equal(good.code, 0, good.stdout + good.stderr);
      assert.match(good.stdout, /^dkim=pass\n {2}good\.jp has signed[^]*^dmarc=pass\n/m);
      const altered = join(serving.folder, 'altered.eml');
      await writeFile(altered, `${await readFile(mail, 'latin1')}more\r\n`);
      const stranger = await serving.run(
        'auth',
        'check',
        altered,
        '--ip',
        '203.0.113.7',
        '--helo',
        'x.jp',
        '--from',
        'a@good.jp',
      );
      assert.equal(stranger.code, 1);
      assert.match(stranger.stdout, /dkim=fail\n.*body hash did not verify[^]*sender +Sign last/);
      assert.match(stranger.stdout, /spf=fail\n[^]*If 203\.0\.113\.7 is yours[^]*record of good\.jp/);
      const japanese = await inJapanese('auth', 'check', altered, '--ip', '203.0.113.7', '--from', 'a@good.jp');
      assert.match(japanese.stdout, /本文のハッシュが合わない/);
      assert.match(japanese.stdout, /送信者 +203\.0\.113\.7 が自分のサーバ/);
    });

    it('names who is responsible for mail that came, and writes the report to the signed address', async () => {
      await serving.run('domain', 'add', 'example.net');
      await serving.run('user', 'add', 'alice@example.net');
      const relay = await relayAs('192.0.2.1', serving.port);
      const said = await sendTo(relay.port, {
        from: 'bounce@good.jp',
        to: 'alice@example.net',
        message: await readFile(mail, 'latin1'),
      });
      await relay.close();
      const id = /\bid ([0-9a-z]{16})/.exec(lastReply(said))?.[1] ?? assert.fail(lastReply(said));
      const told = await serving.run('explain', id);
      assert.match(
        told.stdout,
        /Responsible: good\.jp, which has signed[^]*Complaints: to <fbl@good\.jp>, which the message names/,
      );
      assert.match((await inJapanese('explain', id)).stdout, /責任者: good\.jp[^]*苦情の宛先: <fbl@good\.jp>/);
      const output = join(serving.folder, 'report.eml');
      for (let tries = 0; tries < 50; tries++) {
        const { code } = await serving.run('auth', 'complain', id, '--output', output);
        if (code === 0) break;
        await pause(200);
      }
      const report = await readFile(output);
      const { parts } = parseMessage(report);
      const fields = parts.find(({ subtype }) => subtype === 'feedback-report');
      const read = readFeedbackReport(report.subarray(fields?.bodyStart, fields?.bodyEnd).toString());
      assert.deepEqual([read?.type, read?.domain, read?.sourceIp], ['abuse', 'good.jp', '192.0.2.1']);
      assert.match(report.toString(), /^To: <fbl@good\.jp>\r$/m);
      // As it came: the signature in it still holds.
      const original = report.subarray(report.indexOf('DKIM-Signature:'), report.lastIndexOf('\r\n--=_'));
      await writeFile(mail, original);
      assert.match((await serving.run('auth', 'check', mail, '--ip', '192.0.2.1')).stdout, /^dkim=pass$/m);
    });

    it('blames nobody, and writes nothing, for mail that proves nothing', async () => {
      const relay = await relayAs('203.0.113.9', serving.port);
      const message =
        'From: bob@other.jp\r\nTo: alice@example.net\r\nSubject: x\r\nMessage-ID: <2@other.jp>\r\nDate: Tue, 24 Nov 2026 00:00:00 +0000\r\nCFBL-Address: victim@good.jp\r\n\r\nhi\r\n';
      const said = await sendTo(relay.port, { from: 'bob@other.jp', to: 'alice@example.net', message });
      await relay.close();
      const id = /\bid ([0-9a-z]{16})/.exec(lastReply(said))?.[1] ?? assert.fail(lastReply(said));
      assert.match((await serving.run('explain', id)).stdout, /Responsible: unknown\..*203\.0\.113\.9/);
      const { code, stdout, stderr } = await serving.run('auth', 'complain', id);
      assert.equal(code, 64);
      assert.equal(stdout, '');
      assert.match(stderr, /no domain is proven.*203\.0\.113\.9/);
    });
  },
);

async function signedMail(domain: string, complaints: string): Promise<string> {
  const text = `CFBL-Address: ${complaints}; report=arf\r\nCFBL-Feedback-ID: 1:2\r\nFrom: Bob <bob@${domain}>\r\nTo: alice@example.net\r\nSubject: hello\r\nDate: Tue, 24 Nov 2026 00:00:00 +0000\r\nMessage-ID: <1@${domain}>\r\n\r\nHow are you?\r\n`;
  const outgoing = await readOutgoing(
    (async function* () {
      yield Buffer.from(text, 'latin1');
    })(),
  );
  assert.ok(outgoing);
  const names = ['from', 'to', 'subject', 'date', 'message-id', 'cfbl-address', 'cfbl-feedback-id'];
  const key = { domain, selector: 's1', algorithm: 'rsa-sha256' as const, privateKey: createPrivateKey(keys.pem) };
  return dkimSignature({ ...outgoing, names, at: Date.now() - 60_000 }, key) + text;
}

// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { TestClock } from '../../core/clock.ts';
import { silentLog } from '../../core/log.ts';
import { zoneDns, type Zone } from '../../net/zone-dns.ts';
import { memoryDirectoryStore } from '../../store/directory/memory.ts';
import { memoryStateStore } from '../../store/state/memory.ts';
import { parseMessage } from '../../wire/mime/parse.ts';
import { parseMailbox } from '../../wire/smtp/path.ts';
import { evaluateDmarc } from '../dmarc.ts';
import { ReportIntake } from './intake.ts';
import { OwnReportAddresses } from './own-addresses.ts';
import { readAside } from './read-aside.ts';
import { readMail } from './read.ts';
import { receivedReports } from './received.ts';
import { refusedReports } from './refused.ts';

const xml = (domain: string) =>
  `<?xml version="1.0"?><feedback xmlns="urn:ietf:params:xml:ns:dmarc-2.0"><report_metadata><org_name>Big Mail</org_name><email>r@big.example</email><report_id>${domain}-7</report_id><date_range><begin>1767139200</begin><end>1767225599</end></date_range></report_metadata><policy_published><domain>${domain}</domain><p>none</p></policy_published><record><row><source_ip>192.0.2.1</source_ip><count>5</count><policy_evaluated><disposition>none</disposition><dkim>pass</dkim><spf>fail</spf></policy_evaluated></row><identifiers><header_from>${domain}</header_from></identifiers></record></feedback>`;

function mail(content: Buffer, type = 'application/gzip'): Buffer {
  return Buffer.from(
    `From: r@big.example\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}\r\n--b--\r\n`,
  );
}

const ownZone: Zone = {
  'big.example': { TXT: 'v=spf1 -all' },
  '_dmarc.big.example': { TXT: 'v=DMARC1; p=reject' },
  '_dmarc.example.jp': { TXT: 'v=DMARC1; p=none; rua=mailto:dmarc@example.jp,mailto:x@far.example' },
  '_smtp._tls.example.jp': { TXT: 'v=TLSRPTv1; rua=mailto:tls@example.jp' },
};

async function place({ named, zone = ownZone }: { named?: readonly string[]; zone?: Zone } = {}) {
  const state = memoryStateStore();
  const clock = new TestClock();
  const dns = zoneDns(zone);
  const directory = memoryDirectoryStore();
  await directory.putDomain({ name: 'example.jp', transport: { kind: 'maildir' }, verifiesAtNextHop: false });
  for (const local of ['dmarc', 'tls', 'bob']) await directory.putMailbox({ address: { local, domain: 'example.jp' } });
  const addresses = new OwnReportAddresses({ dns, clock, directory, named: () => named });
  const intake = new ReportIntake({
    state,
    clock,
    log: silentLog,
    addresses,
    read: (bytes, at) => readMail(Buffer.from(bytes), at.now()),
  });
  const arrive = async (to: string, bytes: Buffer, { isPassing = true, isOpen = false, isWhole = true } = {}) => {
    const notes: string[] = [];
    const result = await evaluateDmarc({ domain: 'big.example', spf: isPassing ? ['big.example'] : [], dkim: [], dns });
    const afterwards = await intake.prepare({
      attemptId: 'a1',
      recipients: [parseMailbox(to) ?? { local: '', domain: '' }],
      mime: parseMessage(bytes),
      dmarc: { kind: 'one', result, ...(isOpen ? { isOpen } : {}) },
      bytes: isWhole ? bytes : bytes.subarray(0, 10),
      isWhole,
      async *stream() {
        yield bytes.subarray(0, 10);
        yield bytes.subarray(10);
      },
      note: (kind, fields) => void notes.push(`${kind} ${String(fields['reason'] ?? fields['domain'])}`),
    });
    afterwards?.();
    await intake.settled();
    return notes;
  };
  const kept = () => receivedReports(state, { since: '2025-01-01' }, clock.now());
  const refused = () => refusedReports(state, '2025-01-01', clock.now());
  return { arrive, kept, refused, intake };
}

describe('a report that arrives', () => {
  it('is taken in at the address that our own record names, once, and is nothing anywhere else', async () => {
    const { arrive, kept } = await place();
    const report = mail(gzipSync(xml('example.jp')));
    assert.deepEqual(await arrive('dmarc@example.jp', report), ['report-taken example.jp']);
    assert.deepEqual(await arrive('dmarc@example.jp', report), ['report-known example.jp']);
    assert.deepEqual(await arrive('bob@example.jp', report), []);
    assert.deepEqual(await arrive('x@far.example', report), []);
    assert.equal((await kept()).length, 1);
  });

  it('is read whole, also where checks have seen its beginning only', async () => {
    const { arrive } = await place();
    const told = await arrive('DMARC@example.jp', mail(gzipSync(xml('example.jp'))), { isWhole: false });
    assert.deepEqual(told, ['report-taken example.jp']);
  });

  it('is refused, and that is written down, where nothing proves its author or it is about others', async () => {
    const { arrive, kept, refused } = await place();
    const report = mail(gzipSync(xml('example.jp')));
    assert.match((await arrive('dmarc@example.jp', report, { isPassing: false })).join(), /refused nothing proves/);
    assert.match((await arrive('dmarc@example.jp', report, { isOpen: true })).join(), /refused nothing proves/);
    assert.match(
      (await arrive('dmarc@example.jp', mail(gzipSync(xml('bank.example'))))).join(),
      /bank\.example, which asks/,
    );
    const entity = '<!DOCTYPE f [<!ENTITY a "b">]><feedback/>';
    assert.match((await arrive('dmarc@example.jp', mail(gzipSync(entity)))).join(), /document type/);
    const bomb = mail(gzipSync(Buffer.alloc(10_485_761, 32)));
    assert.match((await arrive('dmarc@example.jp', bomb)).join(), /more than 10485760 bytes/);
    assert.deepEqual(await kept(), []);
    // Two that are alike count once.
    assert.equal((await refused()).length, 4);
  });

  it('may be about anybody at an address that the operator named, and none is taken where he named none', async () => {
    const one = await place({ named: ['bob@example.jp'] });
    assert.deepEqual(await one.arrive('bob@example.jp', mail(gzipSync(xml('bank.example')))), [
      'report-taken bank.example',
    ]);
    assert.deepEqual(await one.arrive('dmarc@example.jp', mail(gzipSync(xml('example.jp')))), []);
    const none = await place({ named: [] });
    assert.deepEqual(await none.arrive('dmarc@example.jp', mail(gzipSync(xml('example.jp')))), []);
  });

  it('is not waited for at the end', async () => {
    const { arrive, intake, kept } = await place();
    await intake.close();
    assert.deepEqual(await arrive('dmarc@example.jp', mail(gzipSync(xml('example.jp')))), []);
    assert.deepEqual(await kept(), []);
  });

  it('is read on a thread of its own as it would be here', async () => {
    const clock = new TestClock();
    const bytes = mail(Buffer.from(xml('example.jp')), 'text/xml');
    assert.deepEqual(await readAside(bytes, clock), await readMail(bytes, clock.now()));
    await assert.rejects(readAside(mail(Buffer.from('<a>'), 'text/xml'), clock), { code: 'bad-input' });
    await assert.rejects(readAside(bytes, clock, AbortSignal.abort()), { code: 'cancelled' });
  });
});

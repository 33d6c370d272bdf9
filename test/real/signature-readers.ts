// SPDX-License-Identifier: Apache-2.0
/** Signature readers — what others (dkimpy, Mail::DKIM, OpenDKIM) say of signatures and seals: each reads many messages at one start, with the records given. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from './peer-process.ts';

/** Name → text of its TXT record. */
export type Records = Readonly<Record<string, string>>;

export interface Reading {
  /** For each DKIM-Signature from the top down, whether it holds; undefined where the reader cannot say (Mail::DKIM without CryptX: Ed25519). */
  readonly signatures: readonly (boolean | undefined)[];
  /** What the chain of seals comes to; undefined where the reader knows no ARC. */
  readonly chain?: string;
}

export interface SignatureReader {
  readonly name: string;
  /** Why it cannot be asked. */
  why(): string | undefined;
  read(messages: readonly Buffer[], records: Records): Promise<readonly Reading[]>;
}

const python = `
import sys, json, base64, dkim
given = json.load(sys.stdin)
def txt(name, timeout=5):
    name = name.decode() if isinstance(name, bytes) else name
    return given['records'].get(name.rstrip('.').lower(), '').encode() or None
out = []
for message in given['messages']:
    bytes_ = base64.b64decode(message)
    d = dkim.DKIM(bytes_)
    count = len([x for x, y in d.headers if x.lower() == b'dkim-signature'])
    held = []
    for i in range(count):
        try:
            held.append(bool(dkim.DKIM(bytes_).verify(idx=i, dnsfunc=txt)))
        except dkim.DKIMException as error:
            held.append(False)
    cv = dkim.arc_verify(bytes_, dnsfunc=txt)[0]
    out.append({'signatures': held, 'chain': cv.decode() if isinstance(cv, bytes) else str(cv)})
json.dump(out, sys.stdout)
`;

const perl = `
use strict; use warnings; use JSON::PP; use MIME::Base64;
use Mail::DKIM::Verifier; use Mail::DKIM::ARC::Verifier; use Mail::DKIM::DNS; use Net::DNS::RR;
my $given = decode_json(do { local $/; <STDIN> });
my $records = $given->{records};
my $knows_ed = eval { require Crypt::PK::Ed25519; 1 } ? 1 : 0;
{ no warnings 'redefine';
  *Mail::DKIM::DNS::query = sub {
    my ($name, $type) = @_;
    my $text = $records->{lc $name};
    $@ = ''; return unless defined $text && $type eq 'TXT';
    return Net::DNS::RR->new(name => $name, type => 'TXT', txtdata => [$text =~ /(.{1,255})/g]);
  };
}
my @out;
for my $message (@{ $given->{messages} }) {
  my $bytes = decode_base64($message);
  my $dkim = Mail::DKIM::Verifier->new(); $dkim->PRINT($bytes); $dkim->CLOSE;
  my @held = map { $_->algorithm =~ /^ed25519/ && !$knows_ed ? undef : $_->result eq 'pass' ? JSON::PP::true : JSON::PP::false } $dkim->signatures;
  my $arc = Mail::DKIM::ARC::Verifier->new(Strict => 1); $arc->PRINT($bytes); $arc->CLOSE;
  push @out, { signatures => \\@held, chain => $arc->result };
}
print encode_json(\\@out);
`;

function asked(program: string, args: readonly string[], messages: readonly Buffer[], records: Records): Reading[] {
  const input = JSON.stringify({ records, messages: messages.map(bytes => bytes.toString('base64')) });
  const { stdout, stderr, status } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`${program} failed:\n${stderr}`);
  return (JSON.parse(stdout) as { signatures: (boolean | null)[]; chain: string }[]).map(({ signatures, chain }) => ({
    signatures: signatures.map(held => held ?? undefined),
    chain: chain.toLowerCase(),
  }));
}

function missing(program: string, args: readonly string[], what: string): string | undefined {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0 ? undefined : `${what} is not installed`;
}

// Debian's own, whatever stands first on the path: its packages are only there.
const python3 = '/usr/bin/python3';

export const signatureReaders: readonly SignatureReader[] = [
  {
    name: 'dkimpy',
    why: () => missing(python3, ['-c', 'import dkim, nacl'], 'python3-dkim'),
    read: async (messages, records) => asked(python3, ['-c', python], messages, records),
  },
  {
    name: 'Mail::DKIM',
    why: () => missing('/usr/bin/perl', ['-MMail::DKIM', '-e', '1'], 'libmail-dkim-perl'),
    read: async (messages, records) => asked('/usr/bin/perl', ['-e', perl], messages, records),
  },
  {
    name: 'OpenDKIM',
    why: () => (findProgram('opendkim') === undefined ? 'opendkim is not installed' : undefined),
    read: readWithOpenDkim,
  },
];

/** It reads each message at a start of its own, and says of the message whether any signature held: each is shown to it alone. */
async function readWithOpenDkim(messages: readonly Buffer[], records: Records): Promise<readonly Reading[]> {
  const folder = await mkdtemp(join(tmpdir(), 'opendkim-read-'));
  try {
    const keys = join(folder, 'keys');
    const configuration = join(folder, 'opendkim.conf');
    const file = join(folder, 'message');
    await writeFile(
      keys,
      Object.entries(records)
        .map(([name, text]) => `${name} ${text}\n`)
        .join(''),
    );
    await writeFile(configuration, `Mode v\nSyslog no\nTestPublicKeys ${keys}\n`, { mode: 0o600 });
    const readings: Reading[] = [];
    for (const message of messages) {
      // Its test mode does not read a last line without an end; the mail transfer it is made for always brings one.
      const text = message.toString('latin1').replace(/(?<!\r\n)$/, '\r\n');
      const signatures = text.match(/^DKIM-Signature:[^\n]*\n(?:[ \t][^\n]*\n)*/gim) ?? [];
      const bare = signatures.reduce((rest, one) => rest.replace(one, ''), text);
      const held: (boolean | undefined)[] = [];
      for (const one of signatures) {
        await writeFile(file, one + bare, 'latin1');
        const { stdout, stderr } = spawnSync('opendkim', ['-x', configuration, '-t', file], { encoding: 'utf8' });
        const said = stdout + stderr;
        held.push(/verification .*succeeded/.test(said) ? true : /a=ed25519/.test(one) ? undefined : false);
      }
      readings.push({ signatures: held });
    }
    return readings;
  } finally {
    await rm(folder, { recursive: true });
  }
}

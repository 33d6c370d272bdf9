// SPDX-License-Identifier: Apache-2.0
/** Dkimpy and Mail::DKIM — two more who sign and verify, each as one process that takes a message a line and answers with a line. */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { endServer } from './peer-process.ts';

export interface LinePeer {
  /** One line out, one line in, in order. */
  ask(line: string): Promise<string>;
  stop(): Promise<void>;
}

// Debian's Python, not one that a developer has put before it.
const python = '/usr/bin/python3';
const perl = '/usr/bin/perl';

const dkimpyProgram = `
import sys, base64, dkim
key = open(sys.argv[1], 'rb').read()
record = sys.argv[2].encode()
for line in sys.stdin:
    what, *rest = line.split()
    message = base64.b64decode(rest[-1]) if rest and rest[-1] != '-' else b''
    try:
        if what == 'sign':
            header, body, domain, selector = [word.encode() for word in rest[:4]]
            answer = base64.b64encode(dkim.sign(message, selector, domain, key, canonicalize=(header, body))).decode()
        else:
            answer = 'pass' if dkim.verify(message, dnsfunc=lambda name, timeout=5: record) else 'fail'
    except Exception as error:
        answer = 'error ' + type(error).__name__ + ' ' + str(error).replace('\\n', ' ')
    print(answer, flush=True)
`;

const mailDkimProgram = `
use strict; use warnings; use MIME::Base64; use Mail::DKIM::Verifier; use Net::DNS::RR;
my $record = $ARGV[0];
{
  no warnings 'redefine';
  *Mail::DKIM::DNS::query = sub {
    my ($name, $type) = @_;
    return Net::DNS::RR->new(owner => $name, type => 'TXT', txtdata => [ $record =~ /(.{1,250})/g ]);
  };
}
$| = 1;
while (my $line = <STDIN>) {
  chomp $line;
  my $verifier = Mail::DKIM::Verifier->new();
  $verifier->PRINT(decode_base64($line));
  $verifier->CLOSE;
  print $verifier->result, "\\n";
}
`;

export function whyNoDkimpy(): string | undefined {
  return spawnSync(python, ['-c', 'import dkim']).status === 0 ? undefined : 'python3-dkim is not installed';
}

export function whyNoMailDkim(): string | undefined {
  return spawnSync(perl, ['-MMail::DKIM', '-e', '1']).status === 0 ? undefined : 'libmail-dkim-perl is not installed';
}

/** Takes `verify MESSAGE` and `sign HEADER-FORM BODY-FORM DOMAIN SELECTOR MESSAGE`, messages as base64; whatever key is asked for has that record. */
export function startDkimpy(keyFile: string, record: string): LinePeer {
  return peerOf(spawn(python, ['-c', dkimpyProgram, keyFile, record]));
}

/** Takes a message as base64; answers with the result. */
export function startMailDkim(record: string): LinePeer {
  return peerOf(spawn(perl, ['-e', mailDkimProgram, record]));
}

function peerOf(child: ChildProcessWithoutNullStreams): LinePeer {
  const waiting: ((line: string) => void)[] = [];
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said = (said + piece.toString()).slice(-2_000)));
  createInterface({ input: child.stdout }).on('line', line => waiting.shift()?.(line));
  child.on('exit', () => waiting.splice(0).forEach(answer => answer(`ended: ${said}`)));
  return {
    ask: line =>
      new Promise(resolve => {
        waiting.push(resolve);
        child.stdin.write(`${line}\n`);
      }),
    async stop() {
      child.stdin.end();
      await endServer(child);
    },
  };
}

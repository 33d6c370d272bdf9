// SPDX-License-Identifier: Apache-2.0
/** SMTP command — what a client may write on a line. */
import { formatPath } from '../../src/core/address.ts';
import { parseCommand } from '../../src/wire/smtp/command.ts';
import { parsePath } from '../../src/wire/smtp/path.ts';
import { relayDisguise } from '../../src/wire/smtp/relay-disguise.ts';

export const name = 'smtp-command';

export const seeds: Buffer[] = [
  'EHLO mx.example',
  'MAIL FROM:<a..b.@docomo.example> SIZE=1000 BODY=8BITMIME SMTPUTF8',
  'MAIL FROM:<@x.example,@y.example:"a\\"b c"@例え.テスト> AUTH=<>',
  'RCPT TO:<victim%foreign.example@[IPv6:2001:db8::1]>',
  'RCPT TO: postmaster',
  'BDAT 100 LAST',
  'GET / HTTP/1.1',
].map(line => Buffer.from(line));

export function run(bytes: Buffer): void {
  const command = parseCommand(bytes);
  const address =
    command.verb === 'RCPT' ? command.address : command.verb === 'MAIL' ? command.sender.address : undefined;
  if (!address) return;
  relayDisguise(address);
  // What was read can be written and read again, as the same.
  const again = parsePath(`<${formatPath(address)}>`)?.address;
  if (again?.local !== address.local || again.domain !== address.domain) {
    throw new Error(`read back as another: ${JSON.stringify(address)} ${JSON.stringify(again)}`);
  }
}

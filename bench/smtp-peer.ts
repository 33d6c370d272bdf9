// SPDX-License-Identifier: Apache-2.0
/** The npm package smtp-server as a peer: takes everything, reads it and keeps nothing. Prints its port; ends with its input. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

const server = new SMTPServer({
  disabledCommands: ['AUTH', 'STARTTLS'],
  disableReverseLookup: true,
  onData(stream, _session, done) {
    stream.on('end', () => done()).resume();
  },
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.server.address() as AddressInfo;
  console.log(port);
});
process.stdin.on('end', () => process.exit(0)).resume();

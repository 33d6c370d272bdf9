// SPDX-License-Identifier: Apache-2.0
/**
 * As judged — a message from a mailbox as it was when it was judged: line ends of the wire, without what we wrote in front at delivery.
 * What a mailbox's copy has more would teach that we delivered it, and not what it is.
 */
const written =
  /^(?:return-path|delivered-to|received-spf|received|authentication-results|x-spam-[a-z]+|x-sekisho-id|x-nameless)$/;
/** mbsync marks what it carries. */
const carried = /^x-tuid$/;
const field = /^([\x21-\x39\x3b-\x7e]+)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*\n/;

export function asJudged(stored: Buffer): Buffer {
  let text = stored.toString('latin1').replace(/\r?\n/g, '\n');
  const seen = new Set<string>();
  for (;;) {
    const [whole, given = ''] = field.exec(text.slice(0, 65_536)) ?? [];
    const name = given.toLowerCase();
    // A second Received is of the server before us, and what follows it too.
    const isOurs = written.test(name) && !(seen.has(name) && name === 'received');
    if (whole === undefined || !(isOurs || carried.test(name))) break;
    seen.add(name);
    text = text.slice(whole.length);
  }
  return Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');
}

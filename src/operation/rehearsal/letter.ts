// SPDX-License-Identifier: Apache-2.0
/** Letter — what a rehearsed message says. Of two kinds only, as the checks of the text would tell them apart; a filter is taught both before. */
import { createHash, createPrivateKey, createPublicKey, sign } from 'node:crypto';
import { canonicalizeBody } from '../../wire/dkim/body.ts';
import { relaxField } from '../../wire/dkim/relax-field.ts';
import type { Chance } from './chance.ts';

export interface LetterParts {
  readonly from: string;
  readonly to: string;
  readonly at: number;
  /** Unique. */
  readonly id: string;
  readonly isRecognised: boolean;
  /** Signed by this domain. */
  readonly signedBy: string | undefined;
  readonly chance: Chance;
}

export function letterOf({ from, to, at, id, isRecognised, signedBy, chance }: LetterParts): string {
  const domain = from.slice(from.lastIndexOf('@') + 1);
  const words = isRecognised ? loud : plain;
  const pick = (count: number) =>
    Array.from({ length: count }, () => words[chance.below(words.length)] ?? '').join(' ');
  const fields = [
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: ${pick(4)}`,
    `Date: ${new Date(at).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <${id}@${domain}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=us-ascii',
  ];
  const body = `${Array.from({ length: 6 }, () => `${pick(9)}.`).join('\r\n')}\r\n`;
  const signature = signedBy === undefined ? [] : [signatureOf(signedBy, fields, body)];
  return `${[...signature, ...fields].join('\r\n')}\r\n\r\n${body}`;
}

/** Letters with their labels, as people would have taught them to a filter in its first weeks. */
export function lessonsFor(chance: Chance, receiver: string, at: number, each = 60) {
  return Array.from({ length: 2 * each }, (_, i) => {
    const label = i % 2 === 0 ? ('ham' as const) : ('spam' as const);
    const parts = {
      from: `teacher${i}@lessons.example`,
      to: `user1@${receiver}`,
      at,
      id: `lesson${i}`,
      signedBy: undefined,
    };
    return { label, letter: letterOf({ ...parts, isRecognised: label === 'spam', chance }) };
  });
}

export const dkimSelector = 'r';
// One key for all: who signs is told by the domain, and what is rehearsed is no proof of anything to anybody. PKCS#8 of RFC 8410 around 32 octets.
const privateKey = createPrivateKey({
  key: Buffer.concat([
    Buffer.from('302e020100300506032b657004220420', 'hex'),
    createHash('sha256').update('sekisho rehearsal').digest(),
  ]),
  format: 'der',
  type: 'pkcs8',
});
const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
export const dkimRecord = `v=DKIM1; k=ed25519; p=${publicKey}`;

/** RFC 6376 and 8463, relaxed/relaxed. */
function signatureOf(domain: string, fields: readonly string[], body: string): string {
  const bodyHash = createHash('sha256')
    .update(canonicalizeBody(Buffer.from(body), 'relaxed'))
    .digest('base64');
  const names = fields.map(field => field.slice(0, field.indexOf(':')).toLowerCase());
  const open = `DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=${domain}; s=${dkimSelector}; h=${names.join(':')}; bh=${bodyHash}; b=`;
  const signed = fields.map(field => relaxField(field)).join('') + relaxField(open).replace(/\r\n$/, '');
  const digest = createHash('sha256').update(signed, 'latin1').digest();
  return open + sign(null, digest, privateKey).toString('base64');
}

const plain =
  'meeting agenda minutes report attached review draft schedule monday thursday budget proposal invoice order delivery seminar students lecture room library paper deadline question answer thanks regards please confirm travel project plan version update team office number'.split(
    ' ',
  );
const loud =
  'winner prize lottery claim urgent viagra pharmacy pills cheap replica watches casino bonus jackpot credit refinance loan approved guaranteed miracle weight loss limited offer click unsubscribe million dollars inheritance beneficiary transfer bitcoin doubled investment adult hot singles free trial'.split(
    ' ',
  );

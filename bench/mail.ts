// SPDX-License-Identifier: Apache-2.0
/** Mail — a letter of 4 kB signed with RSA of 2,048 bits, as most mail is, and the zone that answers for the client that sends it. */
import { generateKeyPairSync } from 'node:crypto';
import { dkimSign } from 'mailauth/lib/dkim/sign.js';

export const client = { name: 'mail.client.example', sender: 'a@client.example', signer: 'signer.example' } as const;

/** What every name asked for is answered by; the domain of the sender has no SPF record, that of the signed letter has one. */
function zoneOf(publicKey: string): string {
  return [
    `1.0.0.127.in-addr.arpa PTR ${client.name}`,
    `${client.name} A 127.0.0.1`,
    `client.example MX 10 ${client.name}`,
    `${client.signer} MX 10 ${client.name}`,
    `${client.signer} TXT v=spf1 a:${client.name} -all`,
    `bench._domainkey.${client.signer} TXT v=DKIM1; k=rsa; p=${publicKey}`,
    '',
  ].join('\n');
}

const sentences = [
  'The minutes of the meeting are attached below, with the points that were left open.',
  'Please look at the second paragraph again before Thursday; the figures there changed.',
  'We agreed that the delivery comes in two parts, the first one at the end of the month.',
  'If the room is free, ten people will be there, and somebody should bring the projector.',
  'The invoice was sent on Monday. Nothing has to be done until the other side has answered.',
];

export interface SignedLetter {
  /** As smtp-source reads it: LF line ends. */
  readonly bytes: Buffer;
  readonly zone: string;
}

export async function signedLetter(sizeBytes = 4_096): Promise<SignedLetter> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const head = [
    `From: Alice <alice@${client.signer}>`,
    'To: Bob <b@example.jp>',
    'Subject: Minutes of the meeting',
    `Date: ${new Date(performance.timeOrigin).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <bench.4096@${client.signer}>`,
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
  ];
  const lines = ['', ''];
  // The signature takes some 600 bytes.
  for (let size = head.join('\r\n').length + 600, i = 0; size < sizeBytes; size += sentences[0]?.length ?? 1, i++)
    lines.push(sentences[i % sentences.length] ?? '');
  const letter = `${head.join('\r\n')}${lines.join('\r\n')}\r\n`;
  const { signatures } = await dkimSign(letter, {
    canonicalization: 'relaxed/relaxed',
    signingDomain: client.signer,
    selector: 'bench',
    privateKey,
    signatureData: [{ signingDomain: client.signer, selector: 'bench', privateKey }],
  });
  return {
    bytes: Buffer.from((signatures + letter).replaceAll('\r\n', '\n')),
    zone: zoneOf(publicKey.toString('base64')),
  };
}

// SPDX-License-Identifier: Apache-2.0
/** Challenge options — whether and how senders whose mail is held may prove to be persons. Off until the operator names the page's address. */
import { z } from 'zod';
import { duration, networks } from '../../core/config-words.ts';

/** So that the link with its sentence fits into one line of a reply (RFC 5321 4.5.3.1.5: 512 octets). */
const longestUrl = 150;

export const challengeSchema = z
  .strictObject({
    url: z
      .string()
      .max(longestUrl)
      .refine(isPlainUrl, 'expected an address such as https://mail.example.org/proof')
      .transform(text => text.replace(/\/+$/, ''))
      .optional()
      .meta({
        description:
          'The address of the page as everybody can reach it, `https://mail.example.org/proof`; it is answered at `listen.challenge`. Without it nobody is asked.',
      }),
    tls: z.boolean().default(false).meta({
      description:
        'Whether `listen.challenge` speaks TLS itself, with the certificate of [tls]; false where a web server in front does.',
    }),
    proxyFrom: networks(
      [],
      'Networks of web servers in front that are believed when they name the browser’s address (the last of X-Forwarded-For).',
    ),
    within: duration('7d', 'How long a link is good.'),
    remember: duration('180d', 'How long one who proved to be a person is not asked again.'),
    tries: z.int().min(1).max(20).default(5).meta({
      description:
        'How many answers a link takes. Without proof of work (JavaScript) it takes three at most. A program that guesses is right once in 378 answers.',
    }),
    workBits: z.int().min(8).max(24).default(16).meta({
      description:
        'Proof of work of a browser with JavaScript: twice as much with each bit. 16 takes a few seconds of a telephone.',
    }),
    perNetwork: z.int().min(1).max(100_000).default(50).meta({
      description:
        'Links given to one network (IPv4 /24, IPv6 /48) in a day; what comes beyond goes to quarantine without.',
    }),
  })
  .prefault({})
  .meta({
    title: 'challenge',
    description: 'How a sender whose mail is held proves to be a person, so that it is delivered at once.',
  });

export type ChallengeOptions = z.output<typeof challengeSchema>;

function isPlainUrl(text: string): boolean {
  return /^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?(\/[A-Za-z0-9._~-]+)*\/?$/.test(text) && URL.canParse(text);
}

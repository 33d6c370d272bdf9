// SPDX-License-Identifier: Apache-2.0
/** Manners — what a server says to everybody: its greeting, its extensions. Made once, when it starts. */
import { saying, type Saying } from '../../wire/smtp/reply-text.ts';
import { xclientAttributes } from '../../wire/smtp/xclient.ts';
import type { DialogueLimits } from './limits.ts';

export interface Manners {
  readonly limits: DialogueLimits;
  readonly offersTls: boolean;
  readonly greeting: Saying;
  readonly helo: Saying;
  readonly ehlo: Saying;
  /** Once TLS is on, it is not offered again. */
  readonly ehloSecure: Saying;
}

/** With `isForProxies` what those hear who may name their clients. */
export function makeManners(
  hostname: string,
  limits: DialogueLimits,
  offersTls: boolean,
  { isForProxies = false }: { readonly isForProxies?: boolean } = {},
): Manners {
  const extensions = (tls: readonly string[]) =>
    saying(
      250,
      undefined,
      hostname,
      'PIPELINING',
      `SIZE ${limits.messageSize}`,
      ...tls,
      'ENHANCEDSTATUSCODES',
      '8BITMIME',
      'SMTPUTF8',
      'SUBMITTER',
      'CHUNKING',
      ...(isForProxies ? [`XCLIENT ${xclientAttributes.join(' ')}`] : []),
      'HELP',
    );
  return {
    limits,
    offersTls,
    greeting: saying(220, undefined, `${hostname} ESMTP`),
    helo: saying(250, undefined, hostname),
    ehlo: extensions(offersTls ? ['STARTTLS'] : []),
    ehloSecure: extensions([]),
  };
}

// SPDX-License-Identifier: Apache-2.0
/** Responsible — who answers for the message by the best that was proven, and where to complain about it; see authentication/responsible.ts. */
import { isFromNowhere } from '../../core/client.ts';
import { defineFact, type Measured } from '../../check/fact.ts';
import type { Responsible } from '../../core/responsible.ts';
import { authorDomainOf } from '../dmarc-author.ts';
import { findResponsible } from '../responsible.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    /** Undefined for mail of our own senders. */
    readonly responsible: Measured<'message', Responsible | undefined>;
  }
}

export default defineFact({
  name: 'responsible',
  scope: 'message',
  summary: {
    en: 'Who answers for the message by the best that was proven, and where to complain about it (CFBL-Address, RFC 9477; abuse@).',
    ja: '最も確かな証明に基づくメッセージの責任者と、苦情の宛先（CFBL-Address、RFC 9477。なければ abuse@）。',
  },
  needs: ['mime', 'spf', 'heloSpf', 'dkim', 'dmarc'],
  // It waits for nothing; what it needs may take all the time that there is.
  deadlineMs: 0,
  read({ client, mime, spf, heloSpf, dkim, dmarc }) {
    if (client.isOurs || isFromNowhere(client)) return undefined;
    const valuesOf = (name: string): readonly string[] => mime.headers.all(name).map(({ raw }) => raw);
    return findResponsible({
      ip: client.ip,
      author: authorDomainOf(valuesOf('from')),
      dkim,
      aligned: dmarc.kind === 'one' ? dmarc.result.dkim : undefined,
      spf,
      heloSpf,
      addresses: valuesOf('cfbl-address'),
      feedbackIds: valuesOf('cfbl-feedback-id'),
    });
  },
  record: value => value,
  // Nobody else is told of it, and the record of every message has it.
  results: () => [],
});

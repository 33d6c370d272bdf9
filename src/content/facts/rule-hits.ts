// SPDX-License-Identifier: Apache-2.0
/**
 * Rule hits — which rules of the operator's folders hit the message. All of one book, which the record names. Expressions that are not proven fast are run in
 * a thread; where none had to be, nothing is waited for.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import { formatPath } from '../../core/address.ts';
import type { RuleHits } from '../ports.ts';
import type { RelayHop } from '../rules/views/received.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly ruleHits: Measured<'message', RuleHits>;
  }
}

export default defineFact({
  name: 'ruleHits',
  scope: 'message',
  summary: { en: 'Which of the loaded rules hit the message.', ja: '読み込んだ規則のうち、該当したもの。' },
  needs: ['mime', 'rules'],
  deadlineMs: 5_000,
  read({ mime, rules, client, hello, envelope, attemptId }) {
    if (rules.isEmpty) return { book: rules.hash, rules: [], stopped: [] };
    // A message read from a file has its last hop in its own fields.
    const isFile = attemptId === 'scan';
    const hop: RelayHop = {
      ip: client.ip,
      rdns: '',
      helo: hello.name,
      by: 'localhost',
      ident: '',
      envelopeFrom: '',
      id: '',
      auth: client.isOurs ? 'ESMTPA' : '',
      hasNoName: false,
    };
    return rules.hits({
      mime,
      envelopeFrom: isFile ? undefined : formatPath(envelope.sender.address).replace(/^<|>$/g, ''),
      client: isFile ? undefined : hop,
    });
  },
  record: ({ book, rules, stopped }) => ({
    book,
    hits: rules.length,
    ...(stopped.length > 0 ? { stopped: stopped.slice(0, 20) } : {}),
  }),
});

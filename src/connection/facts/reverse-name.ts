// SPDX-License-Identifier: Apache-2.0
/**
 * Reverse name — the client's name in DNS, confirmed by the way back; see connection/reverse-name.ts.
 * Authentication-Results tells it as `iprev` (RFC 8601 2.7.3), and Received names the client by it.
 */
import { defineFact, type Measured } from '../../check/fact.ts';
import { readReverseName, type ReverseName } from '../reverse-name.ts';

export type MeasuredReverseName = ReverseName & { readonly ip: string };

declare module '../../check/fact.ts' {
  interface Facts {
    readonly reverseName: Measured<'connection', MeasuredReverseName>;
  }
}

export default defineFact({
  name: 'reverseName',
  scope: 'connection',
  summary: {
    en: 'The name of the client in DNS, and whether it leads back to the client.',
    ja: '接続元の逆引きホスト名と、その正引きが接続元に戻るかどうか。',
  },
  needs: ['dns'],
  deadlineMs: 8_000,
  read({ client: { ip }, dns }, signal): MeasuredReverseName | Promise<MeasuredReverseName> {
    const name = readReverseName(ip, dns, signal);
    return name instanceof Promise ? name.then(known => ({ ip, ...known })) : { ip, ...name };
  },
  record: name => name,
  results: name => [{ method: 'iprev', result: resultOf(name), properties: [['policy', 'iprev', name.ip]] }],
});

function resultOf(name: ReverseName): string {
  switch (name.kind) {
    case 'confirmed':
      return 'pass';
    case 'unconfirmed':
      return 'fail';
    case 'none':
      return 'permerror';
    case 'unavailable':
      return 'temperror';
  }
}

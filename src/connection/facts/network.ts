// SPDX-License-Identifier: Apache-2.0
/** Network — in which country the client's address is registered, and whose network it is in. Known at once or not at all. */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { NetworkInfo } from '../../core/networks.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly network: Measured<'connection', NetworkInfo>;
  }
}

export default defineFact({
  name: 'network',
  scope: 'connection',
  summary: {
    en: 'Country, autonomous system and organisation that the address of the client belongs to.',
    ja: '接続元 IP アドレスの国、AS 番号、組織。',
  },
  needs: ['networks'],
  deadlineMs: 1_000,
  read: ({ client, networks }) => networks.of(client.ip),
  record: value => (Object.keys(value).length > 0 ? value : undefined),
});

// SPDX-License-Identifier: Apache-2.0
/** Sender ID — the address the header names as responsible, and whether its domain lets this client send; see authentication/sender-id.ts. */
import { isFromNowhere } from '../../core/client.ts';
import { defineFact, type Measured } from '../../check/fact.ts';
import { formatAddress, type Address } from '../../core/address.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { selectPra, type Pra } from '../../wire/senderid/pra.ts';
import { checkSenderId, type SenderIdResult } from '../sender-id.ts';

export interface SenderId {
  readonly pra: Pra;
  /** Of the PRA, where there is one and the client is a stranger. */
  readonly byHeader?: SenderIdResult;
  /** Of MAIL FROM, where its domain has a record of Sender ID's own; else SPF says it. */
  readonly byPath?: SenderIdResult;
}

declare module '../../check/fact.ts' {
  interface Facts {
    readonly senderId: Measured<'message', SenderId>;
  }
}

export default defineFact({
  name: 'senderId',
  scope: 'message',
  summary: {
    en: 'The address that the header names as responsible, and whether its domain lets this client send (Sender ID, RFC 4406 and 4407).',
    ja: 'ヘッダが示す責任者のアドレス（PRA）と、そのドメインがこの接続元からの送信を許しているかどうか（Sender ID、RFC 4406・4407）。',
  },
  needs: ['mime', 'dns', 'clock'],
  deadlineMs: 15_000,
  read({ client, hello, sender, mime, dns, clock }, signal): SenderId | Promise<SenderId> {
    const pra = selectPra(mime.headers);
    if (client.isOurs || isFromNowhere(client)) return { pra };
    const common = { ip: client.ip, helo: hello.name, dns, signal, nowSeconds: Math.floor(clock.now() / 1_000) };
    const address: Pick<Address, 'local' | 'domain'> = sender.address ?? {
      local: '',
      domain: hello.name.toLowerCase(),
    };
    const byHeader =
      pra.kind === 'found' ? checkSenderId({ ...common, scope: 'pra', address: pra.address }) : undefined;
    const byPath = checkSenderId({ ...common, scope: 'mfrom', versions: 'own', address });
    if (byHeader instanceof Promise || byPath instanceof Promise)
      return Promise.all([byHeader, byPath]).then(([header, path]) => valueOf(pra, header, path));
    return valueOf(pra, byHeader, byPath);
  },
  record: ({ pra, byHeader, byPath }) => ({
    pra: pra.kind === 'found' ? formatAddress(pra.address) : pra.why,
    field: pra.field,
    // Its domain is the address's.
    ...(byHeader ? { byHeader: { ...byHeader, domain: undefined } } : {}),
    ...(byPath ? { byPath } : {}),
  }),
  results({ pra, byHeader, byPath }): readonly AuthResult[] {
    const told: AuthResult[] = [];
    if (pra.kind === 'missing')
      told.push({
        method: 'sender-id',
        result: 'permerror',
        reason: 'no purported responsible address',
        properties: [],
      });
    else if (byHeader)
      told.push({
        method: 'sender-id',
        result: byHeader.result,
        ...reasonOf(byHeader),
        properties: [['header', pra.field, formatAddress(pra.address)]],
      });
    if (byPath)
      told.push({
        method: 'sender-id',
        result: byPath.result,
        ...reasonOf(byPath),
        properties: [['smtp', 'mailfrom', byPath.domain]],
      });
    return told;
  },
});

function valueOf(pra: Pra, byHeader: SenderIdResult | undefined, byPath: SenderIdResult): SenderId {
  return { pra, ...(byHeader ? { byHeader } : {}), ...(byPath.version === 'spf2.0' ? { byPath } : {}) };
}

function reasonOf({ reason, version }: SenderIdResult): { readonly reason?: string } {
  if (reason !== undefined) return { reason };
  return version === 'v=spf1' ? { reason: 'by a record of v=spf1' } : {};
}

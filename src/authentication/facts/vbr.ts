// SPDX-License-Identifier: Apache-2.0
/** VBR — whether somebody trusted vouches for a proven domain; see authentication/accreditation.ts. */
import { defineFact, type Measured } from '../../check/fact.ts';
import type { AuthResult } from '../../wire/authres/result.ts';
import { checkVbr, type VbrResult } from '../accreditation.ts';

declare module '../../check/fact.ts' {
  interface Facts {
    readonly vbr: Measured<'message', VbrResult>;
  }
}

const nothing: VbrResult = { result: 'none' };

export default defineFact({
  name: 'vbr',
  scope: 'message',
  summary: {
    en: 'Whether somebody whom the operator trusts vouches for a proven domain (VBR, RFC 5518).',
    ja: '運用者が信頼する者が、証明されたドメインを保証しているかどうか（VBR、RFC 5518）。',
  },
  needs: ['mime', 'spf', 'dkim', 'dns', 'trustedVouchers'],
  deadlineMs: 9_000,
  read({ client, mime, spf, dkim, dns, trustedVouchers: trusted }, signal) {
    const fields = trusted.length === 0 || client.isOurs ? [] : mime.headers.all('vbr-info').map(({ raw }) => raw);
    return fields.length === 0 ? nothing : checkVbr({ fields, spf, dkim, trusted, dns, signal });
  },
  record: value => (value.result === 'none' ? undefined : value),
  // RFC 6212.
  results: (value): readonly AuthResult[] =>
    value.result === 'none'
      ? []
      : [
          {
            method: 'vbr',
            result: value.result,
            properties: [
              ['header', 'md', value.domain],
              ['header', 'mv', value.voucher],
            ],
          },
        ],
});

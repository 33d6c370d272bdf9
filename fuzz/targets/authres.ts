// SPDX-License-Identifier: Apache-2.0
/** Authentication-Results — fields that strangers wrote, some in our name. */
import {
  authservIdOf,
  formatAuthenticationResults,
  parseAuthenticationResults,
} from '../../src/wire/authres/authentication-results.ts';

export const name = 'authres';

export const seeds: Buffer[] = [
  'mx.example.net; spf=pass smtp.mailfrom=alice@example.org; dkim=fail (key (too) short) header.d=example.org',
  ' "mx.example.net" 1 ; none',
  'mx.example.net; dkim/1=pass reason="fine; \\"indeed\\"" header.b="ab/c=="',
].map(text => Buffer.from(text));

export function run(bytes: Buffer): void {
  const value = bytes.toString('latin1');
  const parsed = parseAuthenticationResults(value);
  if (parsed?.authservId !== (authservIdOf(value) || undefined)) throw new Error('two readings of who speaks');
  // What we write begins with our own host name, which has at most 255 octets.
  const id = parsed && parsed.authservId.length <= 255 ? parsed.authservId : 'mx.example.net';
  const written = formatAuthenticationResults(id, parsed?.results ?? []);
  if (!/^(?:[\x20-\x7e\t]{1,998}\r\n)+$/.test(written)) throw new Error(`a field that cannot be sent: ${written}`);
}

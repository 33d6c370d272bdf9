// SPDX-License-Identifier: Apache-2.0
/** Person suite — messages that persons have signed, for tests: made with openssl and gpg (see fixtures/signed), their keys thrown away. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../fixtures/signed');

export function fixturePath(name: string): string {
  return join(folder, name);
}

/** One char per byte; lines end with CRLF. */
export function signedMail(name: string): string {
  return readFileSync(fixturePath(name), 'latin1');
}

/** An hour after the messages of the fixtures were signed. */
export const nowMs = Date.UTC(2026, 10, 24, 18);
export const dayMs = 86_400_000;

// SPDX-License-Identifier: Apache-2.0
/** S/MIME roots — the certificates an operator believes, from a PEM file. Fails with `bad-configuration` if it cannot be read or holds none. */
import { readFileSync } from 'node:fs';
import { Fault } from '../core/faults.ts';
import { readCertificate, type Certificate } from '../wire/smime/certificate.ts';

declare module '../check/services.ts' {
  interface Services {
    /** Whom the operator believes when they vouch for persons by S/MIME. */
    readonly smimeRoots: readonly Certificate[];
  }
}

/** A bundle of all public authorities has about 150. */
const rootsAtMost = 1_000;

export function readSmimeRoots(path: string | undefined): readonly Certificate[] {
  return readRoots(path, 'authentication.smime.roots');
}

/** `option`: where the configuration names the file. */
export function readRoots(path: string | undefined, option: string): readonly Certificate[] {
  if (path === undefined) return [];
  const bad = (detail: string, cause?: unknown): Fault =>
    new Fault('bad-configuration', { detail: `${option}: ${detail}`, cause });
  let pem: string;
  try {
    pem = readFileSync(path, 'latin1');
  } catch (error) {
    throw bad(`${path} cannot be read`, error);
  }
  const blocks = pem.match(/-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]*-----END/g) ?? [];
  if (blocks.length === 0) throw bad(`${path} holds no certificate (PEM)`);
  if (blocks.length > rootsAtMost) throw bad(`${path} holds more than ${rootsAtMost} certificates`);
  return blocks.map((block, at) => {
    const certificate = readCertificate(Buffer.from(block.replace(/-----[^-]+-----|-----END/g, ''), 'base64'));
    if (!certificate) throw bad(`certificate ${at + 1} of ${path} cannot be read`);
    return certificate;
  });
}

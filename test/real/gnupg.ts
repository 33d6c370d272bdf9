// SPDX-License-Identifier: Apache-2.0
/** GnuPG — persons with keys in a home of their own, and messages they sign as a mail program would (RFC 3156). Its agent ends with `close`. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function whyNoGnupg(): string | undefined {
  return spawnSync('gpg', ['--version']).status === 0 ? undefined : 'gpg is not installed';
}

export class Gnupg {
  readonly #home = mkdtempSync(join(tmpdir(), 'gpg-'));

  /** `algorithm`: ed25519, rsa2048, nistp256, … `until`: `never`, `1d`. */
  person(userId: string, algorithm = 'ed25519', until = 'never'): void {
    this.#run('', '--quick-generate-key', userId, algorithm, 'sign', until);
  }

  addUserId(userId: string, other: string): void {
    this.#run('', '--quick-add-uid', userId, other);
  }

  /** Signs by a subkey from then on. */
  addSubkey(userId: string, algorithm: string): void {
    this.#run('', '--quick-add-key', this.fingerprint(userId), algorithm, 'sign', 'never');
  }

  fingerprint(userId: string): string {
    const told = this.#run('', '--with-colons', '--list-keys', userId);
    return /^fpr:+([0-9A-F]+):/m.exec(told)?.[1] ?? '';
  }

  revoke(userId: string): void {
    const fingerprint = this.fingerprint(userId);
    const file = join(this.#home, 'openpgp-revocs.d', `${fingerprint}.rev`);
    // The certificate is kept with a colon before it, so that nobody takes it in by mistake.
    const text = execFileSync('sed', ['s/^:-----/-----/', file], { encoding: 'latin1' });
    this.#run(text, '--import');
  }

  exportTo(folder: string, userId: string): void {
    writeFileSync(join(folder, `${this.fingerprint(userId)}.asc`), this.#run('', '--armor', '--export', userId));
  }

  /** A whole multipart/signed entity, as RFC 3156 5 has it. */
  sign(entity: string, userIds: readonly string[], ...options: readonly string[]): string {
    const who = userIds.flatMap(userId => ['--local-user', userId]);
    const armored = this.#run(entity, '--armor', '--detach-sign', ...who, ...options);
    return multipart(entity, armored);
  }

  signInClear(text: string, userId: string, ...options: readonly string[]): string {
    return this.#run(text, '--clear-sign', '--local-user', userId, ...options).replace(/\r?\n/g, '\r\n');
  }

  close(): void {
    spawnSync('gpgconf', ['--homedir', this.#home, '--kill', 'gpg-agent']);
    rmSync(this.#home, { recursive: true, force: true });
  }

  #run(input: string, ...args: readonly string[]): string {
    const common = ['--homedir', this.#home, '--batch', '--quiet', '--pinentry-mode', 'loopback', '--passphrase', ''];
    return execFileSync('gpg', [...common, ...args], {
      input: Buffer.from(input, 'latin1'),
      encoding: 'latin1',
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  }
}

function multipart(entity: string, armored: string): string {
  const signature = armored.replace(/\r?\n/g, '\r\n');
  return [
    'Content-Type: multipart/signed; micalg=pgp-sha512; protocol="application/pgp-signature"; boundary="=sig"',
    '',
    '--=sig',
    entity,
    '--=sig',
    'Content-Type: application/pgp-signature; name="signature.asc"',
    '',
    signature,
    '--=sig--',
    '',
  ].join('\r\n');
}

// SPDX-License-Identifier: Apache-2.0
/**
 * OpenSSL PKI — authorities and persons made by the openssl program in a folder, and messages signed with them. Keys are made anew each time.
 * Certificates: `root`, `authority` below it, persons below that; `stranger` has vouched for herself.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PersonWanted {
  readonly address: string;
  /** `rsa:2048` if absent. */
  readonly key?: string;
  readonly days?: number;
  readonly purposes?: string;
  readonly issuer?: string;
}

export class OpensslPki {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    this.#write(
      'root.ext',
      'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n',
    );
    this.#request('root', '/CN=Example Root', 'rsa:2048');
    this.#run(
      'x509',
      '-req',
      '-in',
      'root.csr',
      '-signkey',
      'root.key',
      '-days',
      '36500',
      '-extfile',
      'root.ext',
      '-out',
      'root.pem',
    );
    this.authority('authority', 'root', 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign\n');
  }

  get root(): string {
    return join(this.folder, 'root.pem');
  }

  authority(name: string, issuer: string, extensions: string): void {
    this.#write(`${name}.ext`, `${extensions}subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n`);
    this.#request(name, `/CN=Example ${name}`, 'ec');
    this.#issue(name, issuer, 36_500);
  }

  person(name: string, wanted: PersonWanted): void {
    const { address, key = 'rsa:2048', days = 36_500, issuer = 'authority', purposes = 'emailProtection' } = wanted;
    this.#write(
      `${name}.ext`,
      `basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=${purposes}\nsubjectAltName=email:${address}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n`,
    );
    this.#request(name, `/CN=${name}`, key);
    if (issuer !== name) this.#issue(name, issuer, days);
    else
      this.#run(
        'x509',
        '-req',
        '-in',
        `${name}.csr`,
        '-signkey',
        `${name}.key`,
        '-days',
        String(days),
        '-extfile',
        `${name}.ext`,
        '-out',
        `${name}.pem`,
      );
  }

  /** Anything but a person: a web server, a mark. `more` are further lines of its extensions. */
  leaf(
    name: string,
    wanted: {
      readonly purposes: string;
      readonly names: readonly string[];
      readonly usage?: string;
      readonly days?: number;
      readonly issuer?: string;
      readonly more?: string;
    },
  ): void {
    const { purposes, names, usage = 'digitalSignature', days = 36_500, issuer = 'authority', more = '' } = wanted;
    this.#write(
      `${name}.ext`,
      `basicConstraints=CA:FALSE\nkeyUsage=critical,${usage}\nextendedKeyUsage=${purposes}\nsubjectAltName=${names.join(',')}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n${more}`,
    );
    this.#request(name, `/CN=Example ${name}`, 'ec');
    this.#issue(name, issuer, days);
  }

  /** `cms -sign` over the entity; the MIME header it writes included. */
  sign(entity: string, signers: readonly string[], ...options: readonly string[]): string {
    this.#write('entity', entity);
    const who = signers.flatMap(name => ['-signer', `${name}.pem`, '-inkey', `${name}.key`]);
    const signed = this.#run(
      'cms',
      '-sign',
      '-in',
      'entity',
      '-md',
      'sha256',
      ...who,
      '-certfile',
      'authority.pem',
      ...options,
    );
    return signed.replace(/\r?\n/g, '\r\n');
  }

  #request(name: string, subject: string, key: string): void {
    const kind = key === 'ec' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'] : [key];
    this.#run(
      'req',
      '-new',
      '-nodes',
      '-newkey',
      ...kind,
      '-keyout',
      `${name}.key`,
      '-subj',
      subject,
      '-out',
      `${name}.csr`,
    );
  }

  #issue(name: string, issuer: string, days: number): void {
    this.#run(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      `${issuer}.pem`,
      '-CAkey',
      `${issuer}.key`,
      '-CAcreateserial',
      '-days',
      String(days),
      '-extfile',
      `${name}.ext`,
      '-out',
      `${name}.pem`,
    );
  }

  #write(name: string, text: string): void {
    writeFileSync(join(this.folder, name), text, 'latin1');
  }

  #run(...args: readonly string[]): string {
    return execFileSync('openssl', args, { cwd: this.folder, encoding: 'latin1', stdio: ['ignore', 'pipe', 'pipe'] });
  }
}

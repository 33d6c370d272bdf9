// SPDX-License-Identifier: Apache-2.0
/**
 * TLS — what certificate this server shows: the operator's PEM files, more of them by name (SNI), or one of its own making that
 * is kept in the data folder. `prepare` reads them anew and gives what swaps them for new connections; a pair that does not work leaves the old one in force.
 * Fails with `bad-configuration`, naming the file.
 */
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { link, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls';
import type { Clock } from '../core/clock.ts';
import { describeFault, errorCode, Fault } from '../core/faults.ts';
import type { Random } from '../core/random.ts';
import { makeSelfSigned, type Certificate } from './certificate.ts';
import type { Secure } from './connection.ts';

export interface CertificateFiles {
  /** The chain, PEM. */
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface TlsOptions {
  /** Shown to all who ask for no name of `byName`. */
  readonly files?: CertificateFiles | undefined;
  /** Host name, in lower case, to the certificate shown for it. */
  readonly byName?: ReadonlyMap<string, CertificateFiles>;
  /** Where a self-signed certificate is kept. */
  readonly dataFolder: string;
  /** Whose certificate it is. */
  readonly hostname: string;
  readonly clock: Clock;
  readonly random: Random;
}

export interface ServerTls {
  readonly secure: Secure;
  /** The certificate to show to one who asks for that name, for servers that do their own handshakes. */
  readonly choose: (name: string, done: (error: Error | null, context?: SecureContext) => void) => void;
  /** What is shown to those who ask for no name, PEM; the same object until another is in force. */
  readonly pair: Certificate;
  /** The certificate in force: how its owner knows it. */
  readonly shown: { readonly isSelfSigned: boolean; readonly fingerprint: string; readonly validTo: number };
  /** Reads the files anew; what it gives puts them in force, and cannot fail. */
  prepare(): Promise<() => void>;
  /** Reads the files anew and puts them in force. */
  reload(): Promise<void>;
}

interface Contexts {
  readonly main: SecureContext;
  readonly byName: ReadonlyMap<string, SecureContext>;
  readonly pair: Certificate;
  readonly shown: ServerTls['shown'];
}

const selfSignedFile = 'self-signed.pem';
const renewBeforeMs = 30 * 86_400_000;

export async function openServerTls(options: TlsOptions): Promise<ServerTls> {
  let contexts = await readContexts(options);
  const choose = (name: string, done: (error: Error | null, context?: SecureContext) => void) =>
    done(null, contexts.byName.get(name.toLowerCase()) ?? contexts.main);
  const prepare = async () => {
    const next = await readContexts(options);
    return () => void (contexts = next);
  };
  return {
    choose,
    secure: socket => new TLSSocket(socket, { isServer: true, secureContext: contexts.main, SNICallback: choose }),
    get pair() {
      return contexts.pair;
    },
    get shown() {
      return contexts.shown;
    },
    prepare,
    reload: async () => (await prepare())(),
  };
}

async function readContexts(options: TlsOptions): Promise<Contexts> {
  const { files } = options;
  const pair = files ? await readPair(files) : await ownPair(options);
  const byName = new Map<string, SecureContext>();
  for (const [name, more] of options.byName ?? [])
    byName.set(name, contextOf(await readPair(more), more.certificateFile));
  const main = contextOf(pair, files?.certificateFile ?? selfSignedFile);
  const { fingerprint256, validTo } = new X509Certificate(pair.certificate);
  const shown = { isSelfSigned: files === undefined, fingerprint: fingerprint256, validTo: Date.parse(validTo) };
  return { main, byName, pair, shown };
}

function contextOf({ certificate, key }: Certificate, file: string): SecureContext {
  try {
    return createSecureContext({ cert: certificate, key });
  } catch (cause) {
    throw new Fault('bad-configuration', { cause, detail: `${file}: ${describeFault(cause)}` });
  }
}

async function readPair({ certificateFile, keyFile }: CertificateFiles): Promise<Certificate> {
  try {
    const [certificate, key] = await Promise.all([readFile(certificateFile, 'utf8'), readFile(keyFile, 'utf8')]);
    if (!new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))) {
      throw new Error('the key is not that of the certificate');
    }
    return { certificate, key };
  } catch (cause) {
    throw new Fault('bad-configuration', { cause, detail: `${certificateFile}, ${keyFile}: ${describeFault(cause)}` });
  }
}

/** The certificate kept in the data folder, made when there is none or it is about to end. Several processes agree on one. */
async function ownPair({ dataFolder, hostname, clock, random }: TlsOptions): Promise<Certificate> {
  const path = join(dataFolder, selfSignedFile);
  const kept = await readOwn(path);
  if (kept && isFresh(kept, clock.now())) return kept;
  const made = makeSelfSigned(hostname, clock.now(), random);
  const draft = `${path}.${random.bytes(8).toString('hex')}`;
  await writeSynced(draft, made.key + made.certificate);
  if (kept) {
    await rename(draft, path);
    return made;
  }
  try {
    // A link does not replace: whoever comes first has made it for all.
    await link(draft, path);
    return made;
  } catch (error) {
    const theirs = await readOwn(path);
    if (!theirs) throw error;
    return theirs;
  } finally {
    await rm(draft, { force: true });
  }
}

async function readOwn(path: string): Promise<Certificate | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
  const [key = ''] = /-----BEGIN PRIVATE KEY-----[^]*?-----END PRIVATE KEY-----\n/.exec(text) ?? [];
  return { key, certificate: text.slice(key.length) };
}

function isFresh({ certificate }: Certificate, now: number): boolean {
  try {
    return Date.parse(new X509Certificate(certificate).validTo) - now > renewBeforeMs;
  } catch {
    // Cut off or written over: a new one serves as well.
    return false;
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

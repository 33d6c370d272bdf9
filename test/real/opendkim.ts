// SPDX-License-Identifier: Apache-2.0
/** OpenDKIM — a real signing milter for tests, with a key of its own, on a loopback port. */
import { generateKeyPairSync } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { endServer, findProgram, freePorts, makeFolder, startServer, untilListening } from './peer-process.ts';

export interface OpenDkim {
  readonly port: number;
  /** The record under `<selector>._domainkey.<domain>`. */
  readonly record: { readonly name: string; readonly text: string };
  stop(): Promise<void>;
}

export function whyNoOpenDkim(): string | undefined {
  return findProgram('opendkim') === undefined ? 'opendkim is not installed' : undefined;
}

/** As a verifier, which writes Authentication-Results as `opendkim.test` and asks the resolver at that port of the loopback. */
export async function startOpenDkimVerifier(
  resolverPort: number,
): Promise<{ readonly path: string; readonly pid: number; stop(): Promise<void> }> {
  const folder = await makeFolder('opendkim');
  const path = join(folder.path, 'socket');
  const resolver = join(folder.path, 'unbound.conf');
  const zones = ['forward-zone:', 'name: "."', `forward-addr: 127.0.0.1@${resolverPort}`];
  await writeFile(
    resolver,
    ['server:', 'do-not-query-localhost: no', 'module-config: "iterator"', ...zones, ''].join('\n'),
  );
  const configuration = join(folder.path, 'opendkim.conf');
  const lines = [
    `Socket local:${path}`,
    'Mode v',
    'Syslog no',
    'AuthservID opendkim.test',
    'AlwaysAddARHeader yes',
    'MaximumSignaturesToVerify 10',
    'UMask 007',
    `ResolverConfiguration ${resolver}`,
  ];
  await writeFile(configuration, `${lines.join('\n')}\n`);
  await chmod(configuration, 0o600);
  const { child, output } = startServer(findProgram('opendkim') ?? 'opendkim', ['-f', '-x', configuration]);
  const stop = async () => {
    await endServer(child);
    await folder.remove();
  };
  try {
    await untilListening({ path }, child);
  } catch (error) {
    await stop();
    throw new Error(`opendkim did not start:\n${output()}`, { cause: error });
  }
  return { path, pid: child.pid ?? 0, stop };
}

/** As a signer, with a key of its own unless one is given. */
export async function startOpenDkim(
  domain: string,
  canonicalization = 'simple/simple',
  givenKey?: string,
): Promise<OpenDkim> {
  const folder = await makeFolder('opendkim');
  const [port = 0] = await freePorts(1);
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const keyFile = givenKey ?? join(folder.path, 'key.pem');
  if (givenKey === undefined)
    await writeFile(keyFile, privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  const configuration = join(folder.path, 'opendkim.conf');
  const lines = [
    `Socket inet:${port}@127.0.0.1`,
    'Mode s',
    'Syslog no',
    `Canonicalization ${canonicalization}`,
    `Domain ${domain}`,
    'Selector s1',
    `KeyFile ${keyFile}`,
    'OversignHeaders From',
    'UMask 007',
    'RequireSafeKeys no',
    'InternalHosts 127.0.0.1',
  ];
  await writeFile(configuration, `${lines.join('\n')}\n`);
  await chmod(configuration, 0o600);
  const { child, output } = startServer(findProgram('opendkim') ?? 'opendkim', ['-f', '-x', configuration]);
  try {
    await untilListening({ host: '127.0.0.1', port });
  } catch (error) {
    await endServer(child);
    await folder.remove();
    throw new Error(`opendkim did not start:\n${output()}`, { cause: error });
  }
  const text = `v=DKIM1; k=rsa; p=${publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;
  return {
    port,
    record: { name: `s1._domainkey.${domain}`, text },
    async stop() {
      await endServer(child);
      await folder.remove();
    },
  };
}

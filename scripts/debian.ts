// SPDX-License-Identifier: Apache-2.0
/** Debian — brings real servers as peers for tests and benches from Debian packages, where that may be done (root). */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** `needed`: program → packages that bring it. What cannot be had is named, and whoever needs it must say so. */
export function installMissing(needed: ReadonlyMap<string, string>): void {
  const has = (program: string) =>
    ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/bin'].some(folder => existsSync(join(folder, program)));
  const packages = [
    ...new Set([...needed].filter(([program]) => !has(program)).flatMap(([, names]) => names.split(' '))),
  ];
  if (packages.length === 0) return;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    console.error(
      `Not installed, and not to be installed from here: ${packages.join(', ')}. What needs them will say so.`,
    );
    return;
  }
  console.error(`Installing ${packages.join(', ')} …`);
  const options = {
    stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  };
  // A package's service must not start by itself: tests and benches start what they need on ports of their own.
  spawnSync(
    'sh',
    [
      '-c',
      'test -e /usr/sbin/policy-rc.d || { printf "#!/bin/sh\\nexit 101\\n" > /usr/sbin/policy-rc.d; chmod +x /usr/sbin/policy-rc.d; }',
    ],
    options,
  );
  spawnSync('apt-get', ['update', '-qq'], options);
  const installed = spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options);
  if (installed.status !== 0) console.error('Some packages could not be installed; what needs them will say so.');
}

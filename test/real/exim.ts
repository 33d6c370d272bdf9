// SPDX-License-Identifier: Apache-2.0
/**
 * Exim — a real Exim for tests, taken out of its Debian packages into a folder, since it cannot be installed beside Postfix.
 * It takes all mail for `domains` into one Maildir, byte for byte behind the lines it adds. Needs root.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maildirMessages } from './maildirs.ts';
import { endServer, findProgram, freePorts, makeFolder, startServer, untilListening } from './peer-process.ts';

/** nobody and nogroup on Debian: who owns the mail. */
const mailUser = 65_534;

/** The packages of which the program is made; kept between runs. */
const packages = ['exim4-daemon-light', 'exim4-base', 'libgnutls-dane0'];
const unpacked = join(tmpdir(), 'sekisho-exim');

export interface Exim {
  readonly host: string;
  readonly port: number;
  messages(): Promise<Buffer[]>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

export interface EximOptions {
  readonly domains: readonly string[];
  /** Takes no 8-bit mail by not offering 8BITMIME. */
  readonly isSevenBit?: boolean;
  /** Where it listens; a free port of 127.0.0.1 if absent. */
  readonly at?: { readonly host: string; readonly port: number };
  /** Local parts whose mail is taken and then returned. */
  readonly fails?: readonly string[];
  /** Where its own bounces to these domains go. */
  readonly sendsTo?: { readonly domains: readonly string[]; readonly port: number };
  /** Seconds after which what was put off is tried again, and how often it is looked for; without it nothing is. */
  readonly retriesAfter?: number;
}

/** Unpacks Exim if need be; the reason why there is none, or undefined. */
export function whyNoExim(): string | undefined {
  if (process.getuid?.() !== 0) return 'exim needs root';
  if (spawnSync('unshare', ['--mount', 'true']).status !== 0)
    return 'exim needs a mount name space of its own, and may not have one';
  if (eximProgram() !== undefined) return undefined;
  if (findProgram('dpkg-deb') === undefined) return 'exim is taken from Debian packages, and this is no Debian';
  const failure = unpack();
  return failure ?? (eximProgram() === undefined ? 'exim is not in its packages' : undefined);
}

export async function startExim(options: EximOptions): Promise<Exim> {
  const program = eximProgram();
  if (program === undefined) throw new Error('exim is not unpacked');
  const folder = await makeFolder('exim');
  const [free = 0] = await freePorts(1);
  const { host, port } = options.at ?? { host: '127.0.0.1', port: free };
  const mail = join(folder.path, 'mail');
  for (const name of ['spool', 'log', 'mail']) {
    await mkdir(join(folder.path, name));
    await chown(join(folder.path, name), mailUser, mailUser);
  }
  const configuration = join(folder.path, 'exim.conf');
  await writeFile(configuration, configurationOf(program, folder.path, mail, options));
  const users = join(folder.path, 'passwd');
  await writeFile(
    users,
    `${await readFile('/etc/passwd', 'utf8')}Debian-exim:x:${mailUser}:${mailUser}::/nonexistent:/usr/sbin/nologin\n`,
  );
  const groups = join(folder.path, 'group');
  await writeFile(groups, `${await readFile('/etc/group', 'utf8')}Debian-exim:x:${mailUser}:\n`);
  const arguments_ = ['-bdf', '-C', configuration, '-oX', `${host}.${port}`, '-oP', join(folder.path, 'pid')];
  // Debian's Exim wants its user to be known by name: it is, in a name space of mounts that only this process sees.
  const inside = `mount --bind ${users} /etc/passwd && mount --bind ${groups} /etc/group && exec ${program} "$@"`;
  if (options.retriesAfter !== undefined) arguments_.push(`-q${options.retriesAfter}s`);
  const { child, output } = startServer('unshare', ['--mount', 'sh', '-c', inside, 'exim', ...arguments_], {
    LD_LIBRARY_PATH: libraryFolder(),
  });
  const log = async (): Promise<string> =>
    output() +
    (await readFile(join(folder.path, 'log/main'), 'utf8').catch(() => '')) +
    (await readFile(join(folder.path, 'log/reject'), 'utf8').catch(() => ''));
  const stop = async (): Promise<void> => {
    await endServer(child);
    await folder.remove();
  };
  try {
    await untilListening({ host, port }, child);
  } catch (error) {
    const said = await log();
    await stop();
    throw new Error(`exim did not start:\n${said}`, { cause: error });
  }
  return { host, port, messages: () => maildirMessages(mail), log, stop };
}

function eximProgram(): string | undefined {
  return [join(unpacked, 'usr/sbin/exim4'), '/usr/sbin/exim4'].find(path => existsSync(path));
}

function libraryFolder(): string {
  const usr = join(unpacked, 'usr/lib');
  const triplet = existsSync(usr) ? readdirSync(usr).find(name => name.includes('-linux-gnu')) : undefined;
  return triplet === undefined ? '' : join(usr, triplet);
}

function unpack(): string | undefined {
  const making = mkdtempSync(`${unpacked}-`);
  chmodSync(making, 0o755);
  try {
    const debs = join(making, 'debs');
    mkdirSync(debs);
    const fetched = spawnSync('apt-get', ['download', '-qq', ...packages], { cwd: debs, encoding: 'utf8' });
    if (fetched.status !== 0)
      return `the packages of exim cannot be had: ${fetched.stderr.trim().split('\n')[0] ?? ''}`;
    for (const deb of readdirSync(debs)) spawnSync('dpkg-deb', ['-x', join(debs, deb), making]);
    renameSync(making, unpacked);
  } catch (error) {
    // Another file may have unpacked it meanwhile: it is there whole, or not at all.
    if (eximProgram() === undefined) throw error;
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
  return undefined;
}

function configurationOf(
  program: string,
  folder: string,
  mail: string,
  { domains, isSevenBit = false, fails = [], sendsTo, retriesAfter }: EximOptions,
): string {
  return `
primary_hostname = exim.example
exim_path = ${program}
spool_directory = ${folder}/spool
log_file_path = ${folder}/log/%s
exim_user = ${mailUser}
exim_group = ${mailUser}
never_users =
deliver_drop_privilege = true
host_lookup =
rfc1413_hosts =
keep_environment =
tls_advertise_hosts =
accept_8bitmime = ${isSevenBit ? 'false' : 'true'}
smtp_accept_max = 200
smtp_accept_max_per_connection = 0
message_size_limit = 100M
queue_run_max = 0
domainlist ours = ${domains.join(' : ')}
acl_smtp_rcpt = rcpt
acl_smtp_data = accept

begin acl
rcpt:
  accept domains = +ours
  deny message = relay not permitted

begin routers
returned:
  driver = redirect
  allow_fail
  domains = +ours
  local_parts = ${fails.length > 0 ? fails.join(' : ') : 'nobody-at-all'}
  data = :fail: there is no such user
${
  sendsTo
    ? `
elsewhere:
  driver = manualroute
  domains = ${sendsTo.domains.join(' : ')}
  transport = next
  route_list = * 127.0.0.1
  self = send
`
    : ''
}
all:
  driver = accept
  domains = +ours
  transport = maildir

begin transports
${sendsTo ? `next:\n  driver = smtp\n  port = ${sendsTo.port}\n  hosts_try_fastopen =\n` : ''}
maildir:
  driver = appendfile
  directory = ${mail}
  maildir_format
  user = ${mailUser}
  group = ${mailUser}
  envelope_to_add
  return_path_add
${retriesAfter === undefined ? '' : `\nbegin retry\n* * F,2h,${retriesAfter}s\n`}`;
}

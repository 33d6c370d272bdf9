// SPDX-License-Identifier: Apache-2.0
/**
 * Postfix — a real Postfix for tests, with its own configuration, queue and loopback port. It takes mail for `domains` into Maildirs,
 * and sends all other mail to `relayTo` if that is given. Needs root, since Postfix's master drops its rights by itself.
 */
import { chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { maildirMessages } from './maildirs.ts';
import { findProgram, freePorts, makeFolder, run, untilListening } from './peer-process.ts';

/** nobody and nogroup on Debian: who owns the mail. */
const mailUser = 65_534;

export interface PostfixOptions {
  /** Mail for these is kept here, whatever the local part. */
  readonly domains?: readonly string[];
  /** Where other mail goes. */
  readonly relayTo?: { readonly host: string; readonly port: number };
  /** Where it listens; a free port if absent. */
  readonly port?: number;
  /** More lines of main.cf: milters, limits. */
  readonly mainCf?: readonly string[];
  /** Whether postscreen stands before smtpd. */
  readonly postscreen?: boolean;
}

export interface Postfix {
  readonly host: string;
  readonly port: number;
  /** The process that starts all others. */
  readonly pid: number;
  /** All messages kept for these domains. */
  messages(): Promise<Buffer[]>;
  /** Until its queue is empty; fails after `timeoutMs`. */
  untilSent(timeoutMs: number): Promise<void>;
  log(): Promise<string>;
  stop(): Promise<void>;
}

export function whyNoPostfix(): string | undefined {
  if (findProgram('postfix') === undefined) return 'postfix is not installed';
  return process.getuid?.() === 0 ? undefined : 'postfix needs root';
}

export async function startPostfix(options: PostfixOptions = {}): Promise<Postfix> {
  const program = findProgram('postfix');
  if (program === undefined) throw new Error('postfix is not installed');
  const folder = await makeFolder('postfix');
  const [free = 0] = await freePorts(1);
  const port = options.port ?? free;
  const [etc, queue, data, mail] = ['etc', 'queue', 'data', 'mail'].map(name => join(folder.path, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const path of [etc, queue, data, mail]) await mkdir(path, { mode: 0o755 });
  await chown(mail, mailUser, mailUser);
  const [postfixUser = 0, postfixGroup = 0] = await idsOf('postfix');
  await chown(data, postfixUser, postfixGroup);
  await writeFile(join(etc, 'main.cf'), mainCf({ folder: folder.path, queue, data, mail }, options));
  await writeFile(join(etc, 'master.cf'), masterCf(port, options.postscreen === true));
  // Any local part of any of the domains: one Maildir holds all.
  await writeFile(join(etc, 'mailboxes'), '/./ all/\n');
  const logFile = join(folder.path, 'log');
  const log = (): Promise<string> => readFile(logFile, 'utf8').catch(() => '');
  const stop = async (): Promise<void> => {
    await run(program, ['-c', etc, 'stop']).catch(() => '');
    await folder.remove();
  };
  try {
    await run(program, ['-c', etc, 'start']);
    await untilListening({ host: '127.0.0.1', port });
  } catch (error) {
    const said = await log();
    await stop();
    throw new Error(`postfix did not start:\n${said}`, { cause: error });
  }
  return {
    host: '127.0.0.1',
    port,
    pid: Number(await readFile(join(queue, 'pid/master.pid'), 'utf8')),
    messages: () => maildirMessages(join(mail, 'all')),
    async untilSent(timeoutMs) {
      const postqueue = findProgram('postqueue') ?? 'postqueue';
      for (let waited = 0; waited < timeoutMs; waited += 200) {
        if ((await run(postqueue, ['-c', etc, '-p'])).includes('Mail queue is empty')) return;
        await pause(200);
      }
      throw new Error(`postfix still has mail:\n${await run(postqueue, ['-c', etc, '-p'])}`);
    },
    log,
    stop,
  };
}

async function idsOf(user: string): Promise<number[]> {
  const line = (await readFile('/etc/passwd', 'utf8')).split('\n').find(entry => entry.startsWith(`${user}:`));
  return (line ?? '').split(':').slice(2, 4).map(Number);
}

interface Places {
  readonly folder: string;
  readonly queue: string;
  readonly data: string;
  readonly mail: string;
}

function mainCf(
  { folder, queue, data, mail }: Places,
  { domains = [], relayTo, mainCf: more = [] }: PostfixOptions,
): string {
  return [
    'compatibility_level = 3.6',
    `queue_directory = ${queue}`,
    `data_directory = ${data}`,
    `maillog_file = ${folder}/log`,
    `maillog_file_prefixes = ${folder}`,
    'syslog_name = postfix-test',
    'myhostname = postfix.example',
    'mydestination =',
    'mynetworks = 127.0.0.0/8',
    'inet_interfaces = 127.0.0.1',
    'inet_protocols = ipv4',
    'alias_maps =',
    'local_recipient_maps =',
    'biff = no',
    'message_size_limit = 104857600',
    'mailbox_size_limit = 0',
    'virtual_mailbox_limit = 0',
    'smtp_host_lookup = native',
    'disable_dns_lookups = yes',
    // Hundreds of connections from one address are what tests make.
    'smtpd_client_connection_count_limit = 0',
    'smtpd_error_sleep_time = 0',
    'minimal_backoff_time = 2s',
    'maximal_backoff_time = 5s',
    'queue_run_delay = 2s',
    'default_destination_concurrency_limit = 20',
    `virtual_mailbox_domains = ${domains.join(' ')}`,
    `virtual_mailbox_base = ${mail}`,
    `virtual_mailbox_maps = regexp:${folder}/etc/mailboxes`,
    `virtual_uid_maps = static:${mailUser}`,
    `virtual_gid_maps = static:${mailUser}`,
    `virtual_minimum_uid = 100`,
    relayTo ? `relayhost = [${relayTo.host}]:${relayTo.port}` : 'default_transport = error:no relay',
    ...more,
    '',
  ].join('\n');
}

function masterCf(port: number, hasPostscreen: boolean): string {
  const doors = hasPostscreen
    ? [
        `127.0.0.1:${port} inet n - n - 1 postscreen`,
        'smtpd pass - - n - - smtpd',
        'dnsblog unix - - n - 0 dnsblog',
        'tlsproxy unix - - n - 0 tlsproxy',
      ]
    : [`127.0.0.1:${port} inet n - n - - smtpd`];
  const services = [
    ...doors,
    'pickup unix n - n 60 1 pickup',
    'cleanup unix n - n - 0 cleanup',
    'qmgr unix n - n 300 1 qmgr',
    'tlsmgr unix - - n 1000? 1 tlsmgr',
    'rewrite unix - - n - - trivial-rewrite',
    'bounce unix - - n - 0 bounce',
    'defer unix - - n - 0 bounce',
    'trace unix - - n - 0 bounce',
    'verify unix - - n - 1 verify',
    'flush unix n - n 1000? 0 flush',
    'proxymap unix - - n - - proxymap',
    'proxywrite unix - - n - 1 proxymap',
    'smtp unix - - n - - smtp',
    'relay unix - - n - - smtp',
    'showq unix n - n - - showq',
    'error unix - - n - - error',
    'retry unix - - n - - error',
    'discard unix - - n - - discard',
    'local unix - n n - - local',
    'virtual unix - n n - - virtual',
    'lmtp unix - - n - - lmtp',
    'anvil unix - - n - 1 anvil',
    'scache unix - - n - 1 scache',
    'postlog unix-dgram n - n - 1 postlogd',
  ];
  return `${services.join('\n')}\n`;
}

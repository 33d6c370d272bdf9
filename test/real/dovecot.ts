// SPDX-License-Identifier: Apache-2.0
/**
 * Dovecot — a real LMTP and IMAP server for tests, with its own configuration, folder and loopback ports. Every address exists; the password is `secret`.
 * Needs root, since Dovecot's master drops its rights by itself.
 */
import { chown, mkdir, writeFile } from 'node:fs/promises';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { maildirMessages } from './maildirs.ts';
import { endServer, findProgram, freePorts, makeFolder, startServer, untilListening } from './peer-process.ts';

/** nobody and nogroup on Debian: who owns the mail. */
const mailUser = 65_534;

export interface Dovecot {
  readonly host: string;
  readonly lmtpPort: number;
  readonly imapPort: number;
  /** The LMTP socket in the file system. */
  readonly lmtpPath: string;
  /** The Maildir of an address. */
  maildirOf(address: string): string;
  /** All messages of an address, as Dovecot stored them. */
  messagesOf(address: string): Promise<Buffer[]>;
  log(): Promise<string>;
  readonly pid: number;
  stop(): Promise<void>;
}

/** Undefined where it cannot run, with the reason for the test to say. */
export function whyNoDovecot(): string | undefined {
  if (findProgram('dovecot') === undefined) return 'dovecot is not installed';
  return process.getuid?.() === 0 ? undefined : 'dovecot needs root';
}

/** `mail` is a folder of mailboxes that is there already, in place of one of its own: `<domain>/<local part>` below it, owned by nobody. */
export async function startDovecot({ mail: given }: { readonly mail?: string } = {}): Promise<Dovecot> {
  const program = findProgram('dovecot');
  if (program === undefined) throw new Error('dovecot is not installed');
  const folder = await makeFolder('dovecot');
  const [lmtpPort = 0, imapPort = 0] = await freePorts(2);
  const mail = given ?? join(folder.path, 'mail');
  if (given === undefined) {
    await mkdir(mail, { mode: 0o700 });
    await chown(mail, mailUser, mailUser);
  }
  const lmtpPath = join(folder.path, 'lmtp');
  const logFile = join(folder.path, 'log');
  const configuration = join(folder.path, 'dovecot.conf');
  await writeFile(configuration, configurationOf({ folder: folder.path, mail, lmtpPort, imapPort, lmtpPath, logFile }));
  const { child, output } = startServer(program, ['-F', '-c', configuration]);
  const log = async (): Promise<string> => output() + (await readFile(logFile, 'utf8').catch(() => ''));
  const maildirOf = (address: string): string => join(mail, address.split('@')[1] ?? '', address.split('@')[0] ?? '');
  const stop = async (): Promise<void> => {
    await endServer(child);
    await folder.remove();
  };
  try {
    await untilListening({ host: '127.0.0.1', port: lmtpPort }, child);
    await untilListening({ host: '127.0.0.1', port: imapPort }, child);
  } catch (error) {
    const said = await log();
    await stop();
    throw new Error(`dovecot did not start:\n${said}`, { cause: error });
  }
  return {
    host: '127.0.0.1',
    lmtpPort,
    imapPort,
    lmtpPath,
    maildirOf,
    messagesOf: address => maildirMessages(maildirOf(address)),
    log,
    pid: child.pid ?? 0,
    stop,
  };
}

interface Places {
  readonly folder: string;
  readonly mail: string;
  readonly lmtpPort: number;
  readonly imapPort: number;
  readonly lmtpPath: string;
  readonly logFile: string;
}

function configurationOf({ folder, mail, lmtpPort, imapPort, lmtpPath, logFile }: Places): string {
  return `
base_dir = ${folder}/run
state_dir = ${folder}/state
instance_name = sekisho-test
log_path = ${logFile}
protocols = lmtp imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
hostname = dovecot.example
postmaster_address = postmaster@dovecot.example
mail_location = maildir:${mail}/%d/%n
mail_uid = ${mailUser}
mail_gid = ${mailUser}
first_valid_uid = ${mailUser}
first_valid_gid = ${mailUser}
default_process_limit = 200
default_vsz_limit = 0
passdb {
  driver = static
  args = password=secret
}
userdb {
  driver = static
  args = uid=${mailUser} gid=${mailUser} home=${mail}/%d/%n allow_all_users=yes
}
service lmtp {
  inet_listener lmtp {
    address = 127.0.0.1
    port = ${lmtpPort}
  }
  unix_listener ${lmtpPath} {
    mode = 0666
  }
}
service imap-login {
  inet_listener imap {
    address = 127.0.0.1
    port = ${imapPort}
  }
  inet_listener imaps {
    port = 0
  }
}
namespace inbox {
  inbox = yes
  mailbox Junk {
    auto = create
    special_use = \\Junk
  }
}
`;
}

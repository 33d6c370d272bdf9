// SPDX-License-Identifier: Apache-2.0
/** Mailbox transport — files a message into the Maildirs of its recipients, each by itself. */
import { formatAddress } from '../../core/address.ts';
import { errorCode } from '../../core/faults.ts';
import type { QueueStore } from '../../store/queue/contract.ts';
import { ownPrefix, type Job } from '../job.ts';
import type { Maildir } from '../maildir/maildir.ts';
import { deferred, type Outcome, type Tell } from '../outcome.ts';
import type { Directory } from '../ports.ts';
import { routeOf, type RouteOptions } from '../route.ts';

export interface MailboxServices {
  readonly queue: QueueStore;
  readonly directory: Directory;
  readonly maildir: Maildir;
}

/** `mayRepeat`: an earlier try may have got as far as the mailbox. */
export async function deliverToMailboxes(
  job: Job,
  tell: Tell,
  services: MailboxServices,
  options: RouteOptions,
  mayRepeat: (recipientIndex: number) => boolean,
): Promise<void> {
  for (const index of job.recipients) await tell(index, await file(job, index, services, options, mayRepeat(index)));
}

async function file(
  { message }: Job,
  index: number,
  services: MailboxServices,
  options: RouteOptions,
  mayRepeat: boolean,
): Promise<Outcome> {
  const { queue, directory, maildir } = services;
  const route = routeOf(message, index, directory, options);
  // The directory was changed between planning and now; the next try goes by what it says then.
  if (route.kind !== 'maildir') return deferred('4.3.0', 'The way of this mail was changed just now.');
  const folder = message.recipients[index]?.handling === 'junk' ? 'junk' : 'inbox';
  try {
    const filed = await maildir.deliver({
      queueId: message.id,
      recipientIndex: index,
      storedAt: message.acceptedAt,
      mailbox: route.mailbox,
      folder,
      prefix: ownPrefix(route, message, index),
      mayRepeat,
      message: () => queue.open(message.id, index),
    });
    const where = `${folder === 'junk' ? 'Junk of ' : ''}mailbox ${formatAddress(route.mailbox)}`;
    return { kind: 'delivered', where, reply: filed === 'written' ? 'filed' : 'was filed before' };
  } catch (error) {
    const outcome = diskTrouble(errorCode(error));
    if (outcome === undefined) throw error;
    return outcome;
  }
}

function diskTrouble(code: string): Outcome | undefined {
  if (code === 'EDQUOT') return deferred('4.2.2', 'The mailbox is full.');
  if (code === 'ENOSPC') return deferred('4.3.1', 'The disk with the mailboxes is full.', { isUnreachable: true });
  // EIO, EROFS, EACCES …: the disk, or its rights, need a person.
  return code === '' ? undefined : deferred('4.3.0', `The mailbox cannot be written (${code}).`);
}

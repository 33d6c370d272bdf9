// SPDX-License-Identifier: Apache-2.0
/**
 * Maildir name — `<seconds>.<queue id>_<n>.<host>,S=<size>`, made from the queue entry alone: trying again makes the same name,
 * which is how a delivery that was cut short finds its own message. (https://cr.yp.to/proto/maildir.html; `,S=` is Maildir++'s.)
 */
export interface MaildirName {
  /** `<queue id>_<n>`: what tells this delivery from all others, whatever host or flags stand around it. */
  readonly unique: string;
  /** Up to the size: what no reader of the Maildir ever changes. */
  readonly base: string;
}

/** `storedAt` is the instant the queue accepted the message, so that a later attempt gives the same name. */
export function maildirName(queueId: string, recipientIndex: number, storedAt: number, host: string): MaildirName {
  const unique = `${queueId}_${recipientIndex}`;
  return { unique, base: `${Math.floor(storedAt / 1000)}.${unique}.${safeHost(host)}` };
}

/** Whether a file in new/ or cur/ is that delivery; flags, size and host may be any. */
export function isDelivery(fileName: string, name: MaildirName): boolean {
  const [, unique] = fileName.split('.', 2);
  return unique === name.unique;
}

/** Whether it is any recipient's copy of that message. */
export function isCopyOf(fileName: string, queueId: string): boolean {
  return fileName.split('.', 2)[1]?.startsWith(`${queueId}_`) === true;
}

/** Slash and colon are written in octal as the specification says, comma likewise since fields follow the base. */
function safeHost(host: string): string {
  return host.replace(/[^A-Za-z0-9.-]/g, sign => `\\${(sign.charCodeAt(0) & 0xff).toString(8).padStart(3, '0')}`);
}

// SPDX-License-Identifier: Apache-2.0
/** Entry — how entries of the sent log are compared. */
import type { SentEntry } from './contract.ts';

export function inLowerCase(entry: SentEntry): SentEntry {
  return {
    ...entry,
    sender: entry.sender.toLowerCase(),
    recipients: entry.recipients.map(recipient => recipient.toLowerCase()),
  };
}

/** The days on which, by these entries (in lower case), one wrote to the other. */
export function daysOf(entries: readonly SentEntry[], sender: string, recipient: string): readonly string[] {
  return entries.filter(one => one.sender === sender && one.recipients.includes(recipient)).map(one => one.day);
}

export function lastDay(days: readonly string[]): string | undefined {
  // Days written year first sort as text.
  return days.reduce<string | undefined>((last, day) => (last === undefined || day > last ? day : last), undefined);
}

// SPDX-License-Identifier: Apache-2.0
/** Invitation — what a refused sender reads in its bounce: one line of plain English with the link, short enough for a reply (RFC 5321 4.5.3.1.5). Pure. */
import type { Reply } from '../../core/reply.ts';

export interface Invitation {
  /** Of the page, without a slash at its end. */
  readonly url: string;
  readonly token: string;
  readonly days: number;
  readonly attemptId: string;
}

/** For a message that was read and is held. */
export function heldReply(invitation: Invitation): Reply {
  const { url, token, attemptId } = invitation;
  const text = `Held back as possible spam. If you wrote it yourself, open ${url}/${token} ${within(invitation)}, and it is delivered at once. (id ${attemptId})`;
  return { code: 550, enhanced: '5.7.1', lines: [text] };
}

/** The same reply, with a link to have the next try go through. */
export function withLink(reply: Reply, invitation: Omit<Invitation, 'attemptId'>): Reply {
  const { url, token } = invitation;
  const [first = '', ...more] = reply.lines;
  const [, said = first, id = ''] = /^(.*?)( \(id \w+\))$/.exec(first) ?? [];
  return { ...reply, lines: [`${said} A person may open ${url}/${token} to have it pass then.${id}`, ...more] };
}

/** For a record that others read: the link without what makes it work. */
export function withoutToken(text: string, token: string): string {
  return token === '' ? text : text.replaceAll(token, '…');
}

function within({ days }: Invitation): string {
  return days === 1 ? 'within a day' : `within ${days} days`;
}

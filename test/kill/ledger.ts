// SPDX-License-Identifier: Apache-2.0
/** Ledger — what clients were promised, held against what lies in the mailboxes: each message once for each of its recipients. */
import { readFileSync } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';

export interface Sent {
  readonly token: string;
  /** The code of the reply to the message, or `lost` where none was seen. */
  readonly code: string;
  readonly recipients: readonly string[];
}

/** Token → how often it lies in that mailbox; by address. */
export type Found = ReadonlyMap<string, ReadonlyMap<string, number>>;

export interface Balance {
  readonly accepted: number;
  readonly refused: number;
  readonly unanswered: number;
  /** Accepted messages times their recipients. */
  readonly copies: number;
  /** `token address`: promised and not there. */
  readonly lost: readonly string[];
  /** There more than once, where once is promised. */
  readonly doubled: readonly string[];
  /** There although it was refused or never sent to that address. */
  readonly unasked: readonly string[];
  /** There more than once where the protocol cannot do better (LMTP): copies, and transactions that must have been repeated for them. */
  readonly repeatedCopies: number;
  readonly repeatedTransactions: number;
}

export function readLedger(file: string): readonly Sent[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [code = '', token = '', ...recipients] = line.split(' ');
      return { code, token, recipients };
    });
}

/** `mayRepeat`: addresses whose mailboxes are reached by a protocol with an unanswered reply in it. */
export function balance(sent: readonly Sent[], found: Found, mayRepeat: (address: string) => boolean): Balance {
  const lost: string[] = [];
  const doubled: string[] = [];
  const unasked: string[] = [];
  let repeatedCopies = 0;
  let repeatedTransactions = 0;
  const byToken = new Map(sent.map(one => [one.token, one]));
  const mostExtras = new Map<string, number>();
  for (const [address, tokens] of found) {
    for (const [token, times] of tokens) {
      const one = byToken.get(token);
      if (!one?.recipients.includes(address) || !/^(250|lost)$/.test(one.code)) unasked.push(`${token} ${address}`);
      if (times < 2) continue;
      if (!mayRepeat(address)) doubled.push(`${token} ${address}`);
      else {
        repeatedCopies += times - 1;
        mostExtras.set(token, Math.max(mostExtras.get(token) ?? 0, times - 1));
      }
    }
  }
  for (const extras of mostExtras.values()) repeatedTransactions += extras;
  const accepted = sent.filter(({ code }) => code === '250');
  for (const { token, recipients } of accepted)
    for (const address of recipients) if (!found.get(address)?.has(token)) lost.push(`${token} ${address}`);
  return {
    accepted: accepted.length,
    refused: sent.filter(({ code }) => /^[45]/.test(code)).length,
    unanswered: sent.filter(({ code }) => code === 'lost').length,
    copies: accepted.reduce((sum, { recipients }) => sum + recipients.length, 0),
    lost,
    doubled,
    unasked,
    repeatedCopies,
    repeatedTransactions,
  };
}

/** Reads Maildirs with all their folders. */
export async function searchMaildirs(maildirs: ReadonlyMap<string, string>): Promise<Found> {
  const found = new Map<string, ReadonlyMap<string, number>>();
  for (const [address, path] of maildirs) {
    const tokens = new Map<string, number>();
    for (const folder of ['', ...(await readdir(path).catch(() => [])).filter(name => /^\.\w/.test(name))]) {
      for (const part of ['new', 'cur']) {
        for (const name of await readdir(join(path, folder, part)).catch(() => [])) {
          const token = await tokenIn(join(path, folder, part, name));
          tokens.set(token, (tokens.get(token) ?? 0) + 1);
        }
      }
    }
    found.set(address, tokens);
  }
  return found;
}

async function tokenIn(path: string): Promise<string> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(8_192) });
    return /^Message-ID: <([^@>]+)@/m.exec(buffer.toString('latin1', 0, bytesRead))?.[1] ?? path;
  } finally {
    await file.close();
  }
}

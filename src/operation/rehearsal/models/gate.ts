// SPDX-License-Identifier: Apache-2.0
/** Gate — what models share: replies, waits that end when the client goes, and asking DNS lists. */
import type { Clock } from '../../../core/clock.ts';
import { parseIp, reversedLabels, reverseName } from '../../../core/ip.ts';
import type { Reply } from '../../../core/reply.ts';
import type { Stage } from '../ports.ts';

export const refusal = (code: number, enhanced: string, text: string): Reply => ({ code, enhanced, lines: [text] });

/** A wait that ends early when the client has gone: whether it stayed. */
export class Pause {
  readonly #clock: Clock;
  #end: (() => void) | undefined;
  hasGone = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wait(ms: number): Promise<boolean> {
    return new Promise(resolve => {
      const timer = this.#clock.after(ms, () => resolve(!this.hasGone));
      this.#end = () => {
        timer.cancel();
        resolve(false);
      };
    });
  }

  end(): void {
    this.#end?.();
  }

  gone(): void {
    this.hasGone = true;
    this.end();
  }
}

/** Whether any list of that kind has the address, asking all of them at once. */
export async function isListed(
  { dns, lists }: Pick<Stage, 'dns' | 'lists'>,
  ip: string,
  kind: 'block' | 'allow',
): Promise<boolean> {
  const bytes = parseIp(ip);
  if (!bytes) return false;
  const labels = reversedLabels(bytes);
  const zones = lists.filter(list => list.kind === kind);
  const answers = await Promise.all(zones.map(({ zone }) => dns.ask(`${labels}.${zone}`, 'A')));
  return answers.some(answer => answer.kind === 'found');
}

/** Postfix' $client_name: the name if it leads back, else `unknown`. */
export async function clientName({ dns }: Stage, ip: string): Promise<string> {
  const bytes = parseIp(ip);
  if (!bytes) return 'unknown';
  const pointer = await dns.ask(reverseName(bytes), 'PTR');
  const name = pointer.kind === 'found' ? pointer.records[0]?.data : undefined;
  if (name === undefined) return 'unknown';
  const back = await dns.ask(name, bytes.length === 4 ? 'A' : 'AAAA');
  return back.kind === 'found' && back.records.some(({ data }) => data === ip) ? name : 'unknown';
}

/** The seven rules of S25R (浅見秀雄, "The Selective SMTP Rejection (S25R) Anti-spam System"), on Postfix' $client_name. */
export function looksLikeEndUser(name: string): boolean {
  return s25r.some(rule => rule.test(name));
}

const s25r: readonly RegExp[] = [
  /^unknown$/i,
  /^[^.]*[0-9][^0-9.]+[0-9].*\./i,
  /^[^.]*[0-9]{5}/i,
  /^([^.]+\.)?[0-9][^.]*\.[^.]+\..+\.[a-z]/i,
  /^[^.]*[0-9]\.[^.]*[0-9]-[0-9]/i,
  /^[^.]*[0-9]\.[^.]*[0-9]\.[^.]+\..+\./i,
  /^(dhcp|dialup|ppp|[achrsvx]?dsl)[^.]*[0-9]/i,
];

/** What a table costs, keys and values as text. */
export function bytesOf(tables: readonly ReadonlyMap<string, unknown>[]): number {
  let bytes = 0;
  for (const table of tables) for (const [key, value] of table) bytes += key.length + JSON.stringify(value).length;
  return bytes;
}

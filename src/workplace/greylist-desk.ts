// SPDX-License-Identifier: Apache-2.0
/** Greylist desk — who was asked to come back, and who never is, as commands show and change it. */
import type { Clock } from '../core/clock.ts';
import { isWithin, toALabels } from '../core/domain.ts';
import { networkHas, parseIp, parseNetwork } from '../core/ip.ts';
import { addExempt, listExempt, removeExempt } from '../envelope/greylist/exempt-list.ts';
import { readEntry, readExemptFile } from '../envelope/greylist/exempt.ts';
import { parseStanding, placePrefix, type Standing } from '../envelope/greylist/place.ts';
import type { GreylistDesk, WaitingShown } from '../operation/known-senders.ts';
import { storedUnder, type StateStore } from '../store/state/contract.ts';

const rememberMs = 36 * 86_400_000;

export function greylistDesk(state: StateStore, clock: Clock): GreylistDesk {
  async function* all() {
    for await (const { key, value, expiresAt } of storedUnder(state, placePrefix, clock.now())) {
      const standing = parseStanding(value);
      if (standing) yield { key, value, standing, expiresAt };
    }
  }
  return {
    async list(limit) {
      const found: WaitingShown[] = [];
      for await (const { standing, expiresAt } of all())
        if (!standing.isPassed) found.push({ ...standing, mayComeAt: standing.first + standing.waitMs, expiresAt });
      return found.sort((a, b) => a.first - b.first).slice(0, limit);
    },
    async release(who) {
      let count = 0;
      for await (const { key, value, standing } of all()) {
        if (standing.isPassed || !isNamed(standing, who)) continue;
        const now = clock.now();
        const passed = { ...standing, isPassed: true, tookMs: Math.max(0, now - standing.first) };
        // Who has come back in this moment is in already.
        if (await state.swap(key, value, JSON.stringify(passed), rememberMs, now)) count++;
      }
      return count;
    },
    exempt: () => listExempt(state, clock.now()),
    async addExempt(kind, text) {
      const entry = readEntry(kind, text);
      if ('problem' in entry) return entry.problem;
      return (await addExempt(state, entry, clock.now())) ? 'added' : 'known';
    },
    removeExempt: (kind, text) => removeExempt(state, kind, text, clock.now()),
    async importExempt(kind, text) {
      const { entries, problems } = readExemptFile(kind, text);
      let added = 0;
      for (const entry of entries) if (await addExempt(state, entry, clock.now())) added++;
      return { added, known: entries.length - added, problems };
    },
  };
}

function isNamed({ ip, sender, hello }: Standing, who: string): boolean {
  const network = parseNetwork(who);
  const bytes = parseIp(ip);
  if (network) return bytes !== undefined && networkHas(network, bytes);
  if (who.includes('@')) return sender.toLowerCase() === who.toLowerCase();
  const domain = toALabels(who);
  return (
    domain !== '' && [sender.slice(sender.lastIndexOf('@') + 1), toALabels(hello)].some(one => isWithin(one, domain))
  );
}

// SPDX-License-Identifier: Apache-2.0
/** Sender checks — which checks go by who sent a message: those that need what Authentication-Results tells, or what is made of it. */
import type { Judges } from '../app.ts';

/** Told there as well, and about the client alone. */
const aboutClient = new Set(['reverseName']);

/** Their names. */
export function senderChecks({ assembly }: Pick<Judges, 'assembly'>): ReadonlySet<string> {
  const about = new Set(assembly.factsWithResults.map(({ name }) => name).filter(name => !aboutClient.has(name)));
  const goesByThem = ({ needs }: { readonly needs: readonly string[] }): boolean => needs.some(need => about.has(need));
  // Until no fact is made of them that is not among them.
  for (let size = 0; size !== about.size;) {
    size = about.size;
    for (const fact of assembly.facts.values()) if (goesByThem(fact)) about.add(fact.name);
  }
  return new Set([...assembly.byName.values()].flatMap(({ name, check }) => (goesByThem(check) ? [name] : [])));
}

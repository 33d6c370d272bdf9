// SPDX-License-Identifier: Apache-2.0
/** Familiar set — all familiar identities and their networks, and those in bad standing, in the memory of one process, in a few bytes each. */
import { hash } from 'node:crypto';
import { parseIp, type Network } from '../../core/ip.ts';
import type { FamiliarNetworks, SenderMarks } from '../ports.ts';
import { wornMarks, type Marks } from './marks.ts';
import { PrefixSet } from './prefix-set.ts';

export class FamiliarSet implements FamiliarNetworks, SenderMarks {
  readonly #salt: string;
  readonly #owners = new Set<number>();
  readonly #networks = new PrefixSet();
  readonly #marks = new Map<number, Marks>();

  /** `salt` is random: whoever knew it could find a name that is taken for a familiar one. */
  constructor(salt: Buffer) {
    this.#salt = salt.toString('base64');
  }

  get size(): { readonly identities: number; readonly networks: number; readonly networkBytes: number } {
    return {
      identities: this.#owners.size,
      networks: this.#networks.size,
      networkBytes: this.#networks.sizeBytes,
    };
  }

  knows(ip: string): boolean {
    if (this.#networks.size === 0) return false;
    const bytes = parseIp(ip);
    return bytes !== undefined && this.#networks.has(bytes);
  }

  knowsIdentity(identity: string): boolean {
    return this.#owners.size > 0 && this.#owners.has(this.#owner(identity));
  }

  marksOf(identity: string, now: number): number {
    const marks = this.#marks.size === 0 ? undefined : this.#marks.get(this.#owner(identity));
    return marks ? wornMarks(marks, now) : 0;
  }

  /** Until it is put in as familiar, or removed. */
  mark(identity: string, marks: Marks): void {
    this.#marks.set(this.#owner(identity), marks);
  }

  put(identity: string, networks: Iterable<Network>): void {
    const owner = this.#owner(identity);
    if (this.#owners.has(owner)) this.#networks.remove(owner);
    this.#owners.add(owner);
    this.#marks.delete(owner);
    this.#networks.add(owner, networks);
  }

  remove(identity: string): void {
    const owner = this.#owner(identity);
    this.#marks.delete(owner);
    if (this.#owners.delete(owner)) this.#networks.remove(owner);
  }

  /** 48 bits: among 100,000 names two that are taken for one are less likely than 1 in 50,000. */
  #owner(identity: string): number {
    return Number.parseInt(hash('sha256', `${this.#salt} ${identity}`).slice(0, 12), 16);
  }
}

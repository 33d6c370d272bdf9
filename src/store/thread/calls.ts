// SPDX-License-Identifier: Apache-2.0
/** Calls — what crosses between those who write to stores and the thread that does it: plain values, many to a message. */
import type { DatabaseSync } from 'node:sqlite';
import { Fault, type FaultCode } from '../../core/faults.ts';

/** What a store can do inside a transaction. Synchronous; a throw takes back the transaction. */
export type Verbs = Readonly<Record<string, (...args: never[]) => unknown>>;

export interface OpenStore<V extends Verbs = Verbs> {
  readonly database: DatabaseSync;
  readonly verbs: V;
  /** Whether callers rely on what was committed: after an I/O error nothing more is promised on that file until it was opened anew. */
  readonly isDurable: boolean;
}

export type Call =
  | { readonly do: 'open'; readonly place: number; readonly store: string; readonly path: string }
  | { readonly do: 'run'; readonly place: number; readonly verb: string; readonly args: readonly unknown[] }
  | { readonly do: 'close'; readonly place: number };

export type Outcome = { readonly value: unknown } | { readonly fault: FaultAsData };

export interface FaultAsData {
  readonly code: FaultCode;
  readonly detail: string;
}

/** One store as its writers see it, wherever it is: calls made in one turn share a transaction. */
export interface Remote<V extends Verbs> {
  /** Committed when it resolves. Calls of one store run in the order they were made. */
  call<N extends keyof V & string>(verb: N, ...args: Parameters<V[N]>): Promise<ReturnType<V[N]>>;
  /** After all calls made before. */
  close(): Promise<void>;
}

export function faultAsData(error: unknown): FaultAsData {
  if (error instanceof Fault) return { code: error.code, detail: error.detail };
  return { code: 'store-unreachable', detail: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function faultFrom({ code, detail }: FaultAsData): Fault {
  return new Fault(code, { detail });
}

// SPDX-License-Identifier: Apache-2.0
/** Command — one command of the program, declared whole in one file: name, words in both languages, options, and what it does. */
import type { Language, Sentence } from '../../core/sentence.ts';
import { Mistake } from '../mistake.ts';
import type { Judge } from '../evaluation/ports.ts';
import type { Workplace } from '../ports.ts';
import type { RehearsalDesk } from '../rehearsal/ports.ts';
import type { ReplayResult } from '../rehearsal/replay.ts';
import type { RuleLint } from '../rule-lint.ts';

/** sysexits.h, as mail programs use them. 1 is "found", as grep and rspamc have it. */
export const exit = {
  ok: 0,
  found: 1,
  usage: 64,
  badInput: 65,
  notFound: 66,
  unavailable: 69,
  internal: 70,
  cannotCreate: 73,
  tryLater: 75,
  badConfig: 78,
} as const;

export interface Context {
  readonly language: Language;
  /** In the language of the terminal. */
  say(sentence: Sentence, details?: Readonly<Record<string, string | number>>): string;
  /** Results; to standard output. */
  out(text: string): void;
  /** Results as JSON, one line each unless `indent` is given. */
  json(value: unknown, indent?: number): void;
  /** Results that are not text. */
  outBytes(bytes: Uint8Array): void;
  /** Everything else; to standard error. */
  err(text: string): void;
  /** Progress, only where somebody looks: to a terminal's standard error. */
  progress(text: string): void;
  readonly isTerminal: boolean;
  /** Wall time, Unix milliseconds. */
  now(): number;
  input(): Promise<Buffer>;
  /** Opens the data folder of the configuration. */
  open(): Promise<Workplace>;
  /** The configuration as it would be read now, from that file or the usual places. Fails with a `Mistake` if a file is named and not there. */
  readConfig(file?: string): Promise<ReadConfig>;
  /** What would keep a server from starting with that configuration, which can be read. */
  tryConfig(file?: string): Promise<readonly string[]>;
  /** The JSON Schema of the configuration. */
  schema(): Promise<unknown>;
  /** What a folder of rules comes to. Fails with a fault if it cannot be read. */
  lintRules(folder: string): Promise<RuleLint>;
  readonly dataPath: string;
  /** Runs the server until it is told to stop; resolves to the exit code. */
  serve(options: { readonly slot?: number }): Promise<number>;
  /** Who is evaluated: the learning filter alone, or every check of the content; from empty. */
  openJudge(who: 'filter' | 'all', language: Language): Promise<Judge & { close(): Promise<void> }>;
  /** Puts our own way and models of others where a population can try them. */
  openRehearsal(options: { readonly isOnSockets: boolean }): Promise<RehearsalDesk>;
  /** Weighs the record of the data folder by that configuration; it was made with `running`, or the usual one. Changes nothing. */
  replayHistory(
    running: string | undefined,
    file: string,
    since: number,
    onProgress: (at: number) => void,
  ): Promise<ReplayResult>;
  /** CPU seconds of this process so far. */
  cpuSeconds(): number;
  backup(folder: string): Promise<Copied>;
  restore(folder: string): Promise<Copied>;
}

export interface Copied {
  readonly files: number;
  readonly sizeBytes: number;
}

export interface ReadConfig {
  /** The file; undefined if there is none. */
  readonly path: string | undefined;
  /** Sentences that say where it is wrong; none if it can be used. */
  readonly problems: readonly string[];
  readonly value: unknown;
  /** What stands in the file; an empty table without one. */
  readonly written: unknown;
}

export interface Option {
  /** `--json`, `--limit <n>`. */
  readonly flags: string;
  readonly says: Sentence;
  readonly initial?: string;
}

export interface Command {
  /** `quarantine list`: the words before the arguments. */
  readonly name: string;
  /** `<id>`, `[text]`, `<files...>`. */
  readonly takes?: string;
  readonly says: Sentence;
  readonly options?: readonly Option[];
  /** Resolves to the exit code. */
  run(context: Context, args: readonly string[], options: Options): Promise<number>;
}

/** Options as given: text for those that take a value, texts for those that take several, true for switches. */
export type Options = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** Opens the data folder for as long as the work takes. */
export async function within(context: Context, work: (place: Workplace) => Promise<number>): Promise<number> {
  const place = await context.open();
  try {
    return await work(place);
  } finally {
    await place.close();
  }
}

export function textOption(options: Options, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** All values of an option that takes several. */
export function listOption(options: Options, name: string): readonly string[] {
  const value = options[name];
  if (typeof value === 'object') return value;
  return typeof value === 'string' ? [value] : [];
}

/** A whole number from 1, or the initial one. */
export function countOption(options: Options, name: string, initial: number): number {
  const text = textOption(options, name);
  if (text === undefined) return initial;
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Mistake(
    'usage',
    { en: '--{name} {text}: expected a whole number from 1', ja: '--{name} {text}: 1 以上の整数を指定する' },
    { name, text },
  );
}

// SPDX-License-Identifier: Apache-2.0
/**
 * Load — reads the folders of rules that a configuration names. Translations are kept: a folder that is read again, on SIGHUP, costs only what changed in it.
 * Fails with `bad-configuration` if a folder cannot be read; what is wrong in a file is listed in the book, and the rest counts.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { Fault } from '../../core/faults.ts';
import type { Log } from '../../core/log.ts';
import { Classes } from '../../wire/regex/classes.ts';
import type { PerlExpression, Refusal, Translation } from '../../wire/regex/expression.ts';
import { translate } from '../../wire/regex/translate.ts';
import type { RuleFile } from '../../wire/rules/types.ts';
import { RuleBook, type RuleFolder } from './book.ts';
import type { Translate } from './compile.ts';
import { RuleThread, Strikes } from './thread/start.ts';

export interface RuleSettings {
  readonly folders: readonly { readonly path: string; readonly mode: 'observe' | 'enforce' }[];
  readonly trusted: readonly string[];
  readonly scoreSet: 0 | 1 | 2 | 3;
}

/** What outlives one book: the thread, who took too long, translations. */
export class RuleEngine {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #thread = new RuleThread();
  readonly #strikes: Strikes;
  readonly #translate = keepingTranslator();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#strikes = new Strikes(clock);
  }

  load({ folders, trusted, scoreSet }: RuleSettings): RuleBook {
    const book = new RuleBook(folders.map(readRuleFolder), {
      translate: this.#translate,
      translateWithGroups: translatorWithGroups(),
      clock: this.#clock,
      trusted,
      scoreSet,
      runner: this.#thread,
      strikes: this.#strikes,
      onStopped: (rule, isOff) =>
        isOff
          ? this.#log.error('rule is off, it took too long three times within an hour', { rule })
          : this.#log.info('rule took too long', { rule }),
    });
    this.#log.info('rules loaded', {
      book: book.hash,
      rules: Object.keys(book.symbols).length,
      problems: book.problems.length,
    });
    return book;
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }
}

/** The `.cf` files of a folder, in the order of their names; `.pre` files before them. */
export function readRuleFolder({ path, mode }: RuleSettings['folders'][number]): RuleFolder {
  try {
    const names = readdirSync(path).filter(name => /\.(?:cf|pre)$/.test(name));
    const order = (name: string): string => (name.endsWith('.pre') ? `0${name}` : `1${name}`);
    names.sort((a, b) => (order(a) < order(b) ? -1 : 1));
    return {
      path,
      mode,
      files: names.map(name => ({ name, text: readFileSync(join(path, name), 'latin1') })),
      open: (name, from) => included(path, name, from),
    };
  } catch (cause) {
    throw new Fault('bad-configuration', { detail: `checks.rules.folders: ${path} cannot be read`, cause });
  }
}

/** Files beside the one that names them, inside the folder; never another. */
function included(folder: string, name: string, from: string): RuleFile | undefined {
  const file = resolve(folder, dirname(from), name);
  if (!file.startsWith(`${resolve(folder)}/`)) return undefined;
  try {
    return { name: file.slice(resolve(folder).length + 1), text: readFileSync(file, 'latin1') };
  } catch {
    // The line that names it becomes a problem of the book.
    return undefined;
  }
}

/** Past so many all are forgotten: those that are still used come back. */
const translationsKept = 50_000;

/** Translates, and remembers. */
export function keepingTranslator(): Translate {
  const latin1 = new Classes('latin1');
  let unicode: Classes | undefined;
  const kept = new Map<string, Translation | Refusal>();
  return (expression: PerlExpression, mode) => {
    const key = `${mode} ${expression.flags} ${expression.pattern}`;
    let answer = kept.get(key);
    if (!answer) {
      const classes = mode === 'latin1' ? latin1 : (unicode ??= new Classes('unicode'));
      answer = translate(expression, mode, { classes });
      if (kept.size >= translationsKept) kept.clear();
      kept.set(key, answer);
    }
    return answer;
  };
}

export function translatorWithGroups(): Translate {
  const classes = new Classes('latin1');
  return (expression, mode) => translate(expression, mode, { classes, keepsCaptures: true });
}

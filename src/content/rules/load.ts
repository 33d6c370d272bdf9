// SPDX-License-Identifier: Apache-2.0
/**
 * Load — reads the folders of rules that a configuration names. Translations are kept: a folder that is read again, on SIGHUP, costs only what changed in it.
 * What is wrong in a file is listed in the book, and the rest counts; fails as folders do.
 */
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import { Classes } from '../../wire/regex/classes.ts';
import type { Mode, PerlExpression, Refusal, Translation } from '../../wire/regex/expression.ts';
import { translate } from '../../wire/regex/translate.ts';
import { RuleBook } from './book.ts';
import type { Translate } from './compile.ts';
import { readOwnRules, readRuleFolder, type RuleSettings } from './folder.ts';
import { ownExpressions } from './own-expressions.generated.ts';
import { translationOf, type Prepared } from './prepared.ts';
import { RuleThread, Strikes } from './thread/start.ts';

/** What outlives one book: the thread, who took too long, translations. */
export class RuleEngine {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #thread = new RuleThread();
  readonly #strikes: Strikes;
  readonly #translate = keepingTranslator(ownExpressions);

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
    this.#strikes = new Strikes(clock);
  }

  /** Rules that are off because they took too long. */
  get off(): readonly string[] {
    return this.#strikes.off;
  }

  async load({ own, folders, trusted, scoreSet }: RuleSettings): Promise<RuleBook> {
    const book = await RuleBook.load([...(own ? [readOwnRules()] : []), ...folders.map(readRuleFolder)], {
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

/** Past so many all are forgotten: those that are still used come back. */
const translationsKept = 50_000;

/** Translates, and remembers; `prepared` is known from the start. */
export function keepingTranslator(prepared: readonly Prepared[] = []): Translate {
  const latin1 = new Classes('latin1');
  let unicode: Classes | undefined;
  const ready = new Map(prepared.map(one => [one.key, one]));
  const kept = new Map<string, Translation | Refusal>();
  return (expression: PerlExpression, mode) => {
    const key = keyOf(expression, mode);
    let answer = kept.get(key);
    if (!answer) {
      const known = ready.get(key);
      if (known) answer = translationOf(known);
      else {
        const classes = mode === 'latin1' ? latin1 : (unicode ??= new Classes('unicode'));
        answer = translate(expression, mode, { classes });
        if (mode === 'unicode' && 'regex' in answer) answer = { ...answer, ascii: forAscii(expression, latin1) };
      }
      if (kept.size >= translationsKept) kept.clear();
      kept.set(key, answer);
    }
    return answer;
  };
}

function forAscii(expression: PerlExpression, classes: Classes): RegExp | undefined {
  if (/[^\0-\x7f]|\\[pPNxu]/.test(expression.pattern)) return undefined;
  const plain = translate(expression, 'latin1', { classes });
  return 'regex' in plain ? plain.regex : undefined;
}

/** What tells two expressions apart. */
export function keyOf({ pattern, flags }: PerlExpression, mode: Mode): string {
  return `${mode} ${flags} ${pattern}`;
}

export function translatorWithGroups(): Translate {
  const classes = new Classes('latin1');
  return (expression, mode) => translate(expression, mode, { classes, keepsCaptures: true });
}

// SPDX-License-Identifier: Apache-2.0
/**
 * Own rules — ours alone, without a folder of the operator's: their symbols are known from the start, the engine (10 MB of code) is loaded with the first message.
 * Symbols and expressions are worked out before by `npm run generate`.
 */
import type { Symbols } from '../../check/check.ts';
import type { RuleHits, Rules } from '../ports.ts';
import { hashOf, readOwnRules, type RuleSettings } from './folder.ts';
import type { RuleMessage } from './message-view.ts';
import { ownSymbols } from './own-symbols.generated.ts';

export class OwnRules implements Rules {
  readonly hash: string;
  readonly symbols: Symbols = ownSymbols;
  readonly isEmpty = false;
  readonly #load: () => Promise<Rules>;
  #loading: Promise<Rules> | undefined;
  #loaded: Rules | undefined;

  /** `load` gives the rules themselves. */
  constructor(settings: RuleSettings, load: () => Promise<Rules>) {
    this.hash = hashOf([readOwnRules()], settings);
    this.#load = load;
  }

  hits(message: RuleMessage): RuleHits | Promise<RuleHits> {
    if (this.#loaded) return this.#loaded.hits(message);
    this.#loading ??= this.#load();
    return this.#loading.then(rules => {
      this.#loaded = rules;
      return rules.hits(message);
    });
  }
}

// SPDX-License-Identifier: Apache-2.0
/**
 * Read — rule files in SpamAssassin's language, in their order, to the rules they declare. A later line wins over an earlier one.
 * Never fails: what cannot be read is a problem with its place, and the rest counts.
 */
import type { Sentence } from '../../core/sentence.ts';
import { defaultPlugins, holds } from './condition.ts';
import { meaningOf, networkRules } from './keywords.ts';
import { linesOf, type Line } from './lines.ts';
import type { Problem, ReplaceTags, Rule, RuleFile, RuleSet, Setting } from './types.ts';
import { isTestFault, readTest } from './test.ts';

export interface ReadOptions {
  /** Whether `if` is told that network tests are run. */
  readonly hasNetwork?: boolean;
  /** For `include`: the file by the name as written, seen from the file that names it. */
  readonly open?: (name: string, from: string) => RuleFile | undefined;
}

const includeDepth = 10;

export function readRules(files: readonly RuleFile[], { hasNetwork = false, open }: ReadOptions = {}): RuleSet {
  const reader = new Reader(hasNetwork, open);
  for (const file of files) reader.read(file, 0);
  return reader.finish();
}

type Scores = Rule['scores'];
interface Draft {
  readonly rule: Omit<Rule, 'flags' | 'hitLimit' | 'scores' | 'describe' | 'hasTags'>;
}

const said = {
  aloneEnd: { en: 'there is no “if” before it', ja: '対応する if がありません' },
  unclosed: { en: 'this “if” has no “endif”', ja: 'この if に対応する endif がありません' },
  unknown: { en: 'this keyword is not known', ja: '不明なキーワードです' },
  include: { en: 'this file cannot be included', ja: 'このファイルは取り込めません' },
  score: { en: 'a score is one number or four', ja: 'スコアには数値を 1 個または 4 個書きます' },
  name: { en: 'a rule has a name of letters, digits and _', ja: '規則名には英数字と _ を使います' },
  version: {
    en: 'the file is for another version and is passed over',
    ja: '別のバージョン向けのファイルのため読み飛ばします',
  },
  value: { en: 'a value is missing', ja: '値がありません' },
} as const satisfies Record<string, Sentence>;

class Reader {
  readonly #hasNetwork: boolean;
  readonly #open: ReadOptions['open'];
  readonly #plugins = new Set(defaultPlugins);
  readonly #problems: Problem[] = [];
  readonly #drafts = new Map<string, Draft>();
  readonly #flags = new Map<string, string>();
  readonly #scores = new Map<string, Scores>();
  readonly #describe = new Map<string, Map<string, string>>();
  readonly #withTags = new Set<string>();
  readonly #settings = new Map<string, Setting[]>();
  readonly #tags = new Map<string, string>();
  #tagStart = '<';
  #tagEnd = '>';

  constructor(hasNetwork: boolean, open: ReadOptions['open']) {
    this.#hasNetwork = hasNetwork;
    this.#open = open;
  }

  read(file: RuleFile, depth: number): void {
    const open: { line: Line; wasSkipping: boolean }[] = [];
    let isSkipping = false;
    let isUnicode = false;
    for (const line of linesOf(file)) {
      switch (line.key) {
        case 'if':
        case 'ifplugin':
          open.push({ line, wasSkipping: isSkipping });
          isSkipping ||= !this.#condition(line);
          continue;
        case 'else': {
          const frame = open.at(-1);
          if (!frame) this.#problem(line, said.aloneEnd);
          else isSkipping = frame.wasSkipping || !isSkipping;
          continue;
        }
        case 'endif': {
          const frame = open.pop();
          if (!frame) this.#problem(line, said.aloneEnd);
          else isSkipping = frame.wasSkipping;
          continue;
        }
      }
      if (isSkipping) continue;
      if (line.key === 'require_version' && !/^@@VERSION@@$|^4\.0*0?[01]/.test(line.value)) {
        this.#problem(line, said.version);
        return;
      }
      if (line.key === 'charset') isUnicode = /^utf-?8$/i.test(line.value);
      else if (line.key === 'include') this.#include(line, depth);
      else this.#line(line, isUnicode);
    }
    for (const frame of open) this.#problem(frame.line, said.unclosed);
  }

  finish(): RuleSet {
    const rules = new Map<string, Rule>();
    for (const [name, { rule }] of this.#drafts) {
      const flags = new Set((this.#flags.get(name) ?? '').split(/\s+/).filter(flag => flag !== ''));
      const limit = [...flags].map(flag => /^maxhits=(\d+)$/.exec(flag)?.[1]).find(digits => digits !== undefined);
      rules.set(name, {
        ...rule,
        flags,
        hitLimit: flags.has('multiple') ? Math.max(1, Math.min(Number(limit ?? manyHits), manyHits)) : 1,
        scores: this.#scores.get(name) ?? defaultScores(name, flags),
        describe: this.#describe.get(name) ?? new Map(),
        hasTags: this.#withTags.has(name),
      });
    }
    const replace: ReplaceTags = { tags: this.#tags, start: this.#tagStart, end: this.#tagEnd };
    return { rules, settings: this.#settings, replace, problems: this.#problems };
  }

  #condition(line: Line): boolean {
    const text = line.key === 'ifplugin' ? `plugin(${line.value.trim()})` : line.value;
    const result = holds(text, { plugins: this.#plugins, hasNetwork: this.#hasNetwork });
    if (typeof result === 'boolean') return result;
    this.#problem(line, result.reason, '', result.position);
    return false;
  }

  #include(line: Line, depth: number): void {
    const file = depth < includeDepth ? this.#open?.(line.value, line.place.file) : undefined;
    if (file) this.read(file, depth + 1);
    else this.#problem(line, said.include);
  }

  #line(line: Line, isUnicode: boolean): void {
    const { key, value } = line;
    switch (key) {
      case 'score':
        return this.#score(line);
      case 'describe':
        return this.#named(line, (name, rest) => {
          const texts = this.#describe.get(name) ?? new Map<string, string>();
          texts.set(line.language === '' ? 'en' : line.language, Buffer.from(rest, 'latin1').toString('utf8'));
          this.#describe.set(name, texts);
        });
      case 'tflags':
        return this.#named(line, (name, rest) => this.#flags.set(name, rest));
      case 'replace_rules':
        for (const name of value.split(/\s+/)) this.#withTags.add(name);
        return;
      case 'replace_tag':
      case 'replace_inter':
      case 'replace_pre':
      case 'replace_post':
        return this.#named(line, (name, rest) => this.#tags.set(`${key.slice(8)} ${name}`, rest));
      case 'replace_start':
        this.#tagStart = value;
        return;
      case 'replace_end':
        this.#tagEnd = value;
        return;
      case 'loadplugin':
      case 'tryplugin':
        this.#plugins.add(value.split(/\s+/)[0] ?? '');
        return;
    }
    if (isRuleKey(key)) return this.#rule(line, isUnicode);
    switch (meaningOf(key)) {
      case 'used':
      case 'idle': {
        const settings = this.#settings.get(key) ?? [];
        settings.push({ key, value, place: line.place });
        this.#settings.set(key, settings);
        return;
      }
      case 'unknown':
        this.#problem(line, said.unknown);
    }
  }

  #rule(line: Line, isUnicode: boolean): void {
    this.#named(line, (name, rest, column) => {
      if (!/^[A-Za-z_]\w*$/.test(name)) return this.#problem(line, said.name, name, 0);
      const place = { ...line.place, column };
      const test = networkRules.has(line.key)
        ? ({ kind: 'network', what: line.key } as const)
        : readTest(line.key, rest, place);
      if (isTestFault(test)) {
        this.#problems.push({ ...place, column: column + test.position, rule: name, reason: test.reason });
        return;
      }
      this.#drafts.set(name, { rule: { name, place: line.place, test, isUnicode } });
    });
  }

  #score(line: Line): void {
    this.#named(line, (name, rest) => {
      const words = rest.split(/\s+/);
      const values = words.map(word => Number(word.replace(/^\((.*)\)$/, '$1')));
      if (![1, 4].includes(values.length) || values.some(value => !Number.isFinite(value) || Math.abs(value) > 10_000))
        return this.#problem(line, said.score, name, line.value.length - rest.length);
      const before = this.#scores.get(name);
      const at = (index: number): number => {
        const which = values.length === 1 ? 0 : index;
        const value = values[which] ?? 0;
        return words[which]?.startsWith('(') ? (before?.[index] ?? 0) + value : value;
      };
      this.#scores.set(name, [at(0), at(1), at(2), at(3)]);
    });
  }

  #named(line: Line, use: (name: string, rest: string, column: number) => void): void {
    const match = /^(\S+)(\s+)([^]+)$/.exec(line.value);
    if (!match) return this.#problem(line, said.value, line.value);
    const [, name = '', gap = '', rest = ''] = match;
    use(name, rest, line.valueColumn + name.length + gap.length);
  }

  #problem(line: Line, reason: Sentence, rule = '', offset?: number): void {
    const column = offset === undefined ? line.place.column : line.valueColumn + offset;
    this.#problems.push({ ...line.place, column, rule, reason });
  }
}

/** More hits of one rule say no more. */
const manyHits = 1_000;

const ruleKeys: ReadonlySet<string> = new Set([
  'header',
  'body',
  'rawbody',
  'full',
  'uri',
  'meta',
  'mimeheader',
  'uri_detail',
]);

function isRuleKey(key: string): boolean {
  return ruleKeys.has(key) || networkRules.has(key);
}

/** As SpamAssassin gives to rules without a score: a point, a hundredth while it is tried (T_), none for parts of others (__). */
function defaultScores(name: string, flags: ReadonlySet<string>): Scores {
  const points = name.startsWith('__') ? 0 : (name.startsWith('T_') ? 0.01 : 1) * (flags.has('nice') ? -1 : 1);
  return [points, points, points, points];
}

// SPDX-License-Identifier: Apache-2.0
/**
 * Parse — reads a Perl regular expression into a tree.
 * Throws Untranslatable, with the place, for what is wrong and for what JavaScript has no words for. Nesting is bounded.
 */
import { readBracket } from './bracket.ts';
import { closeOverCase, intersect, single } from './charset.ts';
import type { Class, Classes } from './classes.ts';
import { Cursor, withFlags, type Flags } from './cursor.ts';
import { readEscape } from './escapes.ts';
import { choice, empty, sequence, type Node, type Tree } from './node.ts';

const mostNested = 200;
const mostRepeats = 65_534;

export function parse(pattern: string, flags: Flags, classes: Classes): Tree {
  return new Parser(pattern, flags, classes).read();
}

class Parser {
  readonly #cursor: Cursor;
  readonly #classes: Classes;
  #flags: Flags;
  #groups = 0;
  #depth = 0;
  #isQuoting = false;
  readonly #names = new Map<string, number>();
  /** Named and numbered references whose group may come later. */
  readonly #count: number;

  constructor(pattern: string, flags: Flags, classes: Classes) {
    this.#cursor = new Cursor(pattern);
    this.#classes = classes;
    this.#flags = flags;
    this.#count = countGroups(pattern);
  }

  read(): Tree {
    const root = this.#choice();
    if (!this.#cursor.isAtEnd) this.#cursor.fail('strayParenthesis');
    return { root, groups: this.#groups, names: [...this.#names.keys()] };
  }

  #choice(): Node {
    if (++this.#depth > mostNested) this.#cursor.fail('tooDeep');
    const outer = this.#flags;
    const options: Node[] = [];
    do options.push(this.#sequence());
    while (this.#cursor.take('|'));
    this.#flags = outer;
    this.#depth--;
    return choice(options);
  }

  #sequence(): Node {
    const items: Node[] = [];
    for (;;) {
      this.#skip();
      const next = this.#cursor.peek();
      if (next === '' || (!this.#isQuoting && (next === '|' || next === ')'))) return sequence(items);
      const position = this.#cursor.at;
      const atom = this.#atom();
      if (atom !== undefined) items.push(this.#quantified(atom, position));
    }
  }

  /** Blanks and comments under /x, `(?#…)`, and the ends of quoting. */
  #skip(): void {
    const cursor = this.#cursor;
    for (;;) {
      if (cursor.take('\\E')) this.#isQuoting = false;
      else if (this.#isQuoting) return;
      else if (cursor.take('\\Q')) this.#isQuoting = true;
      else if (cursor.takeMatch(/\(\?#[^)]*\)/y) === undefined) {
        if (!this.#flags.x || cursor.takeMatch(/\s+|#[^\n]*/y) === undefined) return;
      }
    }
  }

  #atom(): Node | undefined {
    const cursor = this.#cursor;
    const start = cursor.at;
    const code = cursor.takeCode();
    if (this.#isQuoting) return this.#one(code);
    switch (String.fromCodePoint(code)) {
      case '.':
        return this.#set(this.#classes.negate({ set: this.#flags.s ? [] : single(10), inside: undefined }));
      case '[':
        return this.#set(readBracket(cursor, this.#classes, this.#flags));
      case '(':
        return this.#group(start);
      case '\\':
        return this.#escape(start);
      case '^':
        return { kind: 'assertion', is: this.#flags.m ? 'start-of-line' : 'start' };
      case '$':
        return { kind: 'assertion', is: this.#flags.m ? 'end-of-line' : 'end-or-last-newline' };
      case '*':
      case '+':
      case '?':
        return cursor.fail('nothingToRepeat', start);
      default:
        return this.#one(code);
    }
  }

  #one(code: number): Node {
    return this.#set({ set: single(code), inside: undefined });
  }

  #set({ set, inside }: Class): Node {
    const { i } = this.#flags;
    // A bracket comes closed already; closing once more changes nothing, but of a complement it would.
    const closed = i && set.length === 2 && set[0] === set[1] ? closeOverCase(set, 0x10ffff) : set;
    return { kind: 'set', set: intersect(closed, [0, this.#classes.limit]), inside, isCaseless: i };
  }

  #escape(start: number): Node {
    const cursor = this.#cursor;
    const reference = cursor.takeMatch(
      /g(?:(-?\d+)|\{\s*(-?\d+)\s*\}|\{\s*([A-Za-z_]\w*)\s*\})|k(?:<\s*(\w+)\s*>|'\s*(\w+)\s*'|\{\s*(\w+)\s*\})/y,
    );
    if (reference !== undefined) {
      const [, plain, braced, ...names] = reference;
      const number = plain ?? braced;
      return number === undefined
        ? this.#named(names.find(name => name !== undefined) ?? '', start)
        : this.#numbered(Number(number), start);
    }
    // \1 to \9 are always references, longer numbers only if there are as many groups, else octal.
    const digits = /^[1-9]\d*/.exec(cursor.text.slice(cursor.at, cursor.at + 6))?.[0];
    if (digits !== undefined && (digits.length === 1 || Number(digits) <= this.#count)) {
      cursor.at += digits.length;
      return this.#numbered(Number(digits), start);
    }
    const letter = cursor.peek();
    const special = this.#special(letter, start);
    if (special === undefined) {
      const found = readEscape(cursor, this.#classes);
      return typeof found === 'number' ? this.#one(found) : this.#set(found);
    }
    cursor.at++;
    if ((letter === 'b' || letter === 'B') && cursor.peek() === '{') cursor.fail('border', start);
    return special;
  }

  #special(letter: string, start: number): Node | undefined {
    switch (letter) {
      case 'A':
        return { kind: 'assertion', is: 'start' };
      case 'z':
        return { kind: 'assertion', is: 'end' };
      case 'Z':
        return { kind: 'assertion', is: 'end-or-last-newline' };
      case 'b':
        return { kind: 'assertion', is: 'word-border' };
      case 'B':
        return { kind: 'assertion', is: 'no-word-border' };
      case 'R': {
        const sets = [single(13), single(10), this.#classes.escape('v')!.set].map((set): Node => ({
          kind: 'set',
          set,
          inside: undefined,
          isCaseless: false,
        }));
        return { kind: 'atomic', item: choice([sequence(sets.slice(0, 2)), sets[2]!]), position: start };
      }
      case 'K':
        return this.#cursor.fail('keep', start);
      case 'G':
        return this.#cursor.fail('lastMatch', start);
      case 'X':
        return this.#cursor.fail('cluster', start);
      default:
        return undefined;
    }
  }

  #numbered(number: number, position: number): Node {
    const index = number < 0 ? this.#groups + 1 + number : number;
    if (index < 1 || index > this.#count) this.#cursor.fail('noSuchGroup', position);
    return { kind: 'reference', index, isCaseless: this.#flags.i, position };
  }

  #named(name: string, position: number): Node {
    const index = this.#names.get(name) ?? this.#cursor.fail('noSuchGroup', position);
    return { kind: 'reference', index, isCaseless: this.#flags.i, position };
  }

  #group(start: number): Node | undefined {
    const cursor = this.#cursor;
    if (cursor.peek() === '*') cursor.fail('verb', start);
    if (!cursor.take('?')) return this.#flags.n ? this.#close(start) : this.#capture(undefined, start);
    const name = cursor.takeMatch(/P?<([A-Za-z_]\w*)>|'([A-Za-z_]\w*)'/y);
    if (name !== undefined) return this.#capture(name[1] ?? name[2], start);
    const back = cursor.takeMatch(/P=(\w+)\)/y);
    if (back !== undefined) return this.#named(back[1]!, start);
    if (cursor.take('>')) return { kind: 'atomic', item: this.#close(start), position: start };
    const look = cursor.takeMatch(/(<?)([=!])/y);
    if (look !== undefined) {
      return { kind: 'look', item: this.#close(start), isBehind: look[1] === '<', isNegative: look[2] === '!' };
    }
    if (cursor.take('|')) {
      const before = this.#groups;
      const item = this.#close(start);
      return this.#groups > before ? cursor.fail('branchReset', start) : item;
    }
    return this.#flagged(start);
  }

  #flagged(start: number): Node | undefined {
    const cursor = this.#cursor;
    const outer = this.#flags;
    const match = cursor.takeMatch(/(\^?)([a-z]*)(?:-([a-z]*))?([:)])/y) ?? this.#refuseGroup(start);
    const [, caret, on, off, end] = match;
    if (/[^imsxnaulpd]/.test((on ?? '') + (off ?? ''))) cursor.fail('unknownGroup', start);
    const reset = caret === '^' ? withFlags(outer, 'imsxn', false) : outer;
    const flags = withFlags(withFlags(reset, on ?? '', true), off ?? '', false);
    this.#flags = flags;
    // "(?i)" holds to the end of the group around it, which #choice restores.
    if (end === ')') return undefined;
    const item = this.#close(start);
    this.#flags = outer;
    return item;
  }

  #refuseGroup(start: number): never {
    const cursor = this.#cursor;
    const next = cursor.peek();
    if (/[R0-9+&]/.test(next) || /^(?:P>|-\d)/.test(cursor.text.slice(cursor.at, cursor.at + 2)))
      cursor.fail('recursion', start);
    if (next === '(') cursor.fail('conditional', start);
    if (next === '{' || next === '?') cursor.fail('code', start);
    return cursor.fail('unknownGroup', start);
  }

  #capture(name: string | undefined, start: number): Node {
    const index = ++this.#groups;
    if (name !== undefined && !this.#names.has(name)) this.#names.set(name, index);
    return { kind: 'group', item: this.#close(start), index, name };
  }

  #close(start: number): Node {
    const item = this.#choice();
    if (!this.#cursor.take(')')) this.#cursor.fail('openGroup', start);
    return item;
  }

  #quantified(item: Node, position: number): Node {
    this.#skip();
    const cursor = this.#cursor;
    if (this.#isQuoting) return item;
    const start = cursor.at;
    const quantifier = /[*+?]|\{\s*(?:(\d+)\s*(,?)\s*(\d*)|,\s*(\d+))\s*\}/y;
    const match = cursor.takeMatch(quantifier);
    if (match === undefined) return item;
    const [sign, from, comma, to, only] = match;
    const min = sign === '+' ? 1 : from === undefined ? 0 : Number(from);
    const most = from === undefined ? only : comma === '' ? from : to || undefined;
    const max = sign === '?' ? 1 : most === undefined ? Infinity : Number(most);
    if (min > mostRepeats || (max > mostRepeats && max !== Infinity)) cursor.fail('badQuantifier', start);
    const how = cursor.take('?') ? 'lazy' : 'greedy';
    const isPossessive = how === 'greedy' && cursor.take('+');
    this.#skip();
    const after = cursor.at;
    if (!this.#isQuoting && cursor.takeMatch(quantifier) !== undefined) cursor.fail('nestedQuantifier', after);
    // Perl warns of a{2,1} and never matches it.
    if (max < min) return { kind: 'set', set: [], inside: undefined, isCaseless: false };
    if (max === 0) return item.kind === 'group' ? { kind: 'repeat', item, min: 0, max: 0, how } : empty;
    const repeat: Node = { kind: 'repeat', item, min, max, how };
    return isPossessive ? { kind: 'atomic', item: repeat, position } : repeat;
  }
}

/** How many groups capture, to know \10 from an octal number; wrong only for parentheses in comments. */
function countGroups(pattern: string): number {
  const marks = pattern.replace(/\\.|\[\^?\]?(?:\\.|\[:[^\]]*:\]|[^\]\\])*\]/gs, '');
  return [...marks.matchAll(/\((?!\?|\*)|\(\?(?:P?<(?![=!])|')/g)].length;
}

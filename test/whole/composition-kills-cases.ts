// SPDX-License-Identifier: Apache-2.0
/**
 * Composition kills, the cases – letters that show one domain and prove another, by the classes of Chen, Paxson and Jiang (USENIX Security 2020).
 * evil.example owns the client, its SPF record and a key; bank.example, which asks for refusal, owns neither. Latin-1: one char is one octet.
 */

export interface Case {
  readonly name: string;
  readonly class: string;
  readonly helo?: string;
  /** What stands after `MAIL FROM:`. */
  readonly mail?: string;
  /** From, and what else the class is about; the rest of the header is the same for all. */
  readonly from: string;
  /** d= and s= of the forger's signature; made with his key whatever they say. */
  readonly signs?: { readonly domain: string; readonly selector: string };
  /** A letter that the bank itself signed, and what the forger makes of it. */
  readonly replay?: { readonly above?: string; readonly below?: string; readonly append?: string };
  /** Nothing is wrong with it: its author is proven. */
  readonly isHonest?: true;
}

const bank = 'From: CEO <ceo@bank.example>';
const evil = 'From: X <x@evil.example>';
const of = (kind: string, cases: readonly (Omit<Case, 'class'> & { readonly class?: string })[]): readonly Case[] =>
  cases.map(one => ({ ...one, class: kind }));
/** The same From under several names. */
const froms = (kind: string, list: Readonly<Record<string, string>>): readonly Case[] =>
  Object.entries(list).map(([name, from]) => ({ name, class: kind, from }));
const d = (domain: string, selector = 'k') => ({ domain, selector });

export const cases: readonly Case[] = [
  ...of('honest', [
    { name: 'honest evil', from: evil, isHonest: true },
    { name: 'honest bare address', from: 'From: x@evil.example', isHonest: true },
    { name: 'honest bank, handed on', from: bank, replay: {}, isHonest: true },
    { name: 'honest name with a comma', from: 'From: "X, of evil" <x@evil.example>', isHonest: true },
  ]),
  ...of('HELO and empty MAIL FROM', [
    { name: 'helo of the bank, no sender', from: bank, helo: 'mx.bank.example', mail: '<>' },
    { name: 'helo proven, no sender', from: bank, mail: '<>' },
    { name: 'helo proven, sender does not exist', from: bank, mail: '<ceo@nothing.bank.example>' },
    { name: 'helo with NUL', from: bank, helo: 'bank.example\0.evil.example', mail: '<>' },
    { name: 'helo with a quote', from: bank, helo: "bank.example'.evil.example", mail: '<>' },
  ]),
  ...of('MAIL FROM grammar', [
    { name: 'path with a route', from: bank, mail: '<@evil.example:ceo@bank.example>' },
    { name: 'path with a route by the bank', from: bank, mail: '<@bank.example:x@evil.example>' },
    { name: 'path with two at signs', from: bank, mail: '<x@evil.example@bank.example>' },
    { name: 'path with two at signs, turned', from: bank, mail: '<ceo@bank.example@evil.example>' },
    { name: 'path with a quoted address', from: bank, mail: '<"ceo@bank.example"@evil.example>' },
    { name: 'path with a comment', from: bank, mail: '<ceo@bank.example(.evil.example>' },
    { name: 'path with a comma', from: bank, mail: '<ceo@bank.example,x@evil.example>' },
    { name: 'path with NUL', from: bank, mail: '<ceo@bank.example\0.evil.example>' },
    { name: 'path with a quote', from: bank, mail: "<any@bank.example'.evil.example>" },
  ]),
  ...of('NUL, quotes and parentheses in d= and s=', [
    { name: 'd= with NUL', from: bank, signs: d('bank.example\0.evil.example') },
    { name: 'd= with a written NUL', from: bank, signs: d('bank.example\\000.evil.example') },
    { name: 'd= with a double quote', from: bank, signs: d('bank.example".evil.example') },
    { name: 'd= with a quote', from: bank, signs: d("bank.example'.evil.example") },
    { name: 'd= with a parenthesis', from: bank, signs: d('bank.example(.evil.example') },
    { name: 'd= with a final dot', from: bank, signs: d('bank.example.') },
    { name: 'd= of the top', from: bank, signs: d('example') },
    { name: 's= with NUL', from: bank, signs: d('bank.example', 'k._domainkey.evil.example\0') },
    { name: 's= with a written NUL', from: bank, signs: d('bank.example', 'k._domainkey.evil.example\\000') },
    { name: 's= with a double quote', from: bank, signs: d('bank.example', 'k._domainkey.evil.example"') },
    { name: 's= with a parenthesis', from: bank, signs: d('bank.example', 'k._domainkey.evil.example(') },
    { name: 's= with a number sign', from: bank, signs: d('bank.example', 'k._domainkey.evil.example#') },
  ]),
  ...of('sub-domains that do not exist', [
    { name: 'from nowhere', from: 'From: ceo@nothing.bank.example' },
    { name: 'from nowhere, signed there', from: 'From: ceo@nothing.bank.example', signs: d('nothing.bank.example') },
    { name: 'from nowhere, sent from there', from: 'From: ceo@no.bank.example', mail: '<ceo@no.bank.example>' },
  ]),
  ...froms('doubled, spaced and folded From', {
    'two From, the bank first': `${bank}\r\n${evil}`,
    'two From, the bank last': `${evil}\r\n${bank}`,
    'space before the colon': `From : CEO <ceo@bank.example>\r\n${evil}`,
    'space before the last colon': `${evil}\r\nFrom : CEO <ceo@bank.example>`,
    'tab before the colon': `From\t: CEO <ceo@bank.example>\r\n${evil}`,
    'other case': `fRoM: CEO <ceo@bank.example>\r\n${evil}`,
    'folded at once': `From:\r\n CEO <ceo@bank.example>\r\n${evil}`,
    'two addresses on two lines': 'From: <ceo@bank.example>\r\n <x@evil.example>',
    'fold before the colon': `From\r\n : CEO <ceo@bank.example>\r\n${evil}`,
    'space before the name': ` From: CEO <ceo@bank.example>\r\n${evil}`,
    'empty From above': `From:\r\n${evil}`,
    'NUL in the name': `From\0: CEO <ceo@bank.example>\r\n${evil}`,
    'after a line of nothing but blanks': `X-A: b\r\n \r\n${bank}\r\n${evil}`,
  }),
  ...froms('several addresses', {
    'bank, evil': 'From: ceo@bank.example, x@evil.example',
    'evil, bank': 'From: x@evil.example, ceo@bank.example',
    'angles without a comma': 'From: <ceo@bank.example><x@evil.example>',
    'angles without a comma, turned': 'From: <x@evil.example><ceo@bank.example>',
    'address as a name': 'From: ceo@bank.example <x@evil.example>',
    'address as a quoted name': 'From: "ceo@bank.example" <x@evil.example>',
    'group before': 'From: Board: ceo@bank.example;, x@evil.example',
    'group after': 'From: x@evil.example, Board: ceo@bank.example;',
    'empty entry': 'From: <>, ceo@bank.example',
    'semicolon between': 'From: ceo@bank.example; x@evil.example',
    'blank between': 'From: ceo@bank.example x@evil.example',
  }),
  ...froms('encoded words', {
    'encoded address as a name': 'From: =?utf-8?b?Y2VvQGJhbmsuZXhhbXBsZQ==?= <x@evil.example>',
    'encoded address and angle': 'From: =?utf-8?b?PGNlb0BiYW5rLmV4YW1wbGU+?= <x@evil.example>',
    'encoded local part': 'From: =?utf-8?q?ceo=40bank.example=3E=00?=@evil.example',
    'encoded local part in angles': 'From: <=?utf-8?b?Y2VvQGJhbmsuZXhhbXBsZT4A?=@evil.example>',
    'encoded alone': 'From: =?utf-8?b?Y2VvQGJhbmsuZXhhbXBsZQ==?=',
    'encoded, comma, evil': 'From: =?utf-8?q?ceo=40bank.example?=, x@evil.example',
  }),
  ...froms('routes', {
    'route by the bank': 'From: <@bank.example:x@evil.example>',
    'route by evil': 'From: <@evil.example:ceo@bank.example>',
    'route by both': 'From: <@bank.example,@evil.example:x@evil.example>',
    'route without its end': 'From: <@evil.example,ceo@bank.example>',
  }),
  ...froms('quoted pairs', {
    'comma quoted': 'From: <ceo@bank.example>\\, <x@evil.example>',
    'quote quoted': 'From: "ceo@bank.example\\" <x@evil.example>',
    'angles quoted': 'From: \\<ceo@bank.example\\> <x@evil.example>',
    'at sign quoted': 'From: ceo\\@bank.example@evil.example',
    'quoted local part': 'From: "ceo@bank.example"@evil.example',
    'quoted local part and angle': 'From: "<ceo@bank.example>"@evil.example',
  }),
  ...froms('comments', {
    'evil in a comment': 'From: ceo@bank.example (x@evil.example)',
    'bank in a comment': 'From: (ceo@bank.example) x@evil.example',
    'comment never closed': 'From: ceo@bank.example(<x@evil.example>',
    'comment in the address': 'From: ceo(@evil.example)@bank.example',
    'comment over two addresses': 'From: <ceo@bank.example(>, <x@evil.example>)',
    'comment closed before': 'From: ceo@bank.example) <x@evil.example>',
    'nested comment': 'From: x@evil.example (a (b) ceo@bank.example',
  }),
  ...froms('Unicode and odd octets', {
    'other letters that look alike': 'From: ceo@b\u00d0\u00b0nk.example',
    'full-width letters': 'From: ceo@\u00ef\u00bd\u0082ank.example',
    'full-width dot': 'From: ceo@bank\u00ef\u00bc\u008eexample',
    'full-width at sign': 'From: ceo\u00ef\u00bc\u00a0bank.example <x@evil.example>',
    'octets of no letter': 'From: ceo@bank.example\u00ff <x@evil.example>',
    'zero-width letters': 'From: ceo@ba\u00e2\u0080\u008bnk.example',
    'NUL in the address': 'From: ceo@bank.example\0@evil.example',
    'NUL in the domain': 'From: <ceo@bank.example\0.evil.example>',
    'NUL before another address': 'From: <ceo@bank.example>\0, <x@evil.example>',
    'a domain too long': `From: ceo@bank.example.${'a.'.repeat(150)}evil.example`,
    'a bare CR': `X-A: b\r${bank}\r\n${evil}`,
  }),
  ...of('what the signature leaves open', [
    { name: 'second From above', from: bank, replay: { above: `${evil}\r\n` } },
    { name: 'second From below', from: bank, replay: { below: `${evil}\r\n` } },
    { name: 'second Subject above', from: bank, replay: { above: 'Subject: urgent\r\n' } },
    { name: 'second Content-Type above', from: bank, replay: { above: 'Content-Type: text/html; charset=utf-7\r\n' } },
    { name: 'text after l=', from: bank, replay: { append: 'Pay to evil.\r\n' } },
  ]),
];

/** The rest of every header. */
export const rest =
  'To: bob@example.net\r\nSubject: payment\r\nDate: Thu, 1 Jan 2026 00:00:00 +0000\r\nMessage-ID: <1@evil.example>\r\n';
export const body = 'Please pay the invoice.\r\n';

// SPDX-License-Identifier: Apache-2.0
/**
 * Received for rules — one Received field to what rules ask of a hop. Servers write the field in many ways; each is a shape in a table, the first
 * that fits counts. Rules tell names a server looked up from names it was told, so that the shape says which it is.
 */
export interface RelayHop {
  readonly ip: string;
  readonly rdns: string;
  readonly helo: string;
  readonly by: string;
  readonly ident: string;
  readonly envelopeFrom: string;
  readonly id: string;
  readonly auth: string;
  /** Whether the server looked the name up and found none. */
  readonly hasNoName: boolean;
}

const longest = 1_000;
const ipText = String.raw`(?:ipv6:)?(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]{0,4}(?::[0-9a-f]{0,4}){2,7}(?:\d{1,3}(?:\.\d{1,3}){3})?)(?:%[\w.~-]*)?`;
const localhost = String.raw`(?:127\.0\.0\.1|::1|localhost(?:\.localdomain)?)`;

interface Shape {
  readonly form: RegExp;
  /** The server looked the name up: a missing one means that there is none. */
  readonly looksUp?: boolean;
  /** The name found is also what the client called itself, where nothing else is said. */
  readonly helloIsName?: boolean;
  /** Where the shape may stand only with these words in the field. */
  readonly only?: RegExp;
  readonly never?: RegExp;
}

/** `H` hello, `N` name, `I` address, `B` by, `D` ident. */
function shape(text: string, more: Omit<Shape, 'form'> = {}): Shape {
  const form = text
    .replaceAll('{H}', String.raw`(?<helo>\S+)`)
    .replaceAll('{H*}', String.raw`(?<helo>\S*)`)
    .replaceAll('{N}', String.raw`(?<name>\S+)`)
    .replaceAll('{I}', `(?<ip>${ipText})`)
    .replaceAll('{i}', ipText)
    .replaceAll('{B}', String.raw`(?<by>\S+)`)
    .replaceAll('{D@}', String.raw`(?:(?<ident>\S*)@)?`);
  return { form: new RegExp(form, 'i'), ...more };
}

const shapes: readonly Shape[] = [
  shape(String.raw`^{H*} \(\[{I}\][^)]{0,40}\) by {B} with Microsoft SMTPSVC`),
  shape(String.raw`^{H} \(\[?{I}\]?\) by {B} with (?:Microsoft SMTP Server|mapi id)`),
  shape(String.raw`^\[{I}\] \((?<notes>[^)]*)\) by {B} `, { only: /Exim|helo=/ }),
  shape(String.raw`^{N} \(\[{I}\](?<notes>[^)]*)\) by {B} `, { only: /Exim/, helloIsName: true }),
  shape(String.raw`^{N} \[{I}\](?::\d+)? by {B} `, { only: /Exim/, helloIsName: true }),
  shape(String.raw`^{H} \({N} ?\[{I}\]\) by {B} `, { only: / \(Postfix\) with/, looksUp: true }),
  shape(String.raw`^{I} \(\[{i}\]\) by {B}`, { only: /\bwith HTTP\b/ }),
  shape(String.raw`^{H} \((?:(?<ident>[^@\s]*)@)?{N} \[{I}\].*\) by {B} \(`, {
    looksUp: true,
    never: / by \S+ \(qmail-\S+\) with /,
  }),
  shape(String.raw`^{H} \({N} \[{I}\]\) by {B} with \S+ \(`, { looksUp: true }),
  shape(String.raw`^{N} \(\[{I}\] helo={H}\) by {B} with `),
  shape(String.raw`^{H} \(<unknown\S*>\[{I}\]\) by {B} `),
  shape(String.raw`^{H} \((?<name>\S+\.\S+)\[{I}\]\) by {B} `, { looksUp: true }),
  shape(String.raw`^{H} \((?<ident>\S*)@\[{I}\].*\) by {B} \(`, { looksUp: true }),
  shape(String.raw`^{N} \((?:HELO|EHLO|LHLO) {H*}\) \({I}\) by {B} (?:\(qpsmtpd\/\S+\) with E?SMTP|with LMTP)`),
  shape(String.raw`^{N} \((?:HELO|EHLO) {H*}\) \[{I}\] by {B} \([^)]+\) with E?SMTP`),
  shape(
    String.raw`^{N} \((?:HELO|EHLO) (?<helo>[^ ()]*)\) \({D@}\[?{I}\]?\)(?: \(envelope-sender <\S+>\))? by {B}(?: \(.+\))* with (?:.* )?(?:SMTP|QMQP)(?! id )`,
    {
      looksUp: true,
    },
  ),
  shape(
    String.raw`^{N} \({D@}\[?{I}\]?\)(?: \(envelope-sender <\S+>\))? by {B}(?: \(.+\))* with (?:.* )?(?:SMTP|QMQP)(?! id )`,
    {
      looksUp: true,
      helloIsName: true,
    },
  ),
  shape(String.raw`^\S+ \( \[{I}\]\).*? by {B} `),
  shape(String.raw`^\({H} \[{I}\]\) by {B} `),
  shape(String.raw`^\(?\[{I}\]\)? by {B} `),
  shape(String.raw`^\({I}\) by {B} `),
  shape(String.raw`^{H} \[{I}\] by {B} \[{i}\] with `, { looksUp: true }),
  shape(String.raw`^{H} \[\({I}\)\] by {B} \({i}\) `),
  shape(String.raw`^{H} \(\[{I}\]\) by {B} via smtpd \(for \S+\) with SMTP\(`),
  shape(String.raw`^{H} \(\[{I}\]\) by {B} \(`, { looksUp: true, never: /\(Lotus/ }),
  shape(String.raw`^{H} \(\[{I}\]\) by {B} \(Lotus`),
  shape(String.raw`^{H} \(softdnserr \[{I}\]\).*? by {B}\b`),
  shape(String.raw`^{H} \({N} \[{I}\]\).*? by (?<by>\S+)\b`, { looksUp: true }),
  shape(String.raw`^{H} \(\[{I}(?:[.:]\d+)?\]\).*? by {B} `, { looksUp: true }),
];

/** Looked at after what mail fetchers write, which fits some of them. */
const lateShapes: readonly Shape[] = [
  shape(String.raw`^{N} \((?:HELO|EHLO) (?<helo>[^)]*)\) \({D@}\[?{I}\]?\).* by {B} `, {
    looksUp: true,
  }),
  shape(String.raw`^{N} \({D@}\[?{I}\]?\).* by {B} `, {
    looksUp: true,
    helloIsName: true,
  }),
  shape(String.raw`^{N}\({I}\) by {B} via smap `, { looksUp: true }),
  shape(String.raw`^{N}\({I}, (?:HELO|EHLO) {H*}\) by {B} via smap `, { looksUp: true }),
  shape(String.raw`^{N} \((?:HELO|EHLO) {H*}\) \({D@}{I}.*?\) by {B} with `, { looksUp: true }),
  shape(String.raw`^\[{I}\] \((?:account \S+ )?(?:HELO|EHLO) {H*}\) by {B} \(`),
  shape(String.raw`^{N} \(\[{I}\] verified\) by {B} \(`, { only: /CommuniGate Pro/, looksUp: true, helloIsName: true }),
  shape(String.raw`^(?<helo>[^\d\s]\S+) \({I}\) by {B} `),
  shape(String.raw`^{H} \(\[{I}\] \[\S+\]\) by {B} with `),
  shape(String.raw`^{I} by {B} (?:with |\((?:SMTPL|InterScan)\b)`),
  shape(String.raw`^{H} \({N}\[{I}\]\) by {B} `, { looksUp: true }),
  shape(String.raw`^\[{I}\]\S+ \((?:HELO|EHLO) {H*}\) by {B} `),
  shape(String.raw`^{I} \((?:HELO|EHLO) {H*}\) by {B} `),
  shape(String.raw`^{H} \[{I}\] by {B} `),
  shape(String.raw`^{N}\({I}\) by {B} `),
  shape(String.raw`^{H} \(unverified \[{I}\]\) by {B} `),
  shape(String.raw`^{I} \([a-z][^)]+\) by {B} with `),
  shape(String.raw`^{N} \((?:\S+@)?{I}\) by {B} with `),
];

/** Hops that are none over the network: nothing is left out by them. */
const inside = new RegExp(
  [
    String.raw`^\S+ \([^\s@]+@${localhost}\) by \S+ \(`,
    String.raw`^\S+ \S+ by \S+ with local-e?smtp `,
    String.raw`^\S+@\S+ by \S+ `,
    String.raw`^Unknown\/Local \(`,
    String.raw`^${localhost} \((?:\S+@)?${localhost}[)\[]`,
    String.raw`^\S+ \((?:\S+@)?${localhost}\) `,
    String.raw`^\S+ \(\S+@\S+ \[${localhost}\]\) `,
    String.raw`^\(AUTH: \S+\) by \S+ with `,
    String.raw`^[^.]+ by \S+ with Novell_GroupWise`,
    String.raw`^\S+ by \S+ (?:with|via|for|\()`,
    String.raw`^\S+ (?:(?:with|via|for) \S+|\(unverified\)) by\b`,
    String.raw`\(LSMTP for`,
    String.raw`^\S+ id \S+$`,
  ].join('|'),
  'i',
);

const hello = String.raw`[-\w.\^+&:=?!@%*$\\/]+`;

/** `nothing` for a field that tells of no hop; undefined for one that cannot be read. */
export function readHop(raw: string): RelayHop | 'nothing' | undefined {
  let text = raw
    .slice(0, longest)
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/(?: ?;)+$/, '');
  if (!/^\(?from /i.test(text) || /\bwith local for\b/.test(text)) return 'nothing';
  if (/^from (?!\[[\d.]+\])\S+ by [^\s;]+ ?;/i.test(text)) return 'nothing';
  text = text.replace(
    /[\s;]+(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d+ (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d+ \d+:\d+(?::\d+)? \S+$/,
    '',
  );
  text = text.replace(')by ', ') by ');
  const id = / id <?([^\s<>;]{3,})/.exec(text)?.[1] ?? '';
  const auth = authOf(text);
  const told = new RegExp(`\\b(?:helo=|HELO |EHLO )(${hello})`).exec(text)?.[1] ?? '';
  if (!text.startsWith('from ') || (text.includes('Exim') && /\bwith local(?:-\S+)? /.test(text))) return 'nothing';
  const rest = text.slice(5);
  const envelopeFrom = /(?:return-path:? |envelope-(?:sender|from)[ =])(\S+)\b/i.exec(rest)?.[1] ?? '';
  if (/^mail pickup service by \S+ with Microsoft SMTPSVC$/.test(rest)) return 'nothing';
  const common = { told, envelopeFrom, id, auth };
  const early = fit(shapes, rest, common);
  if (early) return early;
  if (/with (?:POP3|IMAP)/.test(rest)) return 'nothing';
  const late = fit(lateShapes, rest, common);
  if (late) return late;
  if (inside.test(rest)) return 'nothing';
  const ip = new RegExp(`\\[(${ipText})\\]`, 'i').exec(rest)?.[1];
  const by = / by (\S+)/.exec(rest)?.[1];
  if (ip === undefined || by === undefined) return undefined;
  const helo = told !== '' ? told : (/^(\S+)[^-\w.]/.exec(rest)?.[1] ?? '');
  return hopOf({ ip, rdns: '', helo, by, ident: '', envelopeFrom, id, auth, looksUp: false });
}

function fit(
  list: readonly Shape[],
  rest: string,
  { told, ...common }: Pick<RelayHop, 'envelopeFrom' | 'id' | 'auth'> & { readonly told: string },
): RelayHop | undefined {
  for (const { form, looksUp = false, helloIsName = false, only, never } of list) {
    if ((only && !only.test(rest)) || never?.test(rest)) continue;
    const groups = form.exec(rest)?.groups;
    if (!groups) continue;
    const notes = groups['notes'] ?? '';
    const rdns = nameOf(groups['name'] ?? '');
    const helo = /helo=(\S+)/.exec(notes)?.[1] ?? groups['helo'] ?? (helloIsName ? (groups['name'] ?? '') : told);
    const ident = /ident=(\S*)/.exec(notes)?.[1] ?? (groups['ident'] ?? '').replace(/^IDENT:/, '');
    return hopOf({ ...common, ip: groups['ip'] ?? '', rdns, helo, by: groups['by'] ?? '', ident, looksUp });
  }
  return undefined;
}

function hopOf({ looksUp, ...hop }: Omit<RelayHop, 'hasNoName'> & { readonly looksUp: boolean }): RelayHop {
  const ip = hop.ip
    .replace(/^ipv6:/i, '')
    .replace(/%.*$/, '')
    .replace(/^(?:0*:)*ffff:(?=\d+\.)/i, '');
  return {
    ip: clean(ip),
    rdns: clean(hop.rdns),
    helo: clean(hop.helo),
    by: clean(hop.by.replace(/;$/, '')),
    ident: clean(hop.ident),
    envelopeFrom: clean(hop.envelopeFrom.replace(/^<+|>+$/g, '')),
    id: hop.id,
    auth: hop.auth,
    hasNoName: looksUp && hop.rdns === '',
  };
}

function nameOf(name: string): string {
  const bare = name.replace(/\.+$/, '');
  return /^unknown$|^unverified$|^\[/i.test(bare) ? '' : bare;
}

function clean(text: string): string {
  return text.replace(/[\s\0#[\]()<>|]/g, '!');
}

function authOf(text: string): string {
  const protocol = / by .*? with ((?:ES|L|UTF8S|UTF8L)MTPS?A|ASMTP|HTTP[SU]?)(?: |;|$)/i.exec(text)?.[1];
  if (protocol !== undefined) return protocol;
  const mechanism = /^from .*?(?:\]\)|\)\]) \(AUTH: (LOGIN|PLAIN|DIGEST-MD5|CRAM-MD5) \S+(?:, .*?)?\) by /.exec(
    text,
  )?.[1];
  if (mechanism !== undefined) return mechanism;
  if (/^from .*?(?:\](?: \([^)]*\))?\)|\)\]) .*?\(.*?authenticated.*?\).*? by/.test(text)) return 'Sendmail';
  if (/\) \(Authenticated sender: \S+\) by \S+ \(/.test(text)) return 'Postfix';
  if (/CommuniGate Pro (?:HTTP|SMTP|XIMSS|IMAP)/.test(text) && text.includes(' (account ')) return 'Communigate';
  if (/ with Microsoft Exchange Server HTTP-DAV\b/.test(text)) return 'HTTP-DAV';
  return / by .* \(via (HTTP.?)\)(?: |;|$)/i.exec(text)?.[1] ?? '';
}

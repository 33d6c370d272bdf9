// SPDX-License-Identifier: Apache-2.0
/** Signature — the fields of Identified Internet Mail (2004 to 2005), one of DKIM's two ancestors: `IIM-SIG: v:"1.1"; h:"iim.example.com"; …`. Never throws. */
export interface IimSignature {
  readonly version: string;
  /** Of the server that vouches for the key; empty where it is not named. */
  readonly host: string;
  readonly algorithm: string;
  /** Whether key and signature are there. */
  readonly isComplete: boolean;
}

const longestField = 16_384;

/** Undefined if the field has no version or none of the tags. */
export function parseIimSignature(raw: string): IimSignature | undefined {
  const tags = raw.length <= longestField ? tagsOf(raw) : undefined;
  const version = tags?.get('v');
  if (!tags || version === undefined || tags.size < 2) return undefined;
  const has = (name: string): boolean => (tags.get(name) ?? '') !== '';
  return {
    version: version.slice(0, 20),
    host: hostOf(tags.get('h') ?? ''),
    algorithm: (tags.get('a') ?? '').toLowerCase().slice(0, 40),
    isComplete: has('n') && has('s'),
  };
}

/** What IIM-VERIFY says a server before us found: `v:"1.1"; h:"…"; r:"pass"`. Empty where it says nothing; a stranger's word. */
export function verdictOf(raw: string): string {
  const said = raw.length <= longestField ? tagsOf(raw).get('r') : undefined;
  return (said ?? '')
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .slice(0, 20);
}

/** `tag:"value"` parted by semicolons; white space is none of a value's (keys are folded). The first of two counts. */
function tagsOf(raw: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  for (const [, name = '', value = ''] of raw.matchAll(/(?:^|;)[ \t]*([a-z])[ \t]*:[ \t]*"([^"]*)"/gi)) {
    const key = name.toLowerCase();
    if (!tags.has(key)) tags.set(key, value.replace(/[ \t]+/g, ''));
  }
  return tags;
}

function hostOf(text: string): string {
  const host = text.toLowerCase().replace(/\.$/, '');
  return /^(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{1,63}$/.test(host) && host.length <= 253 ? host : '';
}

// SPDX-License-Identifier: Apache-2.0
/**
 * Zone file — a DNS fixture as text: `NAME TYPE DATA` a line, names absolute, data as in core/dns.ts.
 *
 *     ; lines that begin with ; or # say something to people
 *     example.org       MX     10 mx.example.org
 *     example.org       TXT    v=spf1 mx -all
 *     key.example.org   TXT    "v=DKIM1; p=MIG" "fMA0"      quoted strings are joined; \" \\ \DDD stand for one octet
 *     *.list.example    A      127.0.0.2
 *     there.example     EXISTS                              a name without records
 *     ill.example       FAILS  SERVFAIL                     every type not listed is unavailable
 *
 * Throws `bad-input` with the number of the line that cannot be read.
 */
import type { RecordType } from '../core/dns.ts';
import { Fault } from '../core/faults.ts';
import { normaliseName } from '../wire/dns/name.ts';
import { recordTypes } from '../wire/dns/types.ts';
import type { Zone } from './zone-dns.ts';

type Entry = { [T in RecordType]?: string[] } & { fails?: string };

export function readZone(text: string): Zone {
  const zone = new Map<string, Entry>();
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith(';') || line.startsWith('#')) continue;
    const [, written = '', word = '', rest = ''] = /^(\S+)\s+(\S+)\s*(.*)$/.exec(line) ?? [];
    const name = normaliseName(written);
    const entry = zone.get(name ?? '') ?? {};
    if (name === undefined || !addTo(entry, word, rest))
      throw new Fault('bad-input', {
        detail: `line ${index + 1} of the zone: expected NAME TYPE DATA, found: ${line}`,
      });
    zone.set(name, entry);
  }
  return Object.fromEntries(zone);
}

function addTo(entry: Entry, word: string, rest: string): boolean {
  if (word === 'EXISTS') return rest === '';
  if (word === 'FAILS') {
    entry.fails = rest || 'SERVFAIL';
    return true;
  }
  const type = recordTypes.find(one => one === word);
  const data = type && rest !== '' ? readText(type, rest) : undefined;
  if (!type || data === undefined) return false;
  (entry[type] ??= []).push(data);
  return true;
}

function readText(type: RecordType, rest: string): string | undefined {
  if (type !== 'TXT' && type !== 'SPF') return rest.replace(/\s+/g, ' ');
  if (!rest.startsWith('"')) return rest;
  if (!/^("([^"\\]|\\.)*"\s*)+$/.test(rest)) return undefined;
  return [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, inside = '']) => unescape(inside)).join('');
}

function unescape(text: string): string {
  return text.replace(/\\(\d{3}|.)/g, (_, sign: string) =>
    sign.length === 3 ? String.fromCharCode(Number(sign) & 255) : sign,
  );
}

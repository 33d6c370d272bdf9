// SPDX-License-Identifier: Apache-2.0
/** RDAP domain — when a domain was registered, out of the answer of a registry (RFC 9083), and which registry to ask (RFC 9224). Fails with `bad-input`. */
import { Fault } from '../../core/faults.ts';

const eventsAtMost = 100;

/** Unix milliseconds; undefined where the registry does not tell. `domain` as A-labels: an answer about another one is none. */
export function readRegistration(json: string, domain: string): number | undefined {
  const answer = objectOf(parse(json));
  const name = textOf(answer['ldhName']).toLowerCase().replace(/\.$/, '');
  if (answer['objectClassName'] !== 'domain' || name !== domain) throw bad(`it is no answer about ${domain}`);
  const dates = listOf(answer['events'])
    .slice(0, eventsAtMost)
    .map(objectOf)
    .filter(event => ['registration', 'reregistration', 'reinstantiation'].includes(textOf(event['eventAction'])))
    .map(event => Date.parse(textOf(event['eventDate'])))
    .filter(Number.isFinite);
  return dates.length > 0 ? Math.max(...dates) : undefined;
}

/** Base URL by top-level domain, of IANA's file `dns.json`. */
export function readBootstrap(json: string): ReadonlyMap<string, string> {
  const bases = new Map<string, string>();
  for (const service of listOf(objectOf(parse(json))['services'])) {
    const [names, urls] = listOf(service);
    const url = listOf(urls)
      .map(textOf)
      .find(one => one.startsWith('https://'));
    if (url !== undefined) for (const name of listOf(names)) bases.set(textOf(name).toLowerCase(), url);
  }
  if (bases.size === 0) throw bad('it names no registry that is asked by https');
  return bases;
}

type Fields = Readonly<Record<string, unknown>>;

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new Fault('bad-input', { detail: 'it is no JSON', cause });
  }
}

function objectOf(value: unknown): Fields {
  // True: an object that is no list has fields by name.
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 2_000) : '';
}

function bad(detail: string): Fault {
  return new Fault('bad-input', { detail });
}

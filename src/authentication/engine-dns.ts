// SPDX-License-Identifier: Apache-2.0
/**
 * Engine DNS — lends our name service to mailauth, which asks and is answered as Node's own resolver does it.
 * What has no answer worth believing becomes an error the engine takes for temporary, so that a time-out never ends as a `fail`.
 */
import type { Dns, DnsRecord, RecordType } from '../core/dns.ts';
import { escapeLabel } from '../wire/dns/name.ts';

type EngineAnswer = string[] | string[][];
export type EngineResolver = (name: string, type: string) => Promise<EngineAnswer>;

class EngineError extends Error {
  readonly code: 'ENOTFOUND' | 'ENODATA' | 'ESERVFAIL';

  constructor(code: EngineError['code'], message: string) {
    super(message);
    this.code = code;
  }
}

const asked = ['A', 'AAAA', 'MX', 'PTR', 'TXT'] as const satisfies readonly RecordType[];

export function engineResolver(dns: Dns, signal?: AbortSignal): EngineResolver {
  return async (name, word) => {
    const type = asked.find(one => one === word);
    if (!type) throw new EngineError('ENODATA', `no records of type ${word} are asked for`);
    const answer = await dns.ask(escapeName(name), type, signal);
    switch (answer.kind) {
      case 'found':
        return toEngine(type, answer.records);
      case 'no-name':
        throw new EngineError('ENOTFOUND', 'the name does not exist');
      case 'no-data':
        throw new EngineError('ENODATA', 'the name has no such record');
      case 'unavailable':
        throw new EngineError('ESERVFAIL', answer.reason);
    }
  };
}

/** A sender's local part, put into a name by a macro, may hold any octet; only dots divide labels. */
function escapeName(name: string): string {
  return /^[A-Za-z0-9._-]*$/.test(name)
    ? name
    : name
        .split('.')
        .map(label => escapeLabel(Buffer.from(label, 'utf8')))
        .join('.');
}

function toEngine(type: (typeof asked)[number], records: readonly DnsRecord[]): EngineAnswer {
  switch (type) {
    case 'A':
    case 'AAAA':
    case 'PTR':
      return records.map(({ data }) => data);
    case 'TXT':
      return records.map(({ data }) => [data]);
    case 'MX': {
      const hosts = records.map(({ data }) => {
        const [priority, exchange] = data.split(' ');
        return { priority: Number(priority), exchange };
      });
      // The engine's declarations forget MX; its code wants these objects, as Node's resolver gives them.
      // oxlint-disable-next-line typescript/consistent-type-assertions
      return hosts as unknown as EngineAnswer;
    }
  }
}

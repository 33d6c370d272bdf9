// SPDX-License-Identifier: Apache-2.0
/** Storm weather — the only name server there is: a black hole half of the time, with a list that answers everything for a while. */
import type { RecordType } from '../../src/core/dns.ts';
import { NameServer, type Asked, type Told } from '../../src/net/name-server.suite.ts';
import { typeName } from '../../src/wire/dns/types.ts';

const zone = 'black.example';
const ttlSeconds = 5;

export interface Weather {
  readonly port: number;
  /** The list says of everybody that he is a bot. */
  isPoisoned: boolean;
  /** No black hole while it is so. */
  isClear: boolean;
  /** Share of the time so far that it was a black hole. */
  silentShare(): number;
  close(): Promise<void>;
}

/** `lists` are the addresses of bots; `names` say what other names have. The black hole opens and closes every `turnMs`. */
export async function startWeather(
  lists: (ip: string) => boolean,
  names: (name: string, type: RecordType) => string | undefined,
  turnMs: number,
): Promise<Weather> {
  let isSilent = false;
  let silentMs = 0;
  const begunAt = performance.now();
  const timer = setInterval(() => {
    if (isSilent && !weather.isClear) silentMs += turnMs;
    isSilent = !isSilent;
  }, turnMs);
  const weather = { isPoisoned: false, isClear: false };
  const tell = ({ question }: Asked): Told => {
    if (isSilent && !weather.isClear) return 'silence';
    const type = typeName(question.type);
    const name = question.name.toLowerCase();
    const found = name.endsWith(`.${zone}`) ? listed(name.slice(0, -zone.length - 1), type) : type && names(name, type);
    if (type === undefined || found === undefined) return { responseCode: 3 };
    return { answers: [{ name: question.name, type, ttlSeconds, data: found }] };
  };
  const listed = (reversed: string, type: RecordType | undefined): string | undefined => {
    const ip = reversed.split('.').reverse().join('.');
    return type === 'A' && (weather.isPoisoned || ip === '127.0.0.2' || lists(ip)) ? '127.0.0.2' : undefined;
  };
  const server = await NameServer.start(tell);
  return Object.assign(weather, {
    port: server.address.port,
    silentShare: () => silentMs / (performance.now() - begunAt),
    async close() {
      clearInterval(timer);
      await server.close();
    },
  });
}

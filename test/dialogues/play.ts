// SPDX-License-Identifier: Apache-2.0
/** Play — runs a transcript against the dialogue in memory, cut as asked; no socket, no clock that moves. */
import { TestClock } from '../../src/core/clock.ts';
import { silentLog } from '../../src/core/log.ts';
import { smtpLimitsSchema } from '../../src/connection/options.ts';
import { Dialogue } from '../../src/envelope/dialogue.ts';
import { makeManners } from '../../src/envelope/dialogue/manners.ts';
import type { Attempt } from '../../src/envelope/ports.ts';
import { TimerWheel } from '../../src/net/timer-wheel.ts';
import { mismatch, type Transcript } from './transcript.ts';

export interface Played {
  readonly lines: readonly string[];
  readonly writes: number;
  readonly isClosed: boolean;
}

/** A dialogue in memory: send bytes, read the lines answered so far. */
export function openInMemory(
  attempt: Attempt,
  limits: Readonly<Record<string, unknown>> = {},
  clock = new TestClock(),
) {
  let written = '';
  let writes = 0;
  let isClosed = false;
  const faults: unknown[] = [];
  const dialogue: Dialogue = new Dialogue({
    attempt,
    transport: {
      write(bytes) {
        written += bytes.toString('latin1');
        writes++;
        return true;
      },
      pause() {},
      resume() {},
      startTls: () => queueMicrotask(() => dialogue.secured({ protocol: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' })),
      leave() {
        isClosed = true;
      },
      end() {
        isClosed = true;
      },
    },
    manners: makeManners('mx.example.jp', { ...smtpLimitsSchema.parse({}), ...limits }, true),
    wheel: new TimerWheel(clock),
    log: { ...silentLog, error: (_text, fields) => faults.push(fields) },
  });
  dialogue.open();
  return {
    dialogue,
    clock,
    faults,
    send(bytes: Buffer | string) {
      // A copy: what the dialogue keeps must not depend on ours.
      if (!isClosed) dialogue.receive(Buffer.from(bytes));
    },
    get lines() {
      return written.split('\r\n').slice(0, -1);
    },
    get writes() {
      return writes;
    },
    get isClosed() {
      return isClosed;
    },
  };
}

/** Lets everything that waits for the event loop come to rest. */
export async function settle(rounds = 3): Promise<void> {
  for (let i = 0; i < rounds; i++) await new Promise(done => setImmediate(done));
}

/** Turn by turn, as a client that waits; gives the first thing that is not as written. */
export async function playTurns(transcript: Transcript, attempt: Attempt): Promise<string | undefined> {
  const memory = openInMemory(attempt, transcript.limits);
  let read = 0;
  for (const turn of transcript.turns) {
    memory.send(turn.sent);
    await settle(60);
    const wrong = mismatch(turn.answered, memory.lines.slice(read));
    if (wrong) return wrong;
    read = memory.lines.length;
  }
  memory.dialogue.ended();
  await settle();
  if (memory.faults.length > 0) return JSON.stringify(memory.faults[0]);
  return memory.isClosed ? undefined : 'the dialogue did not end';
}

/** All pieces as fast as they are taken; gives all lines answered. `rounds`: how long an answer may take. */
export async function playPieces(
  transcript: Transcript,
  attempt: Attempt,
  pieces: Iterable<Buffer>,
  rounds = 6,
): Promise<Played> {
  const memory = openInMemory(attempt, transcript.limits);
  for (const piece of pieces) memory.send(piece);
  let before = -1;
  while (before !== memory.lines.length) {
    before = memory.lines.length;
    await settle(rounds);
  }
  memory.dialogue.ended();
  await settle(rounds);
  return { lines: memory.lines, writes: memory.writes, isClosed: memory.isClosed };
}

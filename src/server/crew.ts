// SPDX-License-Identifier: Apache-2.0
/** Crew — those who serve, as one: this process itself, or several under a supervisor. */
import type { Config } from '../config.ts';
import { systemClock } from '../core/clock.ts';
import { Fault } from '../core/faults.ts';
import { inheritedDescriptors } from './listeners.ts';
import type { OpenLog } from '../operation/log.ts';
import { Supervisor } from '../operation/supervisor.ts';
import { processesOf } from '../app.ts';
import type { Order } from './order.ts';
import { startProcess, type Prepared } from './process.ts';
import type { ServeParts } from './serve.ts';
import { joinAnswers } from './verbs.ts';

export interface Crew {
  readonly addresses: readonly string[];
  doVerb(verb: string, args: Readonly<Record<string, unknown>>): Promise<unknown>;
  /** Per process. */
  metrics(): Promise<readonly (readonly object[])[]>;
  troubles(): Promise<readonly string[]>;
  /** All check the next configuration, `text` in the file; rejects with why one of them cannot take it, and then all keep what they have. */
  prepare(next: Config, text: string): Promise<Prepared>;
  /** After logrotate moved the files away; who started the crew does so with its own. */
  reopenLogs(): void;
  close(drainMs: number): Promise<void>;
}

export interface Bind {
  beforeBind(): void;
  afterBind(): void;
}

export async function startBy(parts: ServeParts, log: OpenLog, bind: Bind): Promise<Crew> {
  const processes = processesOf(parts.config);
  if (parts.slot !== undefined || processes === 1) return ownWork(parts, log, bind, processes);
  return supervised(parts, log, processes);
}

async function ownWork(
  { config, dataPath, host, slot = 0 }: ServeParts,
  log: OpenLog,
  bind: Bind,
  processes: number,
): Promise<Crew> {
  const work = await startProcess(config, { dataPath, slot, processes, clock: systemClock, log, host, ...bind });
  return {
    addresses: work.addresses,
    doVerb: (verb, args) => work.doVerb(verb, args),
    metrics: async () => [await work.metrics()],
    troubles: async () => work.troubles(),
    prepare: next => work.prepare(next),
    // It is the log of whoever asks.
    reopenLogs() {},
    close: drainMs => work.close(drainMs),
  };
}

async function supervised({ host, text, config }: ServeParts, log: OpenLog, processes: number): Promise<Crew> {
  const supervisor = new Supervisor({
    program: host.program,
    arguments: host.arguments,
    processes,
    clock: systemClock,
    log,
    environment: host.environment,
    inheritedDescriptors: inheritedDescriptors(host).map(({ fd }) => fd),
    order: { start: text, running: text } satisfies Order,
  });
  const endWithinMs = (drainMs: number): number => drainMs + 5_000;
  const addresses = await supervisor.start();
  const askAll = (verb: string, args: Readonly<Record<string, unknown>> = {}) => supervisor.askAll({ ...args, verb });
  return {
    addresses,
    async doVerb(verb, args) {
      // A message is released once, by whichever process is there.
      if (verb === 'release') return supervisor.askOne({ ...args, verb });
      const answers = await askAll(verb, args);
      const problems = answers.flatMap(({ problem }) => problem ?? []);
      if (problems.length === answers.length)
        throw new Fault('worker-lost', { detail: problems[0] ?? 'no process answers' });
      return joinAnswers(verb, answers);
    },
    async metrics() {
      const answers = await askAll('metrics.values');
      return answers.flatMap(({ value }) => (Array.isArray(value) ? value.filter(Array.isArray) : []));
    },
    async troubles() {
      const answers = await askAll('troubles');
      return answers.flatMap(({ slot, value, problem }) =>
        problem ? [`Process ${slot}: ${problem}.`] : Array.isArray(value) ? value.map(String) : [],
      );
    },
    async prepare(_next, running) {
      const order = { start: text, running } satisfies Order;
      const proposal = await supervisor.propose(order, endWithinMs(config.server.drain));
      return { swap: () => proposal.follow(), drop: () => proposal.drop() };
    },
    // A process that is slow to answer has the word all the same.
    reopenLogs: () => void askAll('log.reopen'),
    close: drainMs => supervisor.stop(endWithinMs(drainMs)),
  };
}

// SPDX-License-Identifier: Apache-2.0
/** Metrics — what Prometheus reads: attempts, verdicts, refusals, deliveries, queue, per process. Names follow Prometheus' own conventions. */
import { AggregatorRegistry, Counter, Gauge, Histogram, Registry } from 'prom-client';

export interface QueueGauge {
  readonly messages: number;
  readonly bytes: number;
  readonly oldestAgeSeconds: number;
}

/** What this process uses of the machine. */
export interface Usage {
  readonly residentBytes: number;
  readonly cpuSeconds: number;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #open: Gauge;
  readonly #attempts: Counter;
  readonly #verdicts: Tally;
  readonly #score: Histogram;
  readonly #deliveries: Tally;
  readonly #corrections: Tally;
  readonly #poisonAlarms: Counter;
  readonly #queue: Gauge<'what'>;

  constructor(queue: () => QueueGauge, usage?: () => Usage) {
    const registers = [this.#registry];
    this.#open = new Gauge({ name: 'sekisho_connections_open', help: 'Connections open now.', registers });
    this.#attempts = new Counter({ name: 'sekisho_attempts_total', help: 'Connection attempts.', registers });
    this.#verdicts = new Tally(
      { name: 'sekisho_verdicts_total', help: 'Verdicts, one per recipient, by action.', registers },
      'action',
    );
    this.#score = new Histogram({
      name: 'sekisho_score',
      help: 'Scores of messages.',
      buckets: [-5, -2, 0, 1, 2, 3, 4, 5, 7, 10, 15, 20],
      registers,
    });
    this.#deliveries = new Tally(
      { name: 'sekisho_deliveries_total', help: 'Deliveries by outcome.', registers },
      'outcome',
    );
    this.#corrections = new Tally(
      { name: 'sekisho_corrections_total', help: 'Moves between inbox and Junk that were learned.', registers },
      'label',
    );
    this.#poisonAlarms = new Counter({
      name: 'sekisho_poison_alarms_total',
      help: 'Accounts whose labels began to contradict the filter too often.',
      registers,
    });
    this.#queue = new Gauge({
      name: 'sekisho_queue',
      help: 'The queue: messages, bytes, and the age of the oldest in seconds.',
      labelNames: ['what'],
      registers,
      collect: () => {
        const { messages, bytes, oldestAgeSeconds } = queue();
        this.#queue.set({ what: 'messages' }, messages);
        this.#queue.set({ what: 'bytes' }, bytes);
        this.#queue.set({ what: 'oldest_age_seconds' }, oldestAgeSeconds);
      },
    });
    if (usage) measureProcess(usage, registers);
  }

  onAttempt(what: 'open' | 'close'): void {
    if (what === 'open') {
      this.#attempts.inc();
      this.#open.inc();
    } else this.#open.dec();
  }

  onVerdict(action: string, score: number): void {
    this.#verdicts.add(action);
    this.#score.observe(score);
  }

  onDelivery(outcome: string): void {
    this.#deliveries.add(outcome);
  }

  onCorrection(label: string): void {
    this.#corrections.add(label);
  }

  onPoison(): void {
    this.#poisonAlarms.inc();
  }

  /** One process's figures as values, to be summed by the supervisor. */
  async values(): Promise<readonly object[]> {
    return this.#registry.getMetricsAsJSON();
  }
}

/** A counter by one label that is handed over when it is asked for: prom-client makes a key of the labels at each count, 2 µs a time. */
class Tally {
  readonly #counts = new Map<string, number>();

  constructor(
    counter: { readonly name: string; readonly help: string; readonly registers: Registry[] },
    label: 'action' | 'outcome' | 'label',
  ) {
    const counts = this.#counts;
    new Counter({
      ...counter,
      labelNames: [label],
      collect() {
        this.reset();
        for (const [value, count] of counts) this.inc({ [label]: value }, count);
      },
    });
  }

  add(value: string): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + 1);
  }
}

/** The text format, summed over processes. */
export async function metricsText(perProcess: readonly (readonly object[])[]): Promise<string> {
  return AggregatorRegistry.aggregate(perProcess.map(values => [...values])).metrics();
}

function measureProcess(usage: () => Usage, registers: Registry[]): void {
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory.',
    registers,
    collect() {
      this.set(usage().residentBytes);
    },
  });
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'CPU seconds, user and system.',
    registers,
    collect() {
      this.reset();
      this.inc(usage().cpuSeconds);
    },
  });
}

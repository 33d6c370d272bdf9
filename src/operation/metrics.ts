// SPDX-License-Identifier: Apache-2.0
/**
 * Metrics — what Prometheus reads: attempts, verdicts, refusals, deliveries, queue, per process. Names follow Prometheus' own conventions.
 * Counting adds to a number. The library that knows Prometheus' text (7 MB with what it needs) is loaded when somebody asks for the text.
 */
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

/** In the shape in which the library hands figures from process to process. */
export interface Figures {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** What becomes of it over processes. */
  readonly aggregator: 'sum' | 'max';
  readonly values: readonly Figure[];
}

interface Figure {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName?: string;
}

const scoreBounds = [-5, -2, 0, 1, 2, 3, 4, 5, 7, 10, 15, 20];

export class Metrics {
  readonly #queue: () => QueueGauge;
  readonly #usage: (() => Usage) | undefined;
  readonly #verdicts = new Map<string, number>();
  readonly #deliveries = new Map<string, number>();
  readonly #corrections = new Map<string, number>();
  readonly #automatic = new Map<string, { readonly label: string; readonly by: string; count: number }>();
  readonly #heldBack = new Map<string, number>();
  readonly #challenges = new Map<string, number>();
  /** How many scores lay at or below each bound and above the one before; the last counts those above all. */
  readonly #scores = Array.from([...scoreBounds, Infinity], () => 0);
  #scoreSum = 0;
  #open = 0;
  #attempts = 0;
  #poisonAlarms = 0;
  #unexplainedBounces = 0;
  #bounceAttacks = 0;
  #isBehindOneAddress = false;
  #waiting: () => number = () => 0;
  readonly #putOff = new Map<string, { readonly limit: string; readonly scope: string; count: number }>();

  constructor(queue: () => QueueGauge, usage?: () => Usage) {
    this.#queue = queue;
    this.#usage = usage;
  }

  onAttempt(what: 'open' | 'close'): void {
    if (what === 'open') {
      this.#attempts++;
      this.#open++;
    } else this.#open--;
  }

  /** Whether all clients seem to come from one private address. */
  onFirstClients(areOne: boolean): void {
    this.#isBehindOneAddress = areOne;
  }

  /** How to know how many wait for their greeting. */
  onWaiting(count: () => number): void {
    this.#waiting = count;
  }

  onVerdict(action: string, score: number): void {
    count(this.#verdicts, action);
    const bound = scoreBounds.findIndex(most => score <= most);
    const at = bound < 0 ? scoreBounds.length : bound;
    this.#scores[at] = (this.#scores[at] ?? 0) + 1;
    this.#scoreSum += score;
  }

  onDelivery(outcome: string): void {
    count(this.#deliveries, outcome);
  }

  onCorrection(label: string): void {
    count(this.#corrections, label);
  }

  /** The filter learned by itself, from that kind of evidence. */
  onAutomatic(label: string, by: string): void {
    const known = this.#automatic.get(`${label} ${by}`) ?? { label, by, count: 0 };
    known.count++;
    this.#automatic.set(`${label} ${by}`, known);
  }

  /** There was evidence, and nothing was learned. */
  onHeldBack(why: string): void {
    count(this.#heldBack, why);
  }

  /** A link was given, a page was shown, a proof was made or missed. */
  onChallenge(what: string): void {
    count(this.#challenges, what);
  }

  /** A bounce of what nobody here sent; `isNewAttack` if by it an address is known to be under attack. */
  onUnexplainedBounce(isNewAttack: boolean): void {
    this.#unexplainedBounces++;
    if (isNewAttack) this.#bounceAttacks++;
  }

  onPoison(): void {
    this.#poisonAlarms++;
  }

  onPutOff(limit: string, scope: string): void {
    const key = `${limit} ${scope}`;
    const known = this.#putOff.get(key) ?? { limit, scope, count: 0 };
    known.count++;
    this.#putOff.set(key, known);
  }

  /** One process's figures as values, to be summed by the supervisor. */
  values(stateLosses = 0): readonly Figures[] {
    const { messages, bytes, oldestAgeSeconds } = this.#queue();
    const usage = this.#usage?.();
    return [
      gauge('sekisho_connections_open', 'Connections open now.', one(this.#open)),
      gauge('sekisho_connections_waiting', 'Of them, those that wait for their greeting.', one(this.#waiting())),
      gauge(
        'sekisho_clients_behind_one_address',
        'Processes whose clients all come from one private address: set server.proxyFrom.',
        one(this.#isBehindOneAddress ? 1 : 0),
      ),
      counter('sekisho_attempts_total', 'Connection attempts.', one(this.#attempts)),
      counter(
        'sekisho_unexplained_bounces_total',
        'Bounces of mail that nobody here sent.',
        one(this.#unexplainedBounces),
      ),
      counter(
        'sekisho_bounce_attacks_total',
        'Times that such bounces began to pour in for one address.',
        one(this.#bounceAttacks),
      ),
      counter('sekisho_verdicts_total', 'Verdicts, one per recipient, by action.', each('action', this.#verdicts)),
      this.#scoreFigures(),
      counter('sekisho_deliveries_total', 'Deliveries by outcome.', each('outcome', this.#deliveries)),
      counter(
        'sekisho_corrections_total',
        'Moves between inbox and Junk that were learned.',
        each('label', this.#corrections),
      ),
      counter(
        'sekisho_automatic_labels_total',
        'Messages learned without a person, by label and by evidence.',
        [...this.#automatic.values()].map(({ count: value, ...labels }) => ({ labels, value })),
      ),
      counter(
        'sekisho_automatic_held_back_total',
        'Messages with evidence that were not learned, by why.',
        each('why', this.#heldBack),
      ),
      counter(
        'sekisho_challenges_total',
        'How senders were asked to prove to be persons: links given (held, deferred), pages by what they said, answers wrong, and proven.',
        each('what', this.#challenges),
      ),
      counter(
        'sekisho_poison_alarms_total',
        'Accounts whose labels began to contradict the filter too often.',
        one(this.#poisonAlarms),
      ),
      counter(
        'sekisho_throttled_total',
        'How often somebody was put off, or read from more slowly, by limit and by whom it is counted for.',
        [...this.#putOff.values()].map(({ count: value, ...labels }) => ({ labels, value })),
      ),
      counter(
        'sekisho_throttle_state_losses_total',
        'Questions of limits that the state store did not answer in time: meanwhile each process limits for itself.',
        one(stateLosses),
      ),
      gauge(
        'sekisho_queue',
        'The queue: messages, bytes, and the age of the oldest in seconds.',
        each('what', new Map(Object.entries({ messages, bytes, oldest_age_seconds: oldestAgeSeconds }))),
      ),
      ...(usage
        ? [
            gauge('process_resident_memory_bytes', 'Resident memory.', one(usage.residentBytes)),
            counter('process_cpu_seconds_total', 'CPU seconds, user and system.', one(usage.cpuSeconds)),
          ]
        : []),
    ];
  }

  /** Each bucket holds those before it too. */
  #scoreFigures(): Figures {
    const name = 'sekisho_score';
    let below = 0;
    const buckets = [...scoreBounds, '+Inf'].map((le, i) => {
      below += this.#scores[i] ?? 0;
      return { labels: { le }, value: below, metricName: `${name}_bucket` };
    });
    const values = [
      ...buckets,
      { labels: {}, value: this.#scoreSum, metricName: `${name}_sum` },
      { labels: {}, value: below, metricName: `${name}_count` },
    ];
    return { name, help: 'Scores of messages.', type: 'histogram', aggregator: 'sum', values };
  }
}

/** The text format, summed over processes. */
export async function metricsText(perProcess: readonly (readonly object[])[]): Promise<string> {
  const { AggregatorRegistry } = await import('prom-client');
  return AggregatorRegistry.aggregate(perProcess.map(values => [...values])).metrics();
}

function count(counts: Map<string, number>, of: string): void {
  counts.set(of, (counts.get(of) ?? 0) + 1);
}

function counter(name: string, help: string, values: readonly Figure[]): Figures {
  return { name, help, type: 'counter', aggregator: 'sum', values };
}

function gauge(name: string, help: string, values: readonly Figure[]): Figures {
  return { name, help, type: 'gauge', aggregator: 'sum', values };
}

function one(value: number): readonly Figure[] {
  return [{ labels: {}, value }];
}

function each(label: string, counts: ReadonlyMap<string, number>): readonly Figure[] {
  return [...counts].map(([of, value]) => ({ labels: { [label]: of }, value }));
}

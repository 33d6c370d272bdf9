// SPDX-License-Identifier: Apache-2.0
/** Ports — what an evaluation needs done: judging and learning, by the bare filter or by the whole way of a message. */
export type Label = 'spam' | 'ham';

export interface Judgement {
  /** Higher is spammier; only the order counts. */
  readonly score: number;
  /** What would be done: marked as spam, or not. */
  readonly isSpam: boolean;
  /** Of being spam, if the judge says so; for the reliability curve. */
  readonly probability?: number;
  /** Why it was judged so, in a few lines, by what was known then; asked for the worst misses at the end. */
  why?(): readonly string[];
}

export interface Judge {
  judge(message: Buffer): Promise<Judgement>;
  learn(message: Buffer, label: Label, id: string): Promise<void>;
}

export interface Output {
  /** To standard output. */
  write(text: string): void;
  progress(done: number, total: number): void;
  /** CPU seconds this process has used so far. */
  cpuSeconds(): number;
}

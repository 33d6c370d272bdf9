// SPDX-License-Identifier: Apache-2.0
/** Model — another product's policy before the real dialogue, so that nothing but the policy differs from ours. */
import { formatAddress } from '../../core/address.ts';
import { newId } from '../../core/ids.ts';
import { seededRandom } from '../../core/random.ts';
import type { Attempt, OpenAttempt } from '../../envelope/ports.ts';
import type { Gate, Model, Stage } from '../../operation/rehearsal/ports.ts';

export interface OpenedModel {
  readonly openAttempt: OpenAttempt;
  stateBytes(): Promise<number>;
}

export function openModel(model: Model, stage: Stage): OpenedModel {
  const opened = model.open(stage);
  const random = seededRandom(1);
  const mailboxes = new Set(stage.receiver.mailboxes.map(local => `${local}@${stage.receiver.domain}`));
  return {
    openAttempt: (_peer, client) => attemptAt(opened.gate(client.ip), mailboxes, newId(stage.clock, random)),
    stateBytes: async () => opened.stateBytes(),
  };
}

/** Unknown recipients are refused by every server, whatever its policy. */
function attemptAt(gate: Gate, mailboxes: ReadonlySet<string>, id: string): Attempt {
  return {
    id,
    connect: () => gate.connect?.(),
    hello: ({ name }) => gate.hello?.(name),
    secured: () => {},
    sender: ({ address }) => gate.sender?.(address ? formatAddress(address) : ''),
    recipient({ address }) {
      const text = formatAddress(address);
      if (!mailboxes.has(text)) return { code: 550, enhanced: '5.1.1', lines: ['No such user'] };
      return gate.recipient?.(text);
    },
    data() {
      gate.data?.();
      return { write: () => {}, abandon: () => {}, end: async () => ({ code: 250, enhanced: '2.0.0', lines: ['Ok'] }) };
    },
    reset: () => {},
    refused: () => {},
    noticed: oddity => gate.noticed?.(oddity),
    gone: () => gate.gone?.(),
    close: () => gate.closed?.(),
  };
}

// SPDX-License-Identifier: Apache-2.0
/** Desk — what `sekisho rehearse` is lent: models and our own way, each behind a door, in memory or on sockets. */
import type { Config } from '../../config.ts';
import type { Lobby, OpenAttempt } from '../../envelope/ports.ts';
import { EventClock } from '../../operation/rehearsal/event-clock.ts';
import type { Model, OpenedPolicy, Rehearsed, RehearsalDesk, Stage } from '../../operation/rehearsal/ports.ts';
import { memoryDoor } from './door.ts';
import { openModel } from './model.ts';
import { openOurs } from './ours.ts';
import { SocketClock } from './socket-clock.ts';
import { socketDoor } from './socket-door.ts';

interface Opened {
  readonly openAttempt: OpenAttempt;
  readonly lobby?: Lobby;
  stateBytes(): Promise<number>;
  close?(): Promise<void>;
}

export interface DeskOptions {
  /** Real sockets of this machine, and a clock that waits for them. */
  readonly isOnSockets?: boolean;
}

/** `configOf` reads a configuration, the usual one without a name. */
export async function openRehearsalDesk(
  configOf: (file?: string) => Promise<Config>,
  { isOnSockets = false }: DeskOptions = {},
): Promise<RehearsalDesk> {
  const { smtp } = await configOf();
  return {
    time: () => (isOnSockets ? new SocketClock() : new EventClock()),
    model: model => rehearsedModel(model, smtp),
    ours: async (name, file) => rehearsedOurs(name, await configOf(file)),
  };
}

/** `limits` are those of the dialogue; a model has them too. */
export function rehearsedModel(model: Model, limits: Config['smtp']): Rehearsed {
  return {
    name: model.name,
    says: model.says,
    open: async stage => behindDoor(openModel(model, stage), stage, limits),
  };
}

export function rehearsedOurs(name: string, config: Config): Rehearsed {
  return {
    name,
    says: { en: 'this server', ja: 'このサーバ' },
    open: async stage => behindDoor(await openOurs(config, stage), stage, config.smtp),
  };
}

/** The clock says what kind of door it is. */
async function behindDoor(opened: Opened, { clock, receiver }: Stage, limits: Config['smtp']): Promise<OpenedPolicy> {
  const parts = { openAttempt: opened.openAttempt, lobby: opened.lobby, hostname: `mx.${receiver.domain}`, limits };
  const onSockets = clock instanceof SocketClock ? await socketDoor(parts, clock) : undefined;
  return {
    door: onSockets ?? memoryDoor({ ...parts, clock }),
    stateBytes: () => opened.stateBytes(),
    async close() {
      await onSockets?.close();
      await opened.close?.();
    },
  };
}

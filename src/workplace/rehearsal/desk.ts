// SPDX-License-Identifier: Apache-2.0
/** Desk — what `sekisho rehearse` is lent: models and our own way, each behind a door. */
import type { Config } from '../../config.ts';
import type { OpenAttempt } from '../../envelope/ports.ts';
import type { Model, OpenedPolicy, Rehearsed, RehearsalDesk, Stage } from '../../operation/rehearsal/ports.ts';
import { memoryDoor } from './door.ts';
import { openModel } from './model.ts';
import { openOurs } from './ours.ts';

interface Opened {
  readonly openAttempt: OpenAttempt;
  stateBytes(): Promise<number>;
  close?(): Promise<void>;
}

/** `configOf` reads a configuration, the usual one without a name. */
export async function openRehearsalDesk(configOf: (file?: string) => Promise<Config>): Promise<RehearsalDesk> {
  const { smtp } = await configOf();
  return {
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

function behindDoor(opened: Opened, { clock, receiver }: Stage, limits: Config['smtp']): OpenedPolicy {
  const { openAttempt } = opened;
  return {
    door: memoryDoor({ clock, openAttempt, hostname: `mx.${receiver.domain}`, limits }),
    stateBytes: () => opened.stateBytes(),
    close: async () => opened.close?.(),
  };
}

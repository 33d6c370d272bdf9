// SPDX-License-Identifier: Apache-2.0
/** Door — the real dialogue in memory: whoever calls is served as on a socket, and all time is the clock's. */
import { clientAt } from '../../core/client.ts';
import { silentLog } from '../../core/log.ts';
import type { Clock } from '../../core/clock.ts';
import { Dialogue } from '../../envelope/dialogue.ts';
import type { DialogueLimits } from '../../envelope/dialogue/limits.ts';
import { makeManners } from '../../envelope/dialogue/manners.ts';
import type { OpenAttempt } from '../../envelope/ports.ts';
import { TimerWheel } from '../../net/timer-wheel.ts';
import type { Door } from '../../operation/rehearsal/ports.ts';

export interface DoorParts {
  readonly clock: Clock;
  readonly openAttempt: OpenAttempt;
  readonly hostname: string;
  readonly limits: DialogueLimits;
}

/** What is said arrives after the speaker's own step has ended, as over a wire, and never out of order. */
export function memoryDoor({ clock, openAttempt, hostname, limits }: DoorParts): Door {
  const wheel = new TimerWheel(clock);
  const manners = makeManners(hostname, limits, false);
  return {
    call(ip, ear) {
      const client = clientAt(ip, 1_024);
      let hasHungUp = false;
      let isClosed = false;
      const close = (): void => {
        if (isClosed) return;
        isClosed = true;
        queueMicrotask(() => {
          if (!hasHungUp) ear.over();
        });
      };
      const transport = {
        write(bytes: Buffer) {
          const words = bytes.toString('latin1');
          // To somebody who has gone: a reset comes back.
          queueMicrotask(() => (hasHungUp ? dialogue.gone() : ear.hear(words)));
          return true;
        },
        pause: () => {},
        resume: () => {},
        startTls: () => {},
        end: close,
        leave: close,
      };
      const dialogue: Dialogue = new Dialogue({
        attempt: openAttempt(client, client, 'smtp'),
        transport,
        manners,
        wheel,
        log: silentLog,
      });
      queueMicrotask(() => dialogue.open());
      return {
        say(words) {
          queueMicrotask(() => dialogue.receive(Buffer.from(words, 'latin1')));
        },
        hangUp() {
          queueMicrotask(() => {
            hasHungUp = true;
            dialogue.ended();
          });
        },
      };
    },
  };
}

// SPDX-License-Identifier: Apache-2.0
/** Transports — brings a job the way that its route says. */
import type { Job } from '../job.ts';
import type { Maildir } from '../maildir/maildir.ts';
import type { DeliveryOptions } from '../options.ts';
import type { Tell } from '../outcome.ts';
import type { DeliveryServices } from '../ports.ts';
import { routeOf } from '../route.ts';
import { deliverToHop, tellEach } from './hop.ts';
import { deliverToInternet } from './internet.ts';
import { deliverToMailboxes } from './mailbox.ts';
import { holdBack } from './quarantine.ts';

export class Transports {
  readonly #services: DeliveryServices & { readonly maildir: Maildir };
  readonly #options: DeliveryOptions;
  readonly #startedAt: number;

  /** `startedAt`: what was accepted before may have been tried by a process that did not live to say so. */
  constructor(services: DeliveryServices & { readonly maildir: Maildir }, options: DeliveryOptions, startedAt: number) {
    this.#services = services;
    this.#options = options;
    this.#startedAt = startedAt;
  }

  /** Tells each recipient's outcome as soon as it is known; throws what broke the try off, with some recipients untold. */
  async deliver(job: Job, tell: Tell, signal: AbortSignal): Promise<void> {
    const { route } = job;
    switch (route.kind) {
      case 'maildir':
        return deliverToMailboxes(job, tell, this.#services, this.#options, index => this.#mayRepeat(job, index));
      case 'quarantine':
        return this.#quarantine(job, tell);
      case 'lmtp':
      case 'smtp':
        return deliverToHop(job, route.kind, route.hop, tell, this.#services, this.#options, signal);
      case 'mx':
        return deliverToInternet(job, route.domain, tell, this.#services, this.#options, signal);
      case 'nowhere':
        return tellEach(job, { kind: 'failed', trouble: route.trouble }, tell);
    }
  }

  async #quarantine({ message, recipients }: Job, tell: Tell): Promise<void> {
    for (const index of recipients) {
      const route = routeOf(message, index, this.#services.directory, this.#options);
      const reason = route.kind === 'quarantine' ? route.reason : { en: '', ja: '' };
      await tell(index, await holdBack(message, index, reason, this.#services));
    }
  }

  #mayRepeat({ message }: Job, recipientIndex: number): boolean {
    const isFirst = message.progress[recipientIndex]?.attempts === 0;
    const isOfThisRun = message.acceptedAt >= this.#startedAt && message.acceptedAt <= this.#services.clock.now();
    // Only what came by DATA has lines of ours in front. All else has an id made from its cause, which can come again: a second release.
    const cameByData = message.prefix.length > 0;
    return !(isFirst && isOfThisRun && cameByData);
  }
}

// SPDX-License-Identifier: Apache-2.0
/** All eval tests we have an equal for, by the name rules call them by; and those that ask other machines. */
import type { MessageView } from '../message-view.ts';
import { bodyTests } from './body.ts';
import { freemailTests } from './freemail.ts';
import { headerTests } from './header.ts';
import { imageTests } from './images.ts';
import { listTests } from './lists.ts';
import { mimeTests } from './mime.ts';
import { pageTests } from './pages.ts';
import { relayTests } from './relays.ts';
import type { EvalTools } from './tools.ts';
import { uriTests } from './uris.ts';

/** Whether it holds, or how often. */
export type EvalTest = (view: MessageView, values: readonly string[], tools: EvalTools) => boolean | number;

export const evalTests: ReadonlyMap<string, EvalTest> = new Map(
  Object.entries({
    ...bodyTests,
    ...freemailTests,
    ...headerTests,
    ...imageTests,
    ...listTests,
    ...mimeTests,
    ...pageTests,
    ...relayTests,
    ...uriTests,
  }),
);

const network =
  /^(?:check_(?:rbl|uridnsbl|dns|spf|for_spf|for_def_spf|dkim|for_dkim|for_def_dkim|arc|dmarc|dcc|pyzor|razor2|hashbl|senders_reputation|bayes|from_in_auto|access_database|shortcircuit|language|from_in_default)|short_url)/;

/** Tests of name servers, signatures, other programs, and of learning: this program has checks of its own for them. */
export function isNetworkTest(name: string): boolean {
  return network.test(name);
}

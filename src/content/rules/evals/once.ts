// SPDX-License-Identifier: Apache-2.0
/** Once — what several eval tests ask of one message, worked out when the first asks. */
import type { MessageView } from '../message-view.ts';

export function once<T>(work: (view: MessageView) => T): (view: MessageView) => T {
  const known = new WeakMap<MessageView, { readonly value: T }>();
  return view => {
    let entry = known.get(view);
    if (!entry) {
      entry = { value: work(view) };
      known.set(view, entry);
    }
    return entry.value;
  };
}

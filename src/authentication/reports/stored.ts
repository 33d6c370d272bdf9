// SPDX-License-Identifier: Apache-2.0
/** Stored — what the state store keeps under a prefix, page by page. */
import type { StateEntry, StateStore } from '../../store/state/contract.ts';

const pageSize = 500;

/** In the order of the keys. */
export async function* storedUnder(
  state: StateStore,
  prefix: string,
  now: number,
): AsyncGenerator<StateEntry, void, undefined> {
  let after = '';
  for (;;) {
    const page = await state.list(prefix, after, pageSize, now);
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < pageSize) return;
    after = last.key;
  }
}

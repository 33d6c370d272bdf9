// SPDX-License-Identifier: Apache-2.0
/** Harvest — where the state store keeps how many recipients that are not here somebody has tried lately: written by limits, read by a check. */
export function harvestKey(scope: string, value: string): string {
  return `throttle/harvest/${scope}/${value}`;
}

// SPDX-License-Identifier: Apache-2.0
/** All models, in the order of the table. */
import type { Model } from '../ports.ts';
import { familiarIp, targrey } from './japanese.ts';
import { postgrey } from './postgrey.ts';
import { postscreen, postscreenDeep } from './postscreen.ts';
import { dnsbl, none } from './simple.ts';

export const models: readonly Model[] = [none, dnsbl, postgrey, postscreen, postscreenDeep, targrey, familiarIp];

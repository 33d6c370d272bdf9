// SPDX-License-Identifier: Apache-2.0
// Attacks in small; attacks.all.ts has them in full.
import { defineAttacks } from './attacks.ts';

await defineAttacks(500);

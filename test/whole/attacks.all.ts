// SPDX-License-Identifier: Apache-2.0
// Attacks in full: 20,000 connections from one /16. SEKISHO_QUICK=1: 2,000.
import { defineAttacks } from './attacks.ts';

await defineAttacks(process.env['SEKISHO_QUICK'] === '1' ? 2_000 : 20_000);

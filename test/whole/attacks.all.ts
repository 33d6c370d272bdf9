// SPDX-License-Identifier: Apache-2.0
// Attacks in full: 20,000 connections from one /16.
import { defineAttacks } from './attacks.ts';

await defineAttacks(20_000);

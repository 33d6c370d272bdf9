// SPDX-License-Identifier: Apache-2.0
/** Network options — where country and network of an address are looked up. Nowhere by default. */
import { z } from 'zod';

export const networkSchema = z
  .strictObject({
    country: z.string().min(1).default('off').meta({
      description:
        'off; package: the database that comes with the program (whois data, CC0); or a file in MaxMind’s format. Read at the start, and for checks again at SIGHUP.',
    }),
    asn: z.string().min(1).optional().meta({
      description: 'A file in MaxMind’s format with autonomous systems (GeoLite2-ASN and the like).',
    }),
  })
  .prefault({})
  .meta({ title: 'network', description: 'Country and network of addresses.' });

// SPDX-License-Identifier: Apache-2.0
/** Challenge page — a person without a browser: fetches the page behind a link, reads the questions in English, and answers them as its form does. */
import { request as plainRequest } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { TLSSocket } from 'node:tls';
import { kinds, ones, tens } from '../../src/operation/challenge/words.ts';

export interface Answered {
  readonly status: number;
  readonly html: string;
  /** What the page says above all. */
  readonly title: string;
  /** SHA-256 of the certificate that was shown; undefined where it was no TLS. */
  readonly fingerprint: string | undefined;
}

export function fetchPage(link: string, form?: Readonly<Record<string, string>>): Promise<Answered> {
  const body = form ? new URLSearchParams(form).toString() : '';
  const isSecure = link.startsWith('https:');
  const options = {
    method: form ? 'POST' : 'GET',
    agent: false,
    headers: {
      'accept-language': 'en',
      ...(form ? { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length } : {}),
    },
  } as const;
  return new Promise((resolve, reject) => {
    // Whose certificate it is, the tests compare.
    const sending = isSecure
      ? secureRequest(link, { ...options, rejectUnauthorized: false })
      : plainRequest(link, options);
    let fingerprint: string | undefined;
    sending.once('socket', socket =>
      socket.once('secureConnect', () => (fingerprint = asTls(socket)?.getPeerCertificate().fingerprint256)),
    );
    sending.once('error', reject).once('response', response => {
      let html = '';
      response.on('data', chunk => (html += String(chunk)));
      response.once('error', reject).once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          html,
          title: /<h1>(.*?)<\/h1>/.exec(html)?.[1] ?? '',
          fingerprint,
        }),
      );
    });
    sending.end(body);
  });
}

/** Both questions answered rightly, without work. */
export async function prove(link: string): Promise<Answered> {
  const { html } = await fetchPage(link);
  const asked = /<label class="asks"[^>]*>(.*?)<\/label>/.exec(html)?.[1] ?? '';
  const [, ten = '', one = ''] = /What is (\S+) plus (\S+)\?/.exec(asked) ?? [];
  const sum = 20 + 10 * tens.findIndex(({ en }) => en === ten) + 1 + ones.findIndex(({ en }) => en === one);
  const kind = /<legend>(.*?)<\/legend>/.exec(html)?.[1] ?? '';
  const things: readonly string[] = kinds.find(({ asks }) => asks.en === kind)?.things.map(({ en }) => en) ?? [];
  const named = [...html.matchAll(/name="choice" value="(\d)" required> <span>(.*?)<\/span>/g)];
  const choice = named.find(([, , name = '']) => things.includes(name))?.[1];
  if (ten === '' || choice === undefined) throw new Error(`no questions there: ${html}`);
  return fetchPage(link, { lang: 'en', work: '', sum: String(sum), choice });
}

function asTls(socket: object): TLSSocket | undefined {
  return isTls(socket) ? socket : undefined;
}

function isTls(socket: object): socket is TLSSocket {
  return 'getPeerCertificate' in socket;
}

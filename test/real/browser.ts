// SPDX-License-Identifier: Apache-2.0
/** Browser — Chromium without a window, driven by its own protocol (CDP) over a WebSocket: opens a page, reads it, fills it in. No library: four calls are enough. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Page {
  /** Resolves when it is loaded. */
  open(url: string): Promise<void>;
  /** What an expression of the page comes to; a promise is waited for. */
  read(expression: string): Promise<unknown>;
  /** Does something that leads to another page, and resolves when that is loaded. */
  leave(expression: string): Promise<void>;
  /** Errors of scripts and of the policy, as the console has them. */
  readonly complaints: readonly string[];
  picture(path: string): Promise<void>;
}

export interface Browser {
  newPage(options?: {
    readonly runsScripts?: boolean;
    readonly width?: number;
    readonly language?: string;
  }): Promise<Page>;
  close(): Promise<void>;
}

export async function openBrowser(program = 'chromium'): Promise<Browser> {
  const folder = await mkdtemp(join(tmpdir(), 'sekisho-browser-'));
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--no-first-run',
    '--remote-debugging-port=0',
  ];
  const child = spawn(program, [...flags, `--user-data-dir=${folder}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let printed = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(printed)?.[1];
      if (found) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', code => reject(new Error(`${program} ended with ${code}: ${printed}`)));
  });
  const wire = await openWire(address);
  return {
    newPage: options => newPage(wire, options),
    async close() {
      wire.close();
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

interface Wire {
  call(method: string, params?: Fields, sessionId?: string): Promise<Fields>;
  hear(sessionId: string, listener: (method: string, params: Fields) => void): void;
  close(): void;
}

async function openWire(address: string): Promise<Wire> {
  const socket = new WebSocket(address);
  const opened = Promise.withResolvers<void>();
  socket.addEventListener('open', () => opened.resolve());
  socket.addEventListener('error', () => opened.reject(new Error('no connection to the browser')));
  await opened.promise;
  const waiting = new Map<number, PromiseWithResolvers<Fields>>();
  const listeners = new Map<string, (method: string, params: Fields) => void>();
  let last = 0;
  socket.addEventListener('message', ({ data }) => {
    const { id, sessionId = '', method = '', params = {}, result = {}, error } = JSON.parse(String(data));
    if (id === undefined) return listeners.get(sessionId)?.(method, params);
    if (error) waiting.get(id)?.reject(new Error(error.message));
    else waiting.get(id)?.resolve(result);
    waiting.delete(id);
  });
  return {
    call(method, params = {}, sessionId) {
      const id = ++last;
      const answer = Promise.withResolvers<Fields>();
      waiting.set(id, answer);
      socket.send(JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) }));
      return answer.promise;
    },
    hear: (sessionId, listener) => void listeners.set(sessionId, listener),
    close: () => socket.close(),
  };
}

async function newPage(
  wire: Wire,
  {
    runsScripts = true,
    width = 390,
    language = 'en',
  }: { runsScripts?: boolean; width?: number; language?: string } = {},
): Promise<Page> {
  const { targetId } = await wire.call('Target.createTarget', { url: 'about:blank' });
  const session = String((await wire.call('Target.attachToTarget', { targetId, flatten: true }))['sessionId']);
  const call = (method: string, params?: Fields) => wire.call(method, params, session);
  const complaints: string[] = [];
  let loaded = Promise.withResolvers<void>();
  wire.hear(session, (method, params) => {
    if (method === 'Page.loadEventFired') loaded.resolve();
    if (method === 'Runtime.exceptionThrown' || method === 'Log.entryAdded') complaints.push(JSON.stringify(params));
  });
  for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await call(`${domain}.enable`);
  await call('Network.setExtraHTTPHeaders', { headers: { 'Accept-Language': language } });
  await call('Emulation.setScriptExecutionDisabled', { value: !runsScripts });
  await call('Emulation.setDeviceMetricsOverride', { width, height: 900, deviceScaleFactor: 1, mobile: width < 600 });
  const read = async (expression: string): Promise<unknown> => {
    const answer = await call('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (answer['exceptionDetails']) throw new Error(JSON.stringify(answer['exceptionDetails']));
    const { result } = answer;
    return typeof result === 'object' && result !== null && 'value' in result ? result.value : undefined;
  };
  return {
    complaints,
    read,
    async open(url) {
      loaded = Promise.withResolvers();
      await call('Page.navigate', { url });
      await loaded.promise;
    },
    async leave(expression) {
      loaded = Promise.withResolvers();
      await read(expression);
      await loaded.promise;
    },
    async picture(path) {
      const { data } = await call('Page.captureScreenshot', { captureBeyondViewport: true });
      await writeFile(path, Buffer.from(String(data), 'base64'));
    },
  };
}

// SPDX-License-Identifier: Apache-2.0
/** Engine — mailauth, loaded when first needed and then at hand: an `import()` for each message took 30 µs. It evaluates SPF. */
declare module '../check/services.ts' {
  interface Services {
    readonly engine: Engine;
  }
}

export class Engine {
  #spf: ReturnType<typeof loadSpf> | undefined;

  async spf() {
    return (await (this.#spf ??= loadSpf())).spf;
  }
}

function loadSpf() {
  return import('mailauth/lib/spf/index.js');
}

// SPDX-License-Identifier: Apache-2.0
/** HTML flow — text as it flows on a page: white space is one space, blocks and breaks are one line feed, none at either end. */
export class Flow {
  #text = '';
  #pending: '' | ' ' | '\n' = '';

  add(text: string): void {
    let run = /[\t\n\f\r]| {2}/.test(text) ? text.replace(/[ \t\n\f\r]+/g, ' ') : text;
    if (run.startsWith(' ')) {
      this.space();
      run = run.slice(1);
    }
    if (run === '') return;
    const isOpen = run.endsWith(' ');
    this.#text += (this.#text === '' ? '' : this.#pending) + (isOpen ? run.slice(0, -1) : run);
    this.#pending = isOpen ? ' ' : '';
  }

  space(): void {
    if (this.#pending === '') this.#pending = ' ';
  }

  line(): void {
    this.#pending = '\n';
  }

  end(): string {
    return this.#text;
  }
}

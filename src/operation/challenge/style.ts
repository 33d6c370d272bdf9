// SPDX-License-Identifier: Apache-2.0
/** Style of the page: one column that fits a telephone, dark where the reader wants it, contrast of at least 4.5 to 1, nothing that moves. */
export const style = `
:root { color-scheme: light dark; --ink: #1c2530; --soft: #4f5b69; --paper: #f3f4f1; --card: #fff; --line: #8a94a0; --go: #1b5e7b; --goink: #fff; --bad: #a3231f; --badpaper: #fdf0ee; --good: #1d6b3a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebee; --soft: #aab4bf; --paper: #14181d; --card: #1d232a; --line: #737e8a; --go: #8fd0ec; --goink: #0d1b23; --bad: #ffaaa2; --badpaper: #3a1f1d; --good: #8fdba8; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 system-ui, -apple-system, "Segoe UI", "Hiragino Sans", "Noto Sans CJK JP", "Noto Sans JP", "Yu Gothic UI", Meiryo, sans-serif; }
.page { max-width: 38rem; margin: 0 auto; padding: 1rem 1rem 3rem; }
header { display: flex; justify-content: space-between; align-items: center; gap: 1rem; padding: .5rem .25rem 1rem; color: var(--soft); font-size: .9375rem; overflow-wrap: anywhere; }
main { background: var(--card); border-radius: .75rem; padding: 1.5rem; box-shadow: 0 1px 3px #0003; overflow-wrap: anywhere; }
h1 { font-size: 1.4rem; line-height: 1.35; margin: 0 0 .75rem; text-wrap: balance; }
h1:lang(ja) { word-break: auto-phrase; }
p { margin: 0 0 1rem; }
a { color: var(--go); }
header a { white-space: nowrap; padding: .5rem; }
fieldset { border: 0; margin: 0 0 1.5rem; padding: 0; min-width: 0; }
legend, .asks { display: block; font-weight: 600; padding: 0; margin: 0 0 .5rem; }
.hint, .small { color: var(--soft); font-size: .9375rem; }
.last { margin: 1rem 0 0; }
.small { margin: 1rem .25rem 0; }
.things { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .5rem; }
.things label { display: flex; align-items: center; gap: .625rem; min-height: 2.875rem; padding: .25rem .75rem; border: 1px solid var(--line); border-radius: .5rem; cursor: pointer; }
.things label:has(:checked) { border-color: var(--go); box-shadow: inset 0 0 0 1px var(--go); }
input[type=radio] { width: 1.25rem; height: 1.25rem; margin: 0; accent-color: var(--go); flex: none; }
input[type=text] { font: inherit; width: 8rem; min-height: 2.875rem; padding: .25rem .75rem; color: inherit; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
button { font: inherit; font-weight: 600; min-height: 3rem; padding: .5rem 2rem; color: var(--goink); background: var(--go); border: 0; border-radius: .5rem; cursor: pointer; }
:focus-visible { outline: 3px solid var(--go); outline-offset: 2px; }
.alert { border-left: .25rem solid var(--bad); background: var(--badpaper); padding: .75rem 1rem; border-radius: .25rem; }
.done h1 { color: var(--good); }
.work { margin: 0 0 1.25rem; color: var(--soft); font-size: .9375rem; }
progress { display: block; width: 100%; height: .5rem; margin: .375rem 0; accent-color: var(--go); }
[hidden] { display: none !important; }
@media (max-width: 30rem) { .page { padding: .5rem .5rem 2rem; } main { padding: 1.125rem; } button { width: 100%; } .things { grid-template-columns: repeat(2, 1fr); } .things label { padding: .25rem .5rem; } }
@media (prefers-reduced-motion: no-preference) { .things label { transition: border-color .1s; } }
@media (forced-colors: active) { .things label:has(:checked) { outline: 2px solid Highlight; } }
`;

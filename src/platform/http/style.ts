/**
 * The one style of all pages. Colours, steps and sizes are named once, for light and for dark; every rule below speaks of
 * those names alone. It goes out with the page, so that a page is drawn from its first answer.
 */
const TOKENS = `
:root { color-scheme: light dark; --ink: #16202b; --quiet: #52616f; --paper: #f7f7f4; --sheet: #ffffff; --line: #e0e3e6; --edge: #7d8995; --accent: #0b6e5f; --on-accent: #ffffff; --good: #0b6e3f; --bad: #b3261e; --warn: #8a5a00; --tint: #e9f3f0;
  --s0: var(--accent); --s1: #b4541f; --s2: #4a5fc1; --s3: #8a6d00; --shade: 0 1px 2px rgb(16 24 32 / 0.06); --round: 0.625rem; --gap: 1rem; --control: 2.5rem;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; --mono: ui-monospace, Menlo, Consolas, monospace }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --quiet: #a3b3c2; --paper: #0e141a; --sheet: #161f28; --line: #273340; --edge: #66788a; --accent: #5ad1bd; --on-accent: #06231e; --good: #6fd39b; --bad: #ff8a80; --warn: #ffca6e; --tint: #16302e; --s1: #f0a070; --s2: #9fb0ff; --s3: #e0c050; --shade: none } }
`;

const TEXT = `
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 0.9375rem/1.55 var(--sans) }
h1, h2, h3 { font-weight: 650; line-height: 1.2; letter-spacing: -0.015em; text-wrap: balance }
h1 { font-size: clamp(1.5rem, 4vw, 2rem); letter-spacing: -0.025em; margin: 0 0 0.5rem }
h2 { font-size: 1.1875rem; margin: 2.25rem 0 0.75rem }
h3 { font-size: 1rem; margin: 1.5rem 0 0.5rem }
h1 .state { vertical-align: 0.25em }
p { margin: 0 0 var(--gap) }
p.lead { font-size: 1.0625rem; color: var(--quiet); margin: 0 0 1.5rem; max-width: 62ch }
.quiet, small { color: var(--quiet) } small { font-size: 0.8125rem } .good { color: var(--good) } .bad { color: var(--bad) }
a { color: var(--accent); text-underline-offset: 0.2em; text-decoration-thickness: 1px }
code, pre, .mono { font: 0.9em var(--mono); overflow-wrap: anywhere }
pre { overflow-x: auto; background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); padding: 0.75rem 1rem }
kbd { font: 0.85em var(--mono); border: 1px solid var(--line); border-radius: 4px; padding: 0 0.25rem }
ins { color: var(--good); text-decoration: none } del { color: var(--bad) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
[hidden] { display: none !important }
ul.plain { list-style: none; padding: 0; margin: 0 0 var(--gap) } ul.plain > li { border-top: 1px solid var(--line); padding: 0.625rem 0 } ul.plain > li:first-child { border-top: 0 }
ul.meters { display: grid; gap: 0.5rem 2rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 20rem), 1fr)) } ul.meters > li { border: 0 } ul.symbols { columns: 8rem; padding-inline-start: 1.25rem } ol.steps { display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; padding-inline-start: 1.25rem }
dl { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: 0.375rem var(--gap); margin: 0 0 var(--gap) } dt { color: var(--quiet) } dd { margin: 0; min-width: 0; overflow-wrap: break-word }
details { margin: var(--gap) 0 } summary { cursor: pointer }
`;

const FRAME = `
.skip { position: absolute; left: -100vw } .skip:focus { left: 1rem; top: 0.5rem; background: var(--sheet); padding: 0.5rem; z-index: 2 }
.brand { display: inline-flex; align-items: center; gap: 0.5rem; font-weight: 700; font-size: 1.125rem; letter-spacing: -0.02em; color: inherit; text-decoration: none; margin-right: auto }
.brand::before { content: ""; width: 1.5rem; height: 1.5rem; border-radius: 0.4rem; background: linear-gradient(var(--on-accent) 0 0) 22% 74% / 14% 28% no-repeat, linear-gradient(var(--on-accent) 0 0) 50% 62% / 14% 48% no-repeat, linear-gradient(var(--on-accent) 0 0) 78% 50% / 14% 62% no-repeat, var(--accent) }
header.top { border-bottom: 1px solid var(--line); background: var(--sheet) }
header.top > div { max-width: 72rem; margin: 0 auto; padding: 0.75rem 1.25rem; display: flex; gap: var(--gap); align-items: center }
nav.sections { display: flex; flex-wrap: wrap; gap: 0.125rem }
nav.sections a { color: inherit; text-decoration: none; padding: 0.375rem 0.75rem; border-radius: 0.5rem }
nav.sections a:hover { background: var(--tint) } nav.sections a[aria-current] { background: var(--tint); color: var(--accent); font-weight: 600 }
nav.choice { margin: 0 0 var(--gap) } .card > div + div { margin-top: var(--gap) }
header.side { display: flex; align-items: center; padding: 0.625rem 1.25rem; background: var(--sheet); border-bottom: 1px solid var(--line); position: sticky; top: 0; z-index: 1 }
.menu[popover] { inset: 3.75rem 0.75rem auto; width: auto; max-height: calc(100dvh - 4.5rem); color: inherit; background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); padding: 0.75rem; box-shadow: 0 1rem 3rem rgb(0 0 0 / 0.25) }
.menu nav.sections { display: grid; grid-template-columns: 1fr 1fr } .menu nav.sections a { padding-block: 0.625rem }
.menu .who { display: flex; gap: 0.75rem; align-items: center; justify-content: space-between; border-top: 1px solid var(--line); margin-top: 0.75rem; padding-top: 0.75rem } .menu .who span { overflow-wrap: anywhere; font-size: 0.8125rem; color: var(--quiet) }
.page { min-width: 0 }
main { max-width: 76rem; margin: 0 auto; padding: clamp(1.25rem, 3vw, 2.25rem) clamp(1rem, 3vw, 2.25rem) 3rem }
main.reading { max-width: 44rem; padding-top: clamp(2rem, 6vw, 4.5rem) }
main.narrow { max-width: 27rem; margin: 0 auto; padding: 1.5rem clamp(1rem, 4vw, 1.75rem) } body.door { display: grid; align-content: start; padding: clamp(1rem, 9vh, 6rem) 1rem } .door header { text-align: center; margin-bottom: 1.25rem } .door .brand { margin: 0 } .door main { width: 100%; background: var(--sheet); border: 1px solid var(--line); border-radius: 1rem; box-shadow: var(--shade) } .door button[type=submit] { width: 100% }
footer { max-width: 76rem; margin: 0 auto; padding: 1.25rem clamp(1rem, 3vw, 2.25rem) 2rem; color: var(--quiet); font-size: 0.8125rem } footer a { color: inherit; margin-right: var(--gap) }
@media (min-width: 64rem) {
  body.app { display: grid; grid-template-columns: 14.5rem minmax(0, 1fr); min-height: 100vh }
  header.side { flex-direction: column; align-items: stretch; gap: 1.25rem; height: 100vh; overflow-y: auto; padding: 1.25rem 0.75rem; border-bottom: 0; border-inline-end: 1px solid var(--line) }
  header.side .brand { margin: 0 0.625rem } header.side > button { display: none }
  .menu[popover] { display: flex; flex-direction: column; flex: 1; position: static; max-height: none; overflow: visible; border: 0; padding: 0; box-shadow: none; background: none }
  .menu nav.sections { grid-template-columns: 1fr } .menu nav.sections a { padding-block: 0.375rem } .menu .who { margin-top: auto; flex-wrap: wrap; padding-inline: 0.75rem }
}
.hero { padding-block: clamp(1rem, 5vw, 3rem) } .hero h1 { font-size: clamp(2rem, 6vw, 3.25rem); max-width: 18ch } .hero .lead { font-size: 1.1875rem } .actions { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: center }
.grid { display: grid; gap: var(--gap); grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)); margin: 0 0 var(--gap) }
.card { background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); padding: 1.125rem 1.25rem; box-shadow: var(--shade); min-width: 0 } .card h2, .card h3 { margin-top: 0 } .card > :last-child { margin-bottom: 0 } :not(.grid) > .card { margin: 0 0 var(--gap) }
a.card { display: block; color: inherit; text-decoration: none } a.card:hover { border-color: var(--accent) } a.card strong { color: var(--accent) }
.figure { font: 650 1.375rem/1.25 var(--sans); letter-spacing: -0.02em; font-variant-numeric: tabular-nums } .figure small { font-size: 0.8125rem; letter-spacing: 0 }
`;

const TABLES = `
.table { overflow-x: auto; border: 1px solid var(--line); border-radius: var(--round); background: var(--sheet); box-shadow: var(--shade); margin: 0 0 var(--gap) }
table { border-collapse: collapse; width: 100% } th, td { text-align: start; padding: 0.625rem 1rem; border-top: 1px solid var(--line); vertical-align: baseline }
caption { text-align: start; padding: 0.75rem 1rem; color: var(--quiet); font-size: 0.8125rem }
thead th, thead td { border-top: 0; font-size: 0.8125rem; color: var(--quiet); font-weight: 600; white-space: nowrap } tbody tr:hover { background: color-mix(in srgb, var(--tint) 45%, transparent) }
td.number, th.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap } td form { margin: 0 }
@media (max-width: 40rem) {
  .stack, .stack table, .stack tbody, .stack tr, .stack td { display: block } .stack thead { display: none }
  .stack tr { padding: 0.625rem 1rem; border-top: 1px solid var(--line) } .stack tbody tr:first-child { border-top: 0 }
  .stack td, .stack td.number { border: 0; padding: 0.1875rem 0; text-align: start; white-space: normal } .stack td[data-label] { display: flow-root; padding-inline-start: 8.25rem } .stack td[data-label]::before { content: attr(data-label); float: inline-start; width: 7.5rem; margin-inline-start: -8.25rem; color: var(--quiet); font-size: 0.8125rem } .stack td:empty { display: none }
}
.state { display: inline-block; padding: 0.0625rem 0.5rem; border-radius: 1rem; font-size: 0.75rem; font-weight: 600; line-height: 1.5; letter-spacing: 0; background: var(--paper); border: 1px solid var(--line); white-space: nowrap }
.state.good, .state.bad, .state.warn { border-color: color-mix(in srgb, currentColor 45%, transparent) } .state.good { color: var(--good) } .state.bad { color: var(--bad) } .state.warn { color: var(--warn) }
.empty { padding: 2rem 1.25rem; margin: 0 0 var(--gap); text-align: center; color: var(--quiet); border: 1px dashed var(--line); border-radius: var(--round) }
.pager { margin-top: 0.75rem }
.notice { border: 1px solid var(--line); border-inline-start: 4px solid var(--accent); background: var(--tint); padding: 0.75rem 1rem; margin: 0 0 1.25rem; border-radius: var(--round) } .notice.bad { color: inherit; border-inline-start-color: var(--bad); background: var(--sheet) } .notice p { margin: 0 } .refused { border-inline-start: 3px solid var(--bad); padding-inline-start: 0.75rem }
.offline:empty { display: none } .offline { position: sticky; top: 0.5rem; z-index: 1 }
form[aria-busy=true] { cursor: progress } form[aria-busy=true] button { opacity: 0.6; pointer-events: none } body:has(form[aria-busy=true])::before { content: ""; position: fixed; inset: 0 0 auto; height: 3px; z-index: 3; background: var(--accent) }
meter, progress { width: 100%; height: 0.5rem; accent-color: var(--accent); appearance: none; border: 0; border-radius: 1rem; background: var(--line); overflow: hidden; display: block; margin-top: 0.375rem }
::-webkit-meter-bar, ::-webkit-progress-bar { border: 0; border-radius: 1rem; background: var(--line); height: 0.5rem } ::-webkit-meter-optimum-value, ::-webkit-progress-value { background: var(--accent); border-radius: 1rem } ::-webkit-meter-suboptimum-value { background: var(--warn) } ::-webkit-meter-even-less-good-value { background: var(--bad) }
`;

const FORMS = `
form { margin: 0 0 var(--gap) } label { display: block; font-size: 0.8125rem; line-height: 1.25rem; font-weight: 500; color: var(--quiet); margin: 0.875rem 0 0.25rem }
label.check { display: flex; gap: 0.5rem; align-items: baseline; color: var(--ink); font-size: inherit; font-weight: 400 }
input, select, textarea { width: 100%; max-width: 36rem; min-height: var(--control); padding: 0.4375rem 0.75rem; font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--edge); border-radius: 0.5rem } td input, td select { min-width: 6rem; max-width: 14rem }
input[type=checkbox], input[type=radio] { width: auto; min-height: 0; accent-color: var(--accent) } textarea { display: block; max-width: 48rem } textarea.code { font: 0.9375rem/1.5 var(--mono); min-height: 6rem; max-width: none }
input:hover, select:hover, textarea:hover { border-color: var(--accent) } [readonly] { background: var(--paper) }
[aria-invalid=true] { border-color: var(--bad); box-shadow: 0 0 0 1px var(--bad) } .wrong { color: var(--bad); font-size: 0.8125rem; margin: 0.25rem 0 0 }
button, .button { display: inline-flex; align-items: center; justify-content: center; gap: 0.375rem; min-height: var(--control); padding: 0.4375rem 1rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: 0.5rem; cursor: pointer; text-decoration: none; text-align: center }
button:hover, .button:hover { filter: brightness(1.08) } button:active { translate: 0 1px }
button.second, .button.second { color: var(--accent); background: transparent; border-color: var(--edge) } button.danger { background: transparent; border-color: var(--bad); color: var(--bad) } button.second:hover { background: var(--tint); filter: none } button.danger:hover { background: color-mix(in srgb, var(--bad) 10%, transparent); filter: none }
form:not(.row, .inline) > button { margin-top: 1.125rem } td button, td .button, li button, .who button { min-height: 2rem; padding: 0.1875rem 0.75rem; font-size: 0.875rem } td form:not(.row, .inline) > button, li form > button { margin-top: 0 }
form.inline { display: inline; margin: 0 } .row { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: start } .row > * { flex: 1 1 11rem; max-width: 22rem } .row > label { margin-top: 0 } .row > div > label { margin-top: 0 } .row > button { flex: 0 0 auto; margin-top: 1.5rem } .row > form { flex: 0 0 auto } .row > input[type=hidden] { display: none }
@media (max-width: 40rem) { .row > * { flex-basis: 100%; max-width: none } .row > button { flex-basis: auto; margin-top: 0.25rem } .chat-line > * { flex-basis: auto } }
fieldset { border: 1px solid var(--line); border-radius: var(--round); margin: var(--gap) 0 0; padding: 0.75rem 1rem 1rem } legend { color: var(--quiet); font-size: 0.8125rem; padding: 0 0.375rem }
.editor { position: relative } .completions { position: absolute; z-index: 1; inset-inline: 0; margin: 0; padding: 0; list-style: none; background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); box-shadow: 0 0.5rem 2rem rgb(0 0 0 / 0.15) } .completions li { padding: 0.25rem 0.75rem; cursor: pointer } .completions [aria-selected=true] { background: var(--tint) }
button[data-palette] { float: inline-end; min-height: 2rem; padding: 0.1875rem 0.75rem; font-size: 0.875rem } dialog.palette { width: min(36rem, 92vw); margin-top: 12vh; color: inherit; background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round) } dialog.palette input { max-width: none } dialog.palette::backdrop { background: rgb(0 0 0 / 0.4) } dialog.palette li { cursor: pointer; padding: 0.5rem 0.75rem } dialog.palette [aria-selected=true] { background: var(--tint); color: var(--accent) }
`;

const PICTURES = `
figure { margin: 0 0 var(--gap) } svg.chart { width: 100%; height: auto; display: block } svg.chart .up { fill: var(--good); stroke: var(--good) } svg.chart .down { fill: var(--bad); stroke: var(--bad) } svg.chart .line { fill: none; stroke: var(--accent); stroke-width: 1.5 } svg.chart text { fill: var(--quiet); font: 11px var(--sans) } svg.chart .rule { stroke: var(--line) }
svg.chart polyline { fill: none; stroke-width: 2 } polyline.s0 { stroke: var(--s0) } polyline.s1 { stroke: var(--s1) } polyline.s2 { stroke: var(--s2) } polyline.s3 { stroke: var(--s3) }
rect.s0 { fill: var(--s0) } rect.s1 { fill: var(--s1) } rect.s2 { fill: var(--s2) } rect.s3 { fill: var(--s3) }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem var(--gap); font-size: 0.8125rem } .legend span::before { content: ""; display: inline-block; width: 0.75rem; height: 0.75rem; margin-inline-end: 0.375rem; border-radius: 2px } .legend .s0::before { background: var(--s0) } .legend .s1::before { background: var(--s1) } .legend .s2::before { background: var(--s2) } .legend .s3::before { background: var(--s3) }
svg.qr { width: 12rem; max-width: 100%; height: auto; background: #fff; padding: 0.75rem; border-radius: var(--round); border: 1px solid var(--line) } .live-chart { height: 26rem } .clock { font-variant-numeric: tabular-nums }
.chat { list-style: none; padding: 0; margin: 0 0 var(--gap); display: grid; gap: 0.75rem } .chat > li { padding: 0.625rem 1rem; border-radius: var(--round); max-width: 44rem; overflow-wrap: anywhere; min-width: 0 } .chat .asked { background: var(--tint); justify-self: end; white-space: pre-wrap } .chat .answered { background: var(--sheet); border: 1px solid var(--line) } .chat .answered > :first-child { margin-top: 0 } .chat .answered > :last-child { margin-bottom: 0 } .chat-line { align-items: center } .chat-line > button { margin-top: 0 } .chat-line [data-link] { color: var(--quiet) } form.ask { margin-bottom: 1.5rem }
.plot { aspect-ratio: 4; min-height: 10rem; width: 100%; overflow: hidden } .plot .u-wrap { position: relative; user-select: none } .plot canvas { display: block; position: relative; width: 100%; height: 100% } .plot :is(.u-over, .u-under, .u-axis, .u-select, .u-cursor-x, .u-cursor-pt) { position: absolute } .plot .u-under { overflow: hidden } .plot .u-select { background: var(--ink); opacity: 0.12; pointer-events: none } .plot .u-cursor-x { inset: 0 auto auto 0; height: 100%; border-inline-end: 1px dashed var(--quiet); pointer-events: none } .plot .u-cursor-pt { inset: 0 auto auto 0; border-radius: 50%; border: 0 solid; pointer-events: none; background-clip: padding-box !important } .plot .u-over { cursor: crosshair } .plot .u-off, .plot-foot small { display: none } figure:has(.plot:focus-visible) .plot-foot small { display: inline } .plot-foot { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.25rem 1rem; align-items: center; margin: 0.25rem 0 0 } .plot-foot button { margin: 0; padding: 0.125rem 0.625rem } .legend b { margin-inline-start: 0.375rem; font-variant-numeric: tabular-nums }
@media (prefers-reduced-motion: no-preference) { a, button, input, select { transition: background-color 0.12s, border-color 0.12s } @keyframes run { from { scale: 0.1 1 } to { scale: 0.95 1 } } body:has(form[aria-busy=true])::before { transform-origin: 0 0; animation: run 4s ease-out forwards } }
@media print { header, footer, button { display: none !important } body.app { display: block } }
`;

/** Blanks between rules say nothing to a browser, and would go out with every page. */
export const STYLE = [TOKENS, TEXT, FRAME, TABLES, FORMS, PICTURES].join("").replaceAll(/\s+/g, " ");

const BARS = "M6 21v-7h4v7zM14 21V11h4v10zM22 21V7h4v14z";

/** The mark in the browser's tab, which needs no file. */
export const ICON = `data:image/svg+xml,${encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b6e5f"/><path fill="#fff" d="${BARS}"/></svg>`,
)}`;

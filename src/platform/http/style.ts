/**
 * The one style of all pages. Colours, steps and sizes are named once, for light and for dark; every rule below speaks of
 * those names alone. It goes out with the page, so that a page is drawn from its first answer.
 */
export const STYLE = `
:root { color-scheme: light dark; --ink: #16202b; --quiet: #52616f; --paper: #fbfaf7; --sheet: #ffffff; --line: #dcdfe3; --accent: #0b6e5f; --on-accent: #ffffff; --good: #0b6e3f; --bad: #b3261e; --warn: #8a5a00; --tint: #eef4f2;
  --sans: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; --serif: ui-serif, Georgia, "Noto Serif", serif; --mono: ui-monospace, Menlo, Consolas, monospace; --round: 0.5rem }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --quiet: #a3b3c2; --paper: #10161d; --sheet: #17202a; --line: #2a3644; --accent: #5ad1bd; --on-accent: #06231e; --good: #6fd39b; --bad: #ff8a80; --warn: #ffca6e; --tint: #16262a } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.55 var(--sans) }
h1, h2, h3 { font-family: var(--serif); font-weight: 600; line-height: 1.15; letter-spacing: -0.01em; text-wrap: balance }
h1 { font-size: clamp(1.75rem, 5vw, 2.5rem); margin: 0 0 0.5rem }
h2 { font-size: 1.25rem; margin: 2rem 0 0.5rem }
h3 { font-size: 1.0625rem; margin: 1.5rem 0 0.25rem }
p.lead { font-size: 1.125rem; color: var(--quiet); margin: 0 0 1.5rem; max-width: 60ch }
.quiet, small { color: var(--quiet) }
a { color: var(--accent); text-underline-offset: 0.2em }
code, pre, .mono { font: 0.9em var(--mono) }
pre { overflow-x: auto; background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); padding: 0.75rem 1rem }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
.skip { position: absolute; left: -100vw } .skip:focus { left: 1rem; top: 0.5rem; background: var(--sheet); padding: 0.5rem }
header.top { border-bottom: 1px solid var(--line); background: var(--sheet) }
header.top > div { max-width: 72rem; margin: 0 auto; padding: 0.625rem 1.25rem; display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; align-items: center }
header.top .brand { font: 600 1.125rem var(--serif); color: inherit; text-decoration: none; margin-right: auto }
nav.sections { display: flex; flex-wrap: wrap; gap: 0.125rem 0.25rem }
nav.sections a { color: inherit; text-decoration: none; padding: 0.25rem 0.5rem; border-radius: var(--round) }
nav.sections a:hover { background: var(--tint) } nav.sections a[aria-current] { background: var(--tint); color: var(--accent); font-weight: 600 }
main { max-width: 72rem; margin: 0 auto; padding: clamp(1.25rem, 4vw, 2.5rem) 1.25rem 4rem }
main.narrow { max-width: 30rem } main.reading { max-width: 44rem; padding-top: clamp(2rem, 8vw, 6rem) }
footer { max-width: 72rem; margin: 0 auto; padding: 1rem 1.25rem 2rem; color: var(--quiet); font-size: 0.875rem; border-top: 1px solid var(--line) }
footer a { color: inherit; margin-right: 1rem }
ul.plain { list-style: none; padding: 0; margin: 0 } ul.plain > li { border-top: 1px solid var(--line); padding: 0.625rem 0 }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 17rem), 1fr)) }
.card { background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round); padding: 1rem 1.125rem }
.card h2, .card h3 { margin-top: 0 }
.figure { font: 600 1.5rem/1.2 var(--serif); font-variant-numeric: tabular-nums }
.table { overflow-x: auto; border: 1px solid var(--line); border-radius: var(--round); background: var(--sheet) }
table { border-collapse: collapse; width: 100% } th, td { text-align: start; padding: 0.5rem 0.75rem; border-top: 1px solid var(--line); vertical-align: top }
thead th { border-top: 0; font-size: 0.8125rem; color: var(--quiet); font-weight: 600; white-space: nowrap }
td.number, th.number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap }
label { display: block; font-size: 0.875rem; color: var(--quiet); margin: 0.875rem 0 0.25rem }
label.check { display: flex; gap: 0.5rem; align-items: baseline; color: var(--ink) }
input, select, textarea { width: 100%; padding: 0.5rem 0.625rem; font: inherit; color: inherit; background: var(--sheet); border: 1px solid var(--quiet); border-radius: var(--round) }
input[type=checkbox], input[type=radio] { width: auto } textarea.code { font: 0.9375rem/1.5 var(--mono); min-height: 6rem }
[aria-invalid=true] { border-color: var(--bad) } .wrong { color: var(--bad); font-size: 0.875rem; margin: 0.25rem 0 0 }
button, .button { display: inline-block; margin-top: 1rem; padding: 0.5rem 1rem; font: inherit; font-weight: 600; color: var(--on-accent); background: var(--accent); border: 1px solid var(--accent); border-radius: var(--round); cursor: pointer; text-decoration: none }
button.second { color: var(--accent); background: transparent } button.danger { background: transparent; border-color: var(--bad); color: var(--bad) }
td button, li button, .row button { margin-top: 0; padding: 0.25rem 0.625rem }
form.inline { display: inline } .row { display: flex; flex-wrap: wrap; gap: 0.75rem; align-items: end } .row > * { flex: 1 1 9rem } .row > button, .row > form { flex: 0 0 auto }
.notice { border-inline-start: 4px solid var(--accent); background: var(--tint); padding: 0.625rem 1rem; margin: 0 0 1.25rem; border-radius: 0 var(--round) var(--round) 0 }
.notice.bad { border-color: var(--bad) } .notice p { margin: 0 } .refused { border-inline-start: 3px solid var(--bad); padding-inline-start: 0.75rem }
.state { display: inline-block; padding: 0.0625rem 0.5rem; border-radius: 1rem; font-size: 0.8125rem; border: 1px solid var(--line); white-space: nowrap }
.state.good { color: var(--good); border-color: currentColor } .state.bad { color: var(--bad); border-color: currentColor } .state.warn { color: var(--warn); border-color: currentColor }
.empty { padding: 1.5rem; text-align: center; color: var(--quiet); border: 1px dashed var(--line); border-radius: var(--round) }
.pager { margin-top: 0.75rem } .good { color: var(--good) } .bad { color: var(--bad) }
meter, progress { width: 100%; height: 0.75rem; accent-color: var(--accent) }
svg.chart { width: 100%; height: auto; display: block } svg.chart .up { fill: var(--good); stroke: var(--good) } svg.chart .down { fill: var(--bad); stroke: var(--bad) } svg.chart .line { fill: none; stroke: var(--accent); stroke-width: 1.5 } svg.chart text { fill: var(--quiet); font: 11px var(--sans) } svg.chart .rule { stroke: var(--line) }
:root { --s0: var(--accent); --s1: #b4541f; --s2: #4a5fc1; --s3: #8a6d00 } @media (prefers-color-scheme: dark) { :root { --s1: #f0a070; --s2: #9fb0ff; --s3: #e0c050 } }
svg.chart polyline { fill: none; stroke-width: 2 } polyline.s0 { stroke: var(--s0) } polyline.s1 { stroke: var(--s1) } polyline.s2 { stroke: var(--s2) } polyline.s3 { stroke: var(--s3) }
rect.s0 { fill: var(--s0) } rect.s1 { fill: var(--s1) } rect.s2 { fill: var(--s2) } rect.s3 { fill: var(--s3) }
figure { margin: 0 0 1rem } .legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1rem; font-size: 0.875rem } .legend span::before { content: ""; display: inline-block; width: 0.75rem; height: 0.75rem; margin-inline-end: 0.375rem; border-radius: 2px } .legend .s0::before { background: var(--s0) } .legend .s1::before { background: var(--s1) } .legend .s2::before { background: var(--s2) } .legend .s3::before { background: var(--s3) }
svg.qr { width: 12rem; max-width: 100%; height: auto; background: #fff; padding: 0.75rem; border-radius: var(--round) }
dl { display: grid; grid-template-columns: auto 1fr; gap: 0.25rem 1rem; margin: 0 0 1rem } dt { color: var(--quiet) } dd { margin: 0; overflow-wrap: anywhere } ins { color: var(--good); text-decoration: none } del { color: var(--bad) }
summary { cursor: pointer } kbd { font: 0.85em var(--mono); border: 1px solid var(--line); border-radius: 4px; padding: 0 0.25rem } button[data-palette] { margin: 0.5rem 0 1rem; padding: 0.25rem 0.625rem } dialog.palette { width: min(36rem, 92vw); margin-top: 12vh; color: inherit; background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round) } dialog.palette::backdrop { background: rgb(0 0 0 / 0.4) } dialog.palette li { cursor: pointer; padding: 0.5rem 0.75rem } dialog.palette [aria-selected=true] { background: var(--tint); color: var(--accent) } ol.steps { display: flex; flex-wrap: wrap; gap: 0.25rem 2rem; padding-inline-start: 1.25rem } ul.symbols { columns: 8rem; padding-inline-start: 1.25rem } fieldset { border: 1px solid var(--line); border-radius: var(--round); margin: 1rem 0 0 } legend { color: var(--quiet); font-size: 0.875rem }
.plot { aspect-ratio: 4; min-height: 10rem; width: 100%; overflow: hidden } .plot .u-wrap { position: relative; user-select: none } .plot canvas { display: block; position: relative; width: 100%; height: 100% } .plot :is(.u-over, .u-under, .u-axis, .u-select, .u-cursor-x, .u-cursor-pt) { position: absolute } .plot .u-under { overflow: hidden } .plot .u-select { background: var(--ink); opacity: 0.12; pointer-events: none } .plot .u-cursor-x { inset: 0 auto auto 0; height: 100%; border-inline-end: 1px dashed var(--quiet); pointer-events: none } .plot .u-cursor-pt { inset: 0 auto auto 0; border-radius: 50%; border: 0 solid; pointer-events: none; background-clip: padding-box !important } .plot .u-over { cursor: crosshair } .plot .u-off, .plot-foot small { display: none } figure:has(.plot:focus-visible) .plot-foot small { display: inline } .plot-foot { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.25rem 1rem; align-items: center; margin: 0.25rem 0 0 } .plot-foot button { margin: 0; padding: 0.125rem 0.625rem } .legend b { margin-inline-start: 0.375rem; font-variant-numeric: tabular-nums }
.live-chart { height: 26rem } [hidden] { display: none !important }
.chat { list-style: none; padding: 0; margin: 0 0 1rem; display: grid; gap: 0.75rem } .chat > li { padding: 0.625rem 1rem; border-radius: var(--round); max-width: 44rem; overflow-wrap: anywhere; min-width: 0 } .chat .asked { background: var(--tint); justify-self: end; white-space: pre-wrap } .chat .answered { background: var(--sheet); border: 1px solid var(--line) } .chat .answered > :first-child { margin-top: 0 } .chat .answered > :last-child { margin-bottom: 0 } .chat-line { align-items: center } .chat-line [data-link] { color: var(--quiet) }
.editor { position: relative } .completions { position: absolute; z-index: 1; inset-inline: 0; margin: 0; padding: 0; list-style: none; background: var(--sheet); border: 1px solid var(--line); border-radius: var(--round) } .completions li { padding: 0.25rem 0.75rem; cursor: pointer } .completions [aria-selected=true] { background: var(--tint) } .clock { font-variant-numeric: tabular-nums }
form.ask { margin-bottom: 1.5rem } details { margin: 1.5rem 0 }
@media (prefers-reduced-motion: no-preference) { a, button { transition: background-color 0.12s } }
@media print { header.top, footer, button { display: none } }
`;

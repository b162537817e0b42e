export const STYLE: string = `
:root {
  --ground: #f6f7f9; --card: #ffffff; --ink: #1c2430; --soft: #667085; --line: #e3e7ee; --lane: #eef1f6;
  --accent: #3b6fd4; --warn: #d6453d; --used: #3b6fd4; --free: #b9c9ea;
  color-scheme: light;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12161d; --card: #1a202a; --ink: #e6eaf1; --soft: #94a0b4; --line: #2b3442; --lane: #222a36;
    --accent: #7aa5f5; --warn: #ff7a70; --used: #7aa5f5; --free: #34466a;
    color-scheme: dark;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', sans-serif; }
main { max-width: 1240px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { margin: 0; font-size: 26px; letter-spacing: -0.01em; }
h2 { margin: 0 0 4px; font-size: 18px; }
p { margin: 0; color: var(--soft); max-width: 85ch; }
section { margin-top: 20px; padding: 20px 22px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
section > p { margin-bottom: 14px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 22px; }
.tile { padding: 14px 16px; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
.tile b { display: block; font-size: 24px; font-weight: 650; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: 13px; }
.tile.lead { border-color: var(--accent); }
.tile.lead b { color: var(--accent); }
.columns { display: grid; grid-template-columns: 1fr 1fr; gap: 28px; }
@media (max-width: 860px) { .columns { grid-template-columns: 1fr; } }
h3 { margin: 0 0 6px; font-size: 14px; font-weight: 600; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 18px; margin: 0 0 12px; padding: 0; list-style: none; font-size: 13px; color: var(--soft); }
.legend i { display: inline-block; width: 11px; height: 11px; margin-right: 6px; border-radius: 3px; vertical-align: -1px; }
canvas { display: block; width: 100%; cursor: grab; touch-action: pan-y; }
canvas:active { cursor: grabbing; }
.hint { margin-top: 8px; font-size: 13px; }
svg { display: block; width: 100%; height: auto; overflow: visible; }
svg text { fill: var(--soft); font-size: 11px; font-family: inherit; }
.axis { stroke: var(--line); }
.bar { margin: 10px 0 2px; display: grid; grid-template-columns: 190px 1fr; gap: 4px 14px; align-items: center; }
.bar > div { position: relative; height: 22px; border-radius: 5px; background: var(--lane); overflow: hidden; }
.bar > div > i { display: block; height: 100%; border-radius: 5px; min-width: 2px; background: var(--used); }
.bar > div.free > i { background: var(--free); }
.bar > div.wasted > i { background: var(--warn); }
.bar > span { color: var(--ink); font-variant-numeric: tabular-nums; }
.bar small { color: var(--soft); }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 14px; }
th { text-align: left; color: var(--soft); font-weight: 500; font-size: 13px; }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.share { width: 26%; min-width: 140px; }
td.share div { height: 10px; border-radius: 3px; background: var(--used); min-width: 1px; }
td.share.warn div { background: var(--warn); }
code { font: 12.5px ui-monospace, 'SF Mono', Menlo, monospace; color: var(--soft); }
.none { color: var(--soft); }
#tip { position: fixed; z-index: 1; display: none; max-width: 360px; padding: 8px 11px; pointer-events: none; font-size: 13px; line-height: 1.45;
  white-space: pre-line; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 8px; box-shadow: 0 6px 24px rgb(0 0 0 / 0.18); }
footer { margin-top: 22px; font-size: 13px; color: var(--soft); }
`

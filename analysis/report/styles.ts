/** The page's style sheet: light, dark and print from one set of variables; tables become cards on a narrow screen. */
import { variables } from "../figures/theme.ts";

const light = `${variables("light")} --paper: #ffffff; --tint: #f4f6f9; --notice: #fdf3e7; --good: #1c6b3f; color-scheme: light;`;
const dark = `${variables("dark")} --paper: #14181f; --tint: #1c222b; --notice: #33261a; --good: #74c796; color-scheme: dark;`;

export const styles = `
:root { ${light} }
@media (prefers-color-scheme: dark) { :root { ${dark} } }
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: break-word; }
code, pre, .tool { overflow-wrap: anywhere; }
main, header, footer { max-width: 1240px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 36px; }
footer { padding-bottom: 48px; color: var(--muted); }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 6px; letter-spacing: -0.01em; }
h2 { font-size: 21px; line-height: 1.3; margin: 52px 0 8px; padding-top: 14px; border-top: 1px solid var(--rule); }
h3 { font-size: 17px; margin: 34px 0 10px; }
h3 small, h2 small { font-size: 13px; font-weight: 400; color: var(--muted); margin-left: 6px; }
p { margin: 6px 0; max-width: 780px; }
a { color: var(--accent); }
small, .muted, figcaption { color: var(--muted); font-size: 12.5px; }
nav { margin: 16px 0 0; font-size: 14px; line-height: 1.9; }
nav a { margin-right: 16px; white-space: nowrap; }
.verdict { font-weight: 600; }
.verdict::before { content: "●"; margin-right: 8px; color: var(--good); }
.verdict.bad::before { color: var(--alert); }
.banner { background: var(--notice); border-left: 5px solid var(--alert); padding: 14px 18px; margin: 20px 0; }
.banner strong { font-size: 17px; }
.banner p { margin: 4px 0 0; }
.scroll { overflow-x: auto; max-width: 100%; }
.scroll.tall { overflow: auto; max-height: 75vh; }
.tall thead th { position: sticky; top: 0; z-index: 1; background: var(--paper); box-shadow: 0 1px var(--muted); }
.workload { content-visibility: auto; contain-intrinsic-size: auto 420px; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 18px; align-items: center; margin: 10px 0 12px; font-size: 14px; }
.controls[hidden] { display: none; }
.controls p { margin: 0; color: var(--muted); }
.controls input, .controls select, thead button { font: inherit; color: inherit; }
.controls input, .controls select { background: var(--paper); border: 1px solid var(--muted); border-radius: 4px; padding: 4px 7px; margin-left: 4px; max-width: 210px; }
thead button { background: none; border: 0; padding: 0; text-align: left; cursor: pointer; text-decoration: underline dotted; text-underline-offset: 3px; }
[aria-sort] button::after { content: " ↑"; }
[aria-sort="descending"] button::after { content: " ↓"; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
table { border-collapse: collapse; font-size: 13.5px; line-height: 1.4; font-variant-numeric: tabular-nums; width: 100%; }
caption { text-align: left; color: var(--muted); font-size: 12.5px; padding: 0 0 6px; }
th, td { text-align: left; vertical-align: top; padding: 7px 12px 7px 0; border-bottom: 1px solid var(--rule); font-weight: 400; }
thead th { color: var(--muted); font-size: 12.5px; vertical-align: bottom; border-bottom-color: var(--muted); }
tbody th { font-weight: 600; min-width: 152px; overflow-wrap: anywhere; }
.nowrap, td small.nowrap { white-space: nowrap; }
td small { display: block; white-space: normal; }
.verdict-text { min-width: 124px; }
.note { min-width: 70px; line-height: 1.6; }
.functional td, td.functional { color: var(--muted); }
.outlier { color: var(--alert); white-space: nowrap; }
.glance tbody th { white-space: nowrap; padding-right: 24px; }
.glance tbody th small { display: block; margin: 0; font-weight: 400; }
.glance td small { white-space: nowrap; }
.pair { display: grid; grid-template-columns: minmax(0, 360px) minmax(0, 1fr); gap: 12px 32px; align-items: start; }
figure { margin: 0; }
figure svg { display: block; width: 100%; height: auto; max-width: 480px; }
figcaption { margin-top: 6px; }
pre { background: var(--tint); padding: 12px 14px; overflow-x: auto; font-size: 13px; white-space: pre-wrap; }
details { margin: 12px 0; }
details.differences { margin: 2px 0 0; }
details.differences summary, details.differences ul { font-size: 12.5px; color: var(--muted); }
details.differences ul { padding-left: 16px; min-width: 200px; }
summary { cursor: pointer; color: var(--accent); font-size: 14px; }
ol, ul { margin: 6px 0; padding-left: 22px; }
.facts { margin-top: 16px; }
.facts td { overflow-wrap: anywhere; }
.facts th { min-width: 0; width: 220px; color: var(--muted); font-weight: 400; }
.settings td, .settings th { white-space: nowrap; }
@media (max-width: 1200px) { .pair { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 780px) {
  main, header, footer { padding-left: 16px; padding-right: 16px; }
  header { padding-top: 22px; }
  h1 { font-size: 23px; }
  h3 small, h2 small { display: block; margin: 0; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards, .cards caption, .cards tbody, .cards tr, .cards th, .cards td { display: block; border: 0; padding: 0; }
  .cards tr { border-top: 1px solid var(--rule); padding: 9px 0; }
  .cards td { display: grid; grid-template-columns: 120px minmax(0, 1fr); gap: 0 10px; padding: 2px 0; white-space: normal; text-align: left; }
  .cards td::before { content: attr(data-label); color: var(--muted); font-size: 12.5px; grid-row: span 4; }
  .cards td > *, .cards td small { grid-column: 2; }
  .cards th, .cards td { overflow-wrap: anywhere; min-width: 0; }
  .cards caption { padding-bottom: 8px; }
  .cards tr[hidden] { display: none; }
  .controls label { display: flex; justify-content: space-between; align-items: center; }
  .controls label:has(select, [type="search"]) { width: 100%; }
  .cards td.whole { display: block; }
  .cards td.whole::before { content: none; }
  .facts th, .settings th { min-width: 0; }
  .facts th { width: 120px; }
}
@page { margin: 14mm 12mm; }
@media print {
  :root { ${light} }
  body { font-size: 10.5pt; }
  main, header, footer { max-width: none; padding: 0; }
  nav, .noprint { display: none; }
  h2, h3 { break-after: avoid; }
  tr, figure, .banner { break-inside: avoid; }
  .scroll, .scroll.tall { overflow: visible; max-height: none; }
  .workload { content-visibility: visible; }
  thead button { text-decoration: none; }
  .pair { grid-template-columns: minmax(0, 1fr); }
  figure svg { max-width: 300pt; }
  a { color: inherit; text-decoration: none; }
  table { font-size: 8.5pt; }
  table small, caption, thead th { font-size: 7.5pt; }
  th, td { padding-right: 6px; }
  .nowrap, .glance td small, .settings td, .settings th, td small.nowrap { white-space: normal; }
}
`;

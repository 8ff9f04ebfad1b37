/**
 * The look of the page, light and dark. Text has a contrast of at least 4.5 to 1, signs and edges of 3 to 1; every sign
 * has a shape of its own, so it reads without colours.
 */
export const matrixStyle = `
:root {
  color-scheme: light dark;
  --canvas: #fbfbf9; --surface: #ffffff; --sunken: #f5f5f2; --hover: #f6f6f3;
  --text: #1b1b19; --text-2: #52524c; --text-3: #696962; --line: #e9e9e5; --line-2: #d9d9d4; --edge: #8e8e86;
  --accent: #2d4fcf; --deny: #ae2a1f; --caution: #7d4d00; --mark: #eef1fd;
  --sans: -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", Cantarell, "Liberation Sans", Arial, sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
  --row: 34px; --first: 320px; --column: 96px;
}
@media (prefers-color-scheme: dark) {
  :root {
    --canvas: #131312; --surface: #1a1a19; --sunken: #20201e; --hover: #232321;
    --text: #ededE9; --text-2: #b6b6ae; --text-3: #9b9b92; --line: #2a2a28; --line-2: #3a3a37; --edge: #7a7a72;
    --accent: #93a9ff; --deny: #ff9d94; --caution: #efbf62; --mark: #1c213a;
  }
}
@media (prefers-contrast: more) {
  :root { --line: var(--edge); --line-2: var(--edge); --text-2: var(--text); --text-3: var(--text); }
}
@media (pointer: coarse) { :root { --row: 46px; } }
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { background: var(--canvas); color: var(--text); font: 14px/20px var(--sans); -webkit-text-size-adjust: 100%; }
body { margin: 0 auto; max-width: 1240px; padding: 28px 32px 40px; }
.skip { position: absolute; left: -999px; }
.skip:focus { left: 16px; top: 8px; background: var(--surface); padding: 6px 12px; z-index: 9; }
h1 { font-size: 24px; line-height: 32px; font-weight: 600; letter-spacing: -.01em; margin: 0; overflow-wrap: anywhere; }
.sub { color: var(--text-2); margin: 4px 0 20px; overflow-wrap: anywhere; }
code { font: 12px/16px var(--mono); }
.tools { display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; margin-bottom: 12px; }
.tools input[type=search] {
  flex: 1 1 260px; min-width: 0; height: 36px; padding: 0 12px; font: inherit; color: var(--text); background: var(--surface);
  border: 1px solid var(--edge); border-radius: 6px;
}
.tools input::placeholder { color: var(--text-3); }
.tools label { display: inline-flex; gap: 8px; align-items: center; min-height: 28px; }
.tools input[type=checkbox] { width: 16px; height: 16px; margin: 0; accent-color: var(--accent); }
button { font: inherit; color: inherit; background: none; border: 0; padding: 0; text-align: left; cursor: pointer; }
.tools button { height: 36px; padding: 0 14px; border: 1px solid var(--line-2); border-radius: 6px; background: var(--surface); font-weight: 500; }
.tools button:hover { background: var(--hover); }
.found { color: var(--text-2); font-size: 13px; min-height: 20px; margin: 0; flex-basis: 100%; }
.found:empty { display: none; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.legend { display: flex; flex-wrap: wrap; gap: 6px 20px; list-style: none; margin: 0 0 12px; padding: 0; color: var(--text-2); font-size: 13px; }
.legend li { display: inline-flex; gap: 8px; align-items: center; }
.legend span { color: var(--text-2); }
.note { color: var(--text-2); font-size: 13px; margin: 12px 0 0; }
.g { width: 18px; height: 18px; flex: none; display: inline-block; vertical-align: middle; }
.own, .inherited { color: var(--accent); } .everybody, .taken-out, .off-plan { color: var(--text-2); } .denied { color: var(--deny); }
.scroll {
  overflow: auto; position: relative; max-height: calc(100vh - 48px); background: var(--surface);
  border: 1px solid var(--line-2); border-radius: 10px; scroll-padding: 96px 0 0 var(--first);
}
table { border-collapse: separate; border-spacing: 0; width: 100%; }
th { font-weight: 400; text-align: left; }
thead th { position: sticky; top: 0; z-index: 2; background: var(--sunken); vertical-align: bottom; padding: 10px 8px; border-bottom: 1px solid var(--line-2); }
thead th:not(:first-child) { min-width: var(--column); max-width: 150px; text-align: center; font-size: 12px; line-height: 16px; }
thead th b { font-weight: 500; display: block; overflow-wrap: break-word; }
thead th:first-child { z-index: 3; }
thead th:first-child, tbody th[scope=row] {
  left: 0; width: var(--first); min-width: var(--first); max-width: var(--first); border-right: 1px solid var(--line-2); padding-left: 16px;
}
tbody th[scope=row] { position: sticky; z-index: 1; background: var(--surface); height: var(--row); padding: 5px 10px 5px 16px; border-bottom: 1px solid var(--line); }
tbody td { height: var(--row); padding: 0 8px; text-align: center; border-bottom: 1px solid var(--line); }
tbody tr.row:hover th, tbody tr.row:hover td { background: var(--hover); }
.n, .kind, .scope { color: var(--text-3); font-size: 12px; line-height: 16px; }
thead .n, thead .kind { display: block; }
.scope { white-space: nowrap; }
.row th > div { display: flex; flex-wrap: wrap; gap: 0 8px; align-items: center; }
.row th button { font-size: 13px; line-height: 18px; overflow-wrap: anywhere; max-width: 100%; }
.row th button:hover { text-decoration: underline; text-underline-offset: 3px; }
.row th .g { width: 14px; height: 14px; color: var(--caution); }
.group th { background: var(--sunken); border-bottom: 1px solid var(--line); padding: 0; font-size: 12px; line-height: 16px; color: var(--text-2); }
.group button { position: sticky; left: 0; display: inline-flex; gap: 8px; align-items: center; padding: 0 16px; min-height: 28px; max-width: min(100vw - 40px, 600px); font-weight: 500; }
.group button::before { content: ""; width: 7px; height: 7px; flex: none; border: solid var(--text-2); border-width: 0 1.5px 1.5px 0; transform: translateY(-2px) rotate(45deg); }
.group button[aria-expanded=false]::before { transform: translateX(-2px) rotate(-45deg); }
tbody.folded tr:not(.group) { display: none; }
tr.aside { display: none; }
table.all tr.aside { display: table-row; }
.detail td { padding: 0; height: auto; text-align: left; background: var(--mark); }
.detail > td > div { position: sticky; left: 0; width: min(100vw - 66px, 900px); padding: 12px 16px 14px; }
.detail ul { margin: 8px 0 0; padding: 0; list-style: none; display: grid; grid-template-columns: repeat(auto-fill, minmax(250px, 1fr)); gap: 6px 20px; }
.detail li { overflow-wrap: anywhere; }
.detail li b { font-weight: 500; }
.detail p { margin: 4px 0 0; }
.detail .at { display: block; color: var(--text-3); font: 11px/15px var(--mono); }
.sr { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@media (max-width: 600px) {
  :root { --first: 148px; --column: 84px; }
  body { padding: 16px 16px 24px; }
  .scroll { max-height: calc(100vh - 32px); }
  thead th:first-child, tbody th[scope=row] { padding-left: 12px; }
  .group button { padding: 0 12px; min-height: 36px; }
}
@media (forced-colors: active) { .own, .inherited, .everybody, .taken-out, .denied, .off-plan { color: CanvasText; } }
@media print {
  body { max-width: none; padding: 0; } .tools, .skip { display: none; }
  .scroll { max-height: none; overflow: visible; border: 0; } th, td { position: static !important; }
}
`;

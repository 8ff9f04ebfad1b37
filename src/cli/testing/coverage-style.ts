/** The colours of the coverage map, for light and dark. Contrast is at least 4.5 to 1; every sign reads without them. */
export const coverageStyle = `
:root {
  color-scheme: light dark;
  --page: #ffffff; --text: #1c1e21; --line: #c9ced6; --head: #f1f3f6;
  --may-few: #d3ecd6; --may-some: #a9dbb0; --may-many: #7cc886;
  --not-few: #dbe6f8; --not-some: #b5cdf1; --not-many: #8fb4ea;
  --open: #fff4d6; --open-line: #b35900;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #16181c; --text: #e8eaee; --line: #414751; --head: #22262d;
    --may-few: #1d3a24; --may-some: #255233; --may-many: #2e6b41;
    --not-few: #1e2c47; --not-some: #263c66; --not-many: #2f4d87;
    --open: #3d2f0c; --open-line: #ffb454;
  }
}
body { background: var(--page); color: var(--text); font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.5rem; }
code, tbody th[scope=row] { font-family: ui-monospace, monospace; font-size: .9em; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; }
caption { font-weight: 600; text-align: left; }
th, td { border: 1px solid var(--line); padding: .15rem .5rem; }
thead th, tfoot th, tfoot td, th[scope=rowgroup] { background: var(--head); }
th { font-weight: 500; text-align: left; }
th[scope=rowgroup] { font-weight: 700; }
.map thead th:not(:first-child), .map td { min-width: 4.5rem; text-align: center; }
.legend td:first-child { min-width: 3rem; text-align: center; }
.may.few { background: var(--may-few); } .may.some { background: var(--may-some); } .may.many { background: var(--may-many); }
.not.few { background: var(--not-few); } .not.some { background: var(--not-some); } .not.many { background: var(--not-many); }
.open { background: var(--open); font-weight: 700; outline: 1px dashed var(--open-line); outline-offset: -2px; }
@media print { body { margin: 0; max-width: none; } td { print-color-adjust: exact; } }
`;

/* Filters and sorts the table of all cells. Without it the page is whole, and the table in the order planned. */
(() => {
  const form = document.getElementById("cells-controls");
  const table = document.getElementById("cells");
  if (!(form && table)) return;
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  const fields = form.elements;
  const planned = [...body.rows].map((row) => ({ row, words: row.textContent.toLowerCase() }));
  const count = document.getElementById("cells-count");

  const byText = new Intl.Collator("en", { numeric: true }).compare;
  const valuesOf = (row, column) => row.cells[column].dataset.sort;
  /** Numbers by size, other text as people order it; what has no value comes last in either direction. */
  const compare = (a, b, sign) => {
    if (a === "" || b === "") return Number(a === "") - Number(b === "");
    const difference = Number(a) - Number(b);
    return sign * (Number.isNaN(difference) ? byText(a, b) : difference);
  };

  const filter = () => {
    const words = fields.words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const { row, words: own } of planned) {
      const { guest, state } = row.dataset;
      const fits =
        (fields.guest.value === "" || fields.guest.value === guest) &&
        (fields.state.value === "" || fields.state.value === state) &&
        words.every((word) => own.includes(word));
      row.hidden = !fits;
      if (fits) shown++;
    }
    count.textContent =
      shown === planned.length ? `${shown} cell${shown === 1 ? "" : "s"}` : `${shown} of ${planned.length} cells`;
  };

  const sort = () => {
    const column = fields.column.value;
    const sign = fields.descending.checked ? -1 : 1;
    const rows = planned.map(({ row }) => row);
    if (column !== "") rows.sort((a, b) => compare(valuesOf(a, column), valuesOf(b, column), sign));
    body.append(...rows);
    for (const [i, head] of heads.entries()) {
      if (String(i) === column) head.setAttribute("aria-sort", sign > 0 ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    }
  };

  for (const [i, head] of heads.entries()) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => {
      fields.descending.checked = fields.column.value === String(i) && !fields.descending.checked;
      fields.column.value = String(i);
      sort();
    });
    head.append(button);
  }
  // where the table has become cards its head is out of sight, and the form alone is reached by keyboard
  const narrow = matchMedia("(max-width: 780px)");
  const reach = () => {
    for (const head of heads) head.firstChild.tabIndex = narrow.matches ? -1 : 0;
  };
  narrow.addEventListener("change", reach);
  reach();
  form.addEventListener("input", (event) => {
    if (event.target === fields.column || event.target === fields.descending) sort();
    else filter();
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  // a browser may have kept what was chosen before the page was loaded again
  filter();
  sort();
})();

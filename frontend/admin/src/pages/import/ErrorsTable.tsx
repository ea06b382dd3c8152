import type { ImportError } from "../../api.ts";
import { type DataColumn, DataTable } from "../../components/DataTable.tsx";

/** More rows would make the page slow, and errors often have a common cause. */
const SHOWN = 100;

type Row = ImportError & { id: string };

const COLUMNS: DataColumn<Row>[] = [
  { id: "line", label: "Line", isRowHeader: true, render: ({ line }) => line },
  { id: "field", label: "Column", render: ({ field }) => field ?? "–" },
  {
    id: "message",
    label: "Reason",
    render: ({ message, product_line }) =>
      product_line === null ? message : `${message} (product in line ${product_line})`,
  },
];

/** The errors of a file, in the order of its lines. */
export function ErrorsTable({ errors }: { errors: ImportError[] }) {
  const rows = errors.slice(0, SHOWN).map((error, index) => ({ ...error, id: String(index) }));
  const hidden = errors.length - rows.length;
  return (
    <>
      <DataTable label="Rejected lines" columns={COLUMNS} items={rows} empty="No line is rejected." />
      {hidden > 0 && <p>Further errors are not shown. Correct these, and choose the file again.</p>}
    </>
  );
}

import type { ReactNode } from "react";
import styles from "./dashboard.module.css";

interface FiguresTableProps {
  columns: string[];
  /** The cells of each row. The first one names it. */
  rows: [key: string, ...cells: ReactNode[]][];
}

/** The figures of a chart as a table, for all who cannot see or hover over it. */
export function FiguresTable({ columns, rows }: FiguresTableProps) {
  return (
    <details className={styles.figuresTable}>
      <summary>Figures as a table</summary>
      <table>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, ...cells]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              {cells.map((cell, index) => (
                <td key={columns[index + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

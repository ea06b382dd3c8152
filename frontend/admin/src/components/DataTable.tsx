// A table that becomes a list of cards on narrow screens.

import type { ReactNode } from "react";
import { Cell, Column, Row, Table, TableBody, TableHeader } from "react-aria-components";
import styles from "./DataTable.module.css";

export interface DataColumn<Item> {
  id: string;
  label: string;
  /** Names the row. Exactly one column does. */
  isRowHeader?: boolean;
  isNumber?: boolean;
  /** Its cells have buttons or links, and need no label in a card. */
  isAction?: boolean;
  render: (item: Item) => ReactNode;
}

interface DataTableProps<Item> {
  label: string;
  columns: DataColumn<Item>[];
  items: Item[];
  /** What to show instead of no rows. */
  empty: ReactNode;
}

export function DataTable<Item extends { id: string }>({ label, columns, items, empty }: DataTableProps<Item>) {
  if (items.length === 0) return <p className={styles.empty}>{empty}</p>;
  return (
    <div className={styles.frame}>
      <Table aria-label={label} className={styles.table ?? ""}>
        <TableHeader columns={columns}>
          {(column) => (
            <Column isRowHeader={column.isRowHeader ?? false} className={column.isNumber ? (styles.number ?? "") : ""}>
              {column.label}
            </Column>
          )}
        </TableHeader>
        <TableBody items={items}>
          {(item) => (
            <Row columns={columns} className={styles.row ?? ""}>
              {(column) => (
                <Cell className={className(column)}>
                  <span className={styles.label} aria-hidden="true">
                    {column.label}
                  </span>
                  <span className={styles.value}>{column.render(item)}</span>
                </Cell>
              )}
            </Row>
          )}
        </TableBody>
      </Table>
    </div>
  );
}

function className({ isNumber, isRowHeader, isAction }: DataColumn<never>): string {
  const kinds = [isNumber && styles.number, isRowHeader && styles.title, isAction && styles.action];
  return [styles.cell, ...kinds].filter(Boolean).join(" ");
}

import type { ProductImport } from "../../api.ts";
import { Notice } from "../../components/Notice.tsx";
import { ErrorsTable } from "./ErrorsTable.tsx";
import styles from "./import.module.css";

/** What an import has done, or would do. */
export function Report({ report }: { report: ProductImport }) {
  const { dry_run, created, unchanged, rejected_lines, errors, notices } = report;
  return (
    <>
      <dl className={styles.counts}>
        <Count label={dry_run ? "To be created" : "Created"} value={created} />
        <Count label="Exist already, not changed" value={unchanged} />
        <Count label="Rejected lines" value={rejected_lines} />
      </dl>
      {notices.length > 0 && (
        <Notice tone="info" title="Not everything in the file is taken over">
          <ul className={styles.notices}>
            {notices.map((notice) => (
              <li key={notice}>{notice}</li>
            ))}
          </ul>
        </Notice>
      )}
      {errors.length > 0 && <ErrorsTable errors={errors} />}
    </>
  );
}

function Count({ label, value }: { label: string; value: number }) {
  return (
    <div className={styles.count}>
      <dt>{label}</dt>
      <dd>{value.toLocaleString("en")}</dd>
    </div>
  );
}

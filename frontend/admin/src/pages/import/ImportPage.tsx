import { Link } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { ProductImport } from "../../api.ts";
import { useNotify } from "../../app/notifications.tsx";
import { Button } from "../../components/Button.tsx";
import { Card } from "../../components/Card.tsx";
import { ErrorNote } from "../../components/ErrorNote.tsx";
import { FileDrop } from "../../components/FileDrop.tsx";
import { Loading } from "../../components/Loaded.tsx";
import { Notice } from "../../components/Notice.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { countProducts } from "./count.ts";
import styles from "./import.module.css";
import { EXTENSIONS, useImport } from "./queries.ts";
import { Report } from "./Report.tsx";

/** API Gateway rejects the largest files before the shop sees them. */
const OWN_SENTENCES = {
  unexpected_response:
    "The shop has not accepted the file. Perhaps it is too large: at most 4 MiB fit into one import.",
};

/** Imports products from a file: first a dry run, then the import itself. */
export function ImportPage() {
  const notify = useNotify();
  const [file, setFile] = useState<File | null>(null);
  const check = useImport({ isDryRun: true });
  const apply = useImport({
    isDryRun: false,
    onSuccess: ({ created }) => notify(`${countProducts(created)} created.`),
  });
  const isBusy = check.isPending || apply.isPending;

  async function choose(chosen: File) {
    // A copy, because a browser cannot read a file that has changed since it was chosen.
    const copy = new File([await chosen.arrayBuffer()], chosen.name);
    setFile(copy);
    apply.reset();
    check.mutate(copy);
  }

  return (
    <>
      <PageHeading title="Import products" />
      <div className={styles.cards}>
        <Card title="File">
          <p>
            One row for each variant, with the columns <code>name</code>, <code>category</code>, <code>base_price</code>{" "}
            and <code>sku</code>, and others such as <code>description</code>, <code>size</code>, <code>color</code> and{" "}
            <code>stock_quantity</code>. Product exports of Shopify and WooCommerce can be imported as they are.
            Products that exist already are not changed. Images of other servers stay there, and the storefront shows
            them if its settings name these servers.
          </p>
          <FileDrop
            label="Drop a file here, or"
            button="Choose a file"
            hint="CSV or JSON Lines in UTF-8, at most 2,000 products and 4 MiB"
            accepted={EXTENSIONS}
            isDisabled={isBusy}
            onFiles={([file]) => file && void choose(file)}
          />
          {check.isError && <ErrorNote error={check.error} own={OWN_SENTENCES} />}
        </Card>
        {check.isPending && <Loading />}
        {file && check.data && !apply.data && (
          <Checked file={file} report={check.data} apply={apply} onApply={() => apply.mutate(file)} />
        )}
        {file && apply.data && <Applied file={file} report={apply.data} onRepeat={() => apply.mutate(file)} />}
      </div>
    </>
  );
}

interface CheckedProps {
  file: File;
  report: ProductImport;
  apply: { isPending: boolean; isError: boolean; error: unknown };
  onApply: () => void;
}

/** What the import would do. */
function Checked({ file, report, apply, onApply }: CheckedProps) {
  return (
    <Card title={`Check of ${file.name}`}>
      <p role="status">
        {report.created === 0
          ? "The file has no products that can be created."
          : "Nothing is stored yet. Lines with errors are left out, with all variants of their products."}
      </p>
      <Report report={report} />
      {apply.isError && <ErrorNote error={apply.error} />}
      {report.created > 0 && (
        <div>
          <Button variant="primary" isPending={apply.isPending} onPress={onApply}>
            Create {countProducts(report.created)}
          </Button>
        </div>
      )}
    </Card>
  );
}

interface AppliedProps {
  file: File;
  report: ProductImport;
  onRepeat: () => void;
}

/** What the import has done. */
function Applied({ file, report, onRepeat }: AppliedProps) {
  const result = useRef<HTMLDivElement>(null);
  // The button that had the focus is gone.
  useEffect(() => result.current?.focus(), []);
  return (
    <Card title={`Import of ${file.name}`}>
      <div ref={result} tabIndex={-1} className={styles.result}>
        {report.stopped_at_line === null ? (
          <Notice tone="success" title="The import is complete." />
        ) : (
          <Notice tone="warning" title={`The import has stopped before line ${report.stopped_at_line}.`}>
            <p>The products on the lines above it are imported. Continue to import the others.</p>
            <Button onPress={onRepeat}>Continue</Button>
          </Notice>
        )}
      </div>
      <Report report={report} />
      <Link to="/products">All products</Link>
    </Card>
  );
}

import { useState } from "react";
import type { AdminOrder } from "../../api.ts";
import { Button } from "../../components/Button.tsx";
import { Card } from "../../components/Card.tsx";
import styles from "./order.module.css";
import { TrackingDialog } from "./TrackingDialog.tsx";

/** The parcel of a shipped order. */
export function TrackingCard({ order }: { order: AdminOrder }) {
  const [isOpen, setIsOpen] = useState(false);
  const { status, tracking, erased } = order;
  if (status !== "shipped" && status !== "delivered") return null;
  const label = tracking ? "Correct the tracking" : "Add tracking";
  return (
    <Card title="Parcel" actions={!erased && <Button onPress={() => setIsOpen(true)}>{label}</Button>}>
      {tracking ? (
        <dl className={styles.facts}>
          <dt>Carrier</dt>
          <dd>{tracking.carrier}</dd>
          <dt>Number</dt>
          <dd>{tracking.url ? <a href={tracking.url}>{tracking.number}</a> : tracking.number}</dd>
        </dl>
      ) : (
        <p>The order was shipped without tracking.</p>
      )}
      {isOpen && <TrackingDialog order={order} status={status} title={label} onClose={() => setIsOpen(false)} />}
    </Card>
  );
}

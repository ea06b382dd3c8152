import type { AdminOrder } from "../../api.ts";
import { Notice } from "../../components/Notice.tsx";
import { FLAG, HOLD_REASON } from "../../words.ts";
import { DisputeNotice } from "./DisputeNotice.tsx";
import { holdReason } from "./hold.ts";
import styles from "./order.module.css";

/** What an administrator has to know before doing anything with the order. */
export function OrderNotices({ order }: { order: AdminOrder }) {
  const hold = order.status === "processing" ? holdReason(order) : undefined;
  // A dispute has a notice of its own, which also says whether the order may be shipped.
  const flags = order.flags.filter((flag) => flag !== "disputed");
  return (
    <div className={styles.notices}>
      {flags.map((flag) => (
        <Notice key={flag} tone="danger" title={FLAG[flag].label}>
          {FLAG[flag].meaning} {FLAG[flag].remedy}
        </Notice>
      ))}
      <DisputeNotice order={order} />
      {hold && hold !== "disputed" && (
        <Notice tone="warning" title="Do not ship">
          The order is on hold, because {HOLD_REASON[hold]}.
        </Notice>
      )}
    </div>
  );
}

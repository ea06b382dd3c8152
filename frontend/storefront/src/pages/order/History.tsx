import type { Order } from "../../api.ts";
import form from "../../components/form.module.css";
import { dateTime, STATUS } from "../../components/order-words.ts";
import styles from "./order.module.css";

export function History({ changes }: { changes: Order["status_history"] }) {
  return (
    <section className={form.card} aria-labelledby="history">
      <h2 id="history">History</h2>
      <ol className={styles.history}>
        {changes.map(({ at, status }) => (
          <li key={at + status}>
            <span>{STATUS[status]}</span> <time dateTime={at}>{dateTime(at)}</time>
          </li>
        ))}
      </ol>
    </section>
  );
}

import { formatMoney, toMoney } from "@ferrocart/client";
import { useNavigate } from "@tanstack/react-router";
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { Order, Payment } from "../../api.ts";
import { Button } from "../../components/Button.tsx";
import { Notice } from "../../components/Notice.tsx";
import styles from "./payment.module.css";
import { type Elements, loadStripe, type Stripe } from "./stripe.ts";

interface PaymentFormProps {
  payment: Payment;
  orderId: string;
  total: Order | undefined;
}

/** The card form, which is in a frame of Stripe: this page never sees the card. */
export function PaymentForm({ payment, orderId, total }: PaymentFormProps) {
  const place = useRef<HTMLDivElement>(null);
  const stripe = useRef<{ stripe: Stripe; elements: Elements }>(undefined);
  const [state, setState] = useState<"loading" | "ready" | "unavailable" | "paying">("loading");
  const [attempt, setAttempt] = useState(0);
  const [message, setMessage] = useState<string>();
  const navigate = useNavigate();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt mounts the form again.
  useEffect(() => {
    let isMounted = true;
    let unmount = () => {};
    async function mount() {
      setState("loading");
      const loaded = await loadStripe(payment);
      if (!isMounted || !place.current || payment.client_secret === null) return;
      const elements = loaded.elements({ clientSecret: payment.client_secret });
      const element = elements.create("payment");
      element.on("ready", () => setState("ready"));
      element.on("loaderror", () => setState("unavailable"));
      element.mount(place.current);
      unmount = () => element.destroy();
      stripe.current = { stripe: loaded, elements };
    }
    mount().catch(() => isMounted && setState("unavailable"));
    return () => {
      isMounted = false;
      unmount();
    };
  }, [payment.client_secret, attempt]);

  async function pay(event: FormEvent) {
    event.preventDefault();
    if (!stripe.current || state !== "ready") return;
    setState("paying");
    setMessage(undefined);
    const error = await confirm(stripe.current).catch(() => ({
      message: "Stripe does not respond. Please try again.",
    }));
    if (error) {
      setState("ready");
      setMessage(error.message ?? "The payment has failed. Please try again, or use another card.");
      return;
    }
    await navigate({ to: "/orders/$orderId", params: { orderId }, search: { payment: "submitted" }, replace: true });
  }

  /** Returns the error, if there is one. For some kinds of payment, Stripe leaves for its own pages and returns later. */
  async function confirm({ stripe, elements }: { stripe: Stripe; elements: Elements }) {
    const { error: incomplete } = await elements.submit();
    if (incomplete) return incomplete;
    const return_url = `${location.origin}/orders/${orderId}`;
    const { error } = await stripe.confirmPayment({ elements, confirmParams: { return_url }, redirect: "if_required" });
    return error;
  }

  const failure = message ?? (payment.status === "failed" ? payment.failure?.message : undefined);
  return (
    <form onSubmit={pay} className={styles.form}>
      {state === "loading" && <p role="status">Loading the card form …</p>}
      {state === "unavailable" && (
        <Notice kind="danger" isAnnounced>
          The card form cannot be loaded at the moment. Your order is kept.
          <Button onClick={() => setAttempt(attempt + 1)}>Try again</Button>
        </Notice>
      )}
      <div ref={place} className={styles.card} />
      {failure && (
        <Notice kind="danger">
          <p role="alert">{failure}</p>
        </Notice>
      )}
      <Button
        type="submit"
        kind="primary"
        isBusy={state === "paying"}
        disabled={state === "loading" || state === "unavailable"}
      >
        {state === "paying"
          ? "Paying …"
          : total
            ? `Pay ${formatMoney(toMoney(total.total_amount, total.currency))}`
            : "Pay"}
      </Button>
    </form>
  );
}

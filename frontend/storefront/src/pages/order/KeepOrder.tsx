import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { Link } from "@tanstack/react-router";
import { useSessionUser } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import form from "../../components/form.module.css";
import { Notice } from "../../components/Notice.tsx";
import { useClaimOrder } from "../../data/orders.ts";

/** How a guest moves an order into an account. Then only the account opens it. */
export function KeepOrder({ orderId }: { orderId: string }) {
  const user = useSessionUser();
  const claim = useClaimOrder(orderId);
  const search = { next: `/orders/${orderId}` };
  return (
    <section className={form.card} aria-labelledby="keep">
      <h2 id="keep">Keep this order in an account</h2>
      {user ? (
        <>
          <p>It is listed among your orders then, and the links in its mails end.</p>
          {claim.isError && (
            <Notice kind="danger">
              <ErrorMessage error={claim.error} />
            </Notice>
          )}
          <Button isBusy={claim.isPending} onClick={() => claim.mutate()}>
            Add this order to my account
          </Button>
        </>
      ) : (
        <p>
          <Link to="/register" search={search}>
            Create an account
          </Link>{" "}
          or{" "}
          <Link to="/login" search={search}>
            sign in
          </Link>{" "}
          to see all your orders in one place.
        </p>
      )}
    </section>
  );
}

import { isProblem } from "@ferrocart/client";
import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { fieldErrors } from "@ferrocart/ui/problems.ts";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Cart, User } from "../../api.ts";
import form from "../../components/form.module.css";
import { Notice } from "../../components/Notice.tsx";
import { useFocusInvalid } from "../../components/use-focus-invalid.ts";
import { AddressChoice } from "./AddressChoice.tsx";
import styles from "./checkout.module.css";
import { useDraft } from "./draft.ts";
import { GuestFields } from "./GuestFields.tsx";
import { Summary } from "./Summary.tsx";
import { usePlaceOrder } from "./use-place-order.ts";

/** The form of a customer, or of a guest without an account. */
export function CheckoutForm({ user, cart }: { user: User | null; cart: Cart }) {
  const [draft, change] = useDraft(user?.name ?? "");
  // The total for which the customer was asked: the button must not change its meaning unnoticed.
  const [shownTotal, setShownTotal] = useState(cart.subtotal);
  const place = usePlaceOrder((choice) => change({ choice }));
  const addresses = user?.addresses ?? [];
  const stored = addresses.find(({ id }) => id === draft.choice);
  const hasChosen = draft.choice === "new" || stored !== undefined;
  const first = addresses.find(({ type }) => type === "shipping") ?? addresses[0];
  const choice = (hasChosen ? draft.choice : first?.id) ?? "new";
  const addressId = choice === "new" ? undefined : choice;
  const hasChanged = cart.subtotal !== shownTotal;
  const errors = fieldErrors(place.error);
  const addressErrors = Object.fromEntries(
    Object.entries(errors).map(([name, message]) => [name.replace("shipping_address/", ""), message]),
  );

  const element = useFocusInvalid(place.error);
  return (
    <form
      ref={element}
      className={styles.columns}
      onSubmit={(event) => {
        event.preventDefault();
        if (place.isPending) return;
        setShownTotal(cart.subtotal);
        place.mutate({ cart, draft, addressId, isGuest: user === null });
      }}
    >
      <section className={form.card} aria-labelledby="address">
        {user === null && (
          <GuestFields email={draft.email} error={errors.email} onChange={(email) => change({ email })} />
        )}
        <h2 id="address">Shipping address</h2>
        <AddressChoice
          addresses={user?.addresses}
          choice={choice}
          draft={draft}
          errors={addressErrors}
          onChange={change}
        />
      </section>
      <Summary cart={cart} isBusy={place.isPending}>
        {place.isError && (
          <Notice kind="danger">
            <ErrorMessage error={place.error} currency={cart.currency} />
            {user && isProblem(place.error, "too_many_unpaid_orders") && <Link to="/account/orders">Your orders</Link>}
          </Notice>
        )}
        {hasChanged && place.isIdle && (
          <Notice kind="warning" isAnnounced>
            The total has changed while you were here. Please check it before you order.
          </Notice>
        )}
      </Summary>
    </form>
  );
}

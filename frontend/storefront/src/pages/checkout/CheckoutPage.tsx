import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { User } from "../../api.ts";
import { useSessionUser } from "../../app/services.tsx";
import { LinkButton } from "../../components/Button.tsx";
import { CartChanges } from "../../components/CartChanges.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { RequireUser } from "../../components/RequireUser.tsx";
import { UnpaidOrders } from "../../components/UnpaidOrders.tsx";
import { useCart } from "../../data/cart.ts";
import { useUser } from "../../data/user.ts";
import { CheckoutForm } from "./CheckoutForm.tsx";

/** Address and total. Its button places the order; the next page takes the payment. */
export function CheckoutPage() {
  const user = useSessionUser();
  // If the session ends here, the customer signs in again. The cart of a guest would be another one.
  const [hadAccount] = useState(user !== null);
  if (!user && !hadAccount) return <Content user={null} />;
  return (
    <RequireUser>
      <Account />
    </RequireUser>
  );
}

function Account() {
  const user = useUser();
  return <Loaded query={user}>{(data) => <Content user={data} />}</Loaded>;
}

function Content({ user }: { user: User | null }) {
  const cart = useCart();
  return (
    <>
      <PageHeading>Checkout</PageHeading>
      <CartChanges />
      <Loaded query={cart}>
        {(data) => (data.items.length > 0 ? <CheckoutForm user={user} cart={data} /> : <Empty isGuest={!user} />)}
      </Loaded>
    </>
  );
}

function Empty({ isGuest }: { isGuest: boolean }) {
  return (
    <>
      <UnpaidOrders />
      <p>
        Your cart is empty.
        {isGuest && (
          <>
            {" "}
            If you have an account,{" "}
            <Link to="/login" search={{ next: "/checkout" }} replace>
              sign in
            </Link>{" "}
            to see its cart.
          </>
        )}
      </p>
      <LinkButton to="/" kind="primary">
        See all products
      </LinkButton>
    </>
  );
}

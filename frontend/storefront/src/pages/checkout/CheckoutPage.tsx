import type { User } from "../../api.ts";
import { LinkButton } from "../../components/Button.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { RequireUser } from "../../components/RequireUser.tsx";
import { UnpaidOrders } from "../../components/UnpaidOrders.tsx";
import { useCart } from "../../data/cart.ts";
import { useUser } from "../../data/user.ts";
import { CheckoutForm } from "./CheckoutForm.tsx";

/** Address and total. Its button places the order; the next page takes the payment. */
export function CheckoutPage() {
  return (
    <RequireUser>
      <PageHeading>Checkout</PageHeading>
      <Account />
    </RequireUser>
  );
}

function Account() {
  const user = useUser();
  return <Loaded query={user}>{(data) => <Filled user={data} />}</Loaded>;
}

function Filled({ user }: { user: User }) {
  const cart = useCart();
  return (
    <Loaded query={cart}>
      {(data) =>
        data.items.length > 0 ? (
          <CheckoutForm user={user} cart={data} />
        ) : (
          <>
            <UnpaidOrders />
            <p>Your cart is empty.</p>
            <LinkButton to="/" kind="primary">
              See all products
            </LinkButton>
          </>
        )
      }
    </Loaded>
  );
}

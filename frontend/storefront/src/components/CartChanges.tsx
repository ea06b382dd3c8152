import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { CartChange } from "../api.ts";
import { useCart } from "../data/cart.ts";
import { cartChangesKey } from "../data/merge-cart.ts";
import { Button } from "./Button.tsx";
import { changeSentence } from "./cart-changes.ts";
import { Notice } from "./Notice.tsx";

/** What the login could not move from the cart of the guest as it was, until the customer has read it. */
export function CartChanges() {
  const queryClient = useQueryClient();
  const { data: cart } = useCart();
  const [isRead, setIsRead] = useState(false);
  const changes = queryClient.getQueryData<CartChange[]>(cartChangesKey) ?? [];
  if (isRead || changes.length === 0) return null;
  return (
    <Notice kind="warning" isAnnounced>
      <ul>
        {changes.map((change) => (
          <li key={change.sku}>{changeSentence(change, cart)}</li>
        ))}
      </ul>
      <Button
        onClick={() => {
          queryClient.removeQueries({ queryKey: cartChangesKey });
          setIsRead(true);
        }}
      >
        Understood
      </Button>
    </Notice>
  );
}

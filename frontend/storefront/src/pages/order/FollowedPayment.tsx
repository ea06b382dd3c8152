import { UnpaidError, waitUntilPaid } from "@ferrocart/client";
import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Order } from "../../api.ts";
import { useShop } from "../../app/services.tsx";
import { Button, LinkButton } from "../../components/Button.tsx";
import { Notice } from "../../components/Notice.tsx";
import { orderHeaders } from "../../data/order-tokens.ts";
import { orderKey } from "../../data/orders.ts";

/** Waits until the shop has received the payment that the page has just submitted. */
export function FollowedPayment({ order }: { order: Order }) {
  const shop = useShop();
  const queryClient = useQueryClient();
  const { id } = order;
  const paid = useQuery({
    queryKey: ["own", "payment-result", id],
    queryFn: ({ signal }) => waitUntilPaid(shop, id, { signal, headers: orderHeaders(id) }),
    retry: false,
    gcTime: 0,
  });
  const known = paid.data ?? (paid.error instanceof UnpaidError ? paid.error.details.order : undefined);
  useEffect(() => {
    if (known) queryClient.setQueryData(orderKey(id), known);
  }, [known, id, queryClient]);

  if (!paid.error) return <Notice isAnnounced>Confirming your payment. This takes a few seconds …</Notice>;
  if (!(paid.error instanceof UnpaidError)) {
    return (
      <Notice kind="danger">
        <ErrorMessage error={paid.error} />
        <span>Your payment is not lost. This page continues as soon as the shop responds.</span>
      </Notice>
    );
  }
  const { details } = paid.error;
  if (details.reason === "failed") {
    return (
      <Notice kind="danger">
        <p role="alert">The payment has failed: {details.failure.message}</p>
        <LinkButton to="/orders/$orderId/pay" params={{ orderId: id }} replace kind="primary">
          Pay again
        </LinkButton>
      </Notice>
    );
  }
  return (
    <Notice kind="warning" isAnnounced>
      <span>The confirmation takes longer than usual. You need not pay again.</span>
      <Button onClick={() => void paid.refetch()}>Check again</Button>
    </Notice>
  );
}

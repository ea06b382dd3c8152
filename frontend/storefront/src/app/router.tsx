// The pages and their addresses. The code of each page is loaded when it is opened.

import { parseSearch, stringifySearch, texts } from "@ferrocart/ui/search-params.ts";
import { createRootRoute, createRoute, createRouter, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Loading } from "../components/Loaded.tsx";
import { parseFilters } from "../pages/catalogue/filters.ts";
import { Layout } from "./Layout.tsx";
import { NotFound } from "./NotFound.tsx";
import { expectFocus } from "./navigation-focus.ts";
import { PageError } from "./PageError.tsx";

const root = createRootRoute({ component: Layout, notFoundComponent: NotFound });
const under = { getParentRoute: () => root } as const;

const next = (search: Record<string, unknown>) => texts(search, ["next"]);

/** Keeps the token of a guest's order, which is in the fragment of a link in a mail. Returns whether the address has a fragment. */
async function keepToken(hash: string, orderId: string): Promise<boolean> {
  if (hash === "") return false;
  const [{ tokenOf }, { keepOrderToken }] = await Promise.all([
    import("../data/fragment-token.ts"),
    import("../data/order-tokens.ts"),
  ]);
  const token = tokenOf(hash);
  if (token !== undefined) keepOrderToken(orderId, token);
  return true;
}

const pages = [
  createRoute({
    ...under,
    path: "/",
    validateSearch: parseFilters,
    component: lazyRouteComponent(() => import("../pages/catalogue/CataloguePage.tsx"), "CataloguePage"),
  }),
  createRoute({
    ...under,
    path: "/products/$slug",
    validateSearch: (search) => texts(search, ["sku"]),
    component: lazyRouteComponent(() => import("../pages/product/ProductPage.tsx"), "ProductPage"),
  }),
  createRoute({
    ...under,
    path: "/cart",
    component: lazyRouteComponent(() => import("../pages/cart/CartPage.tsx"), "CartPage"),
  }),
  createRoute({
    ...under,
    path: "/checkout",
    component: lazyRouteComponent(() => import("../pages/checkout/CheckoutPage.tsx"), "CheckoutPage"),
  }),
  createRoute({
    ...under,
    path: "/login",
    validateSearch: next,
    component: lazyRouteComponent(() => import("../pages/login/LoginPage.tsx"), "LoginPage"),
  }),
  createRoute({
    ...under,
    path: "/register",
    validateSearch: next,
    component: lazyRouteComponent(() => import("../pages/login/RegisterPage.tsx"), "RegisterPage"),
  }),
  createRoute({
    ...under,
    path: "/forgot-password",
    component: lazyRouteComponent(() => import("../pages/login/ForgotPasswordPage.tsx"), "ForgotPasswordPage"),
  }),
  createRoute({
    ...under,
    path: "/reset-password",
    component: lazyRouteComponent(() => import("../pages/links/ResetPasswordPage.tsx"), "ResetPasswordPage"),
  }),
  createRoute({
    ...under,
    path: "/verify-email",
    component: lazyRouteComponent(() => import("../pages/links/VerifyEmailPage.tsx"), "VerifyEmailPage"),
  }),
  createRoute({
    ...under,
    path: "/undo-email-change",
    component: lazyRouteComponent(() => import("../pages/links/UndoEmailChangePage.tsx"), "UndoEmailChangePage"),
  }),
  createRoute({
    ...under,
    path: "/orders/$orderId",
    validateSearch: (search) => texts(search, ["payment"]),
    // What must not remain in the history: the token of a guest, from the link in a mail, and the parameters that Stripe.js
    // adds to the return page, among them the client secret.
    beforeLoad: async ({ location, params }) => {
      if (await keepToken(location.hash, params.orderId)) {
        throw redirect({ to: "/orders/$orderId", params, replace: true });
      }
      const status = parseSearch(location.searchStr).redirect_status;
      if (status === undefined) return;
      const payment = status === "failed" ? "failed" : "submitted";
      throw redirect({ to: "/orders/$orderId", params, search: { payment }, replace: true });
    },
    component: lazyRouteComponent(() => import("../pages/order/OrderPage.tsx"), "OrderPage"),
  }),
  createRoute({
    ...under,
    path: "/orders/$orderId/pay",
    // The link in the mail about a payment that has failed.
    beforeLoad: async ({ location, params }) => {
      if (await keepToken(location.hash, params.orderId)) {
        throw redirect({ to: "/orders/$orderId/pay", params, replace: true });
      }
    },
    component: lazyRouteComponent(() => import("../pages/payment/PaymentPage.tsx"), "PaymentPage"),
  }),
  createRoute({
    ...under,
    path: "/account",
    component: lazyRouteComponent(() => import("../pages/account/AccountPage.tsx"), "AccountPage"),
  }),
  createRoute({
    ...under,
    path: "/account/orders",
    component: lazyRouteComponent(() => import("../pages/orders/OrdersPage.tsx"), "OrdersPage"),
  }),
  createRoute({
    ...under,
    path: "/account/addresses",
    component: lazyRouteComponent(() => import("../pages/addresses/AddressesPage.tsx"), "AddressesPage"),
  }),
  createRoute({
    ...under,
    path: "/account/sessions",
    component: lazyRouteComponent(() => import("../pages/sessions/SessionsPage.tsx"), "SessionsPage"),
  }),
] as const;

/** Creates the router. */
export function createStorefrontRouter() {
  const router = createRouter({
    routeTree: root.addChildren([...pages]),
    parseSearch,
    stringifySearch,
    defaultErrorComponent: PageError,
    defaultPendingComponent: Loading,
    defaultPreload: "intent",
    scrollRestoration: true,
  });
  router.subscribe("onBeforeNavigate", ({ fromLocation, pathChanged }) => {
    if (fromLocation && pathChanged) expectFocus();
  });
  return router;
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createStorefrontRouter>;
  }
}

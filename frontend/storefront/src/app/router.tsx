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
    path: "/orders/$orderId",
    validateSearch: (search) => texts(search, ["payment"]),
    // Stripe.js adds parameters to the return page, among them the client secret. They do not remain in the history.
    beforeLoad: ({ location, params }) => {
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

// The pages and their addresses. The code of each page is loaded when it is opened.

import { parseSearch, stringifySearch, texts } from "@ferrocart/ui/search-params.ts";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { Loading } from "../components/Loaded.tsx";
import { CataloguePage } from "../pages/catalogue/CataloguePage.tsx";
import { parseFilters } from "../pages/catalogue/filters.ts";
import { NotFound } from "./NotFound.tsx";
import { PageError } from "./PageError.tsx";
import { Shell } from "./Shell.tsx";
import type { Services } from "./services.tsx";

interface RouterContext {
  services: Services;
}

const root = createRootRouteWithContext<RouterContext>()({ component: Shell, notFoundComponent: NotFound });
const open = { getParentRoute: () => root } as const;

/** Pages that need an account. A visitor signs in first, and returns. */
const own = createRoute({
  ...open,
  id: "own",
  beforeLoad: async ({ context, location }) => {
    const user = await context.services.session.user();
    if (user === null) throw redirect({ to: "/login", search: { next: location.href }, replace: true });
    return { user };
  },
});
const private_ = { getParentRoute: () => own } as const;

const account = createRoute({
  ...private_,
  path: "/account",
  component: lazyRouteComponent(() => import("../pages/account/AccountLayout.tsx"), "AccountLayout"),
});
const ofAccount = { getParentRoute: () => account } as const;

const openPages = [
  createRoute({ ...open, path: "/", validateSearch: parseFilters, component: CataloguePage }),
  createRoute({
    ...open,
    path: "/products/$slug",
    validateSearch: (search) => texts(search, ["sku"]),
    component: lazyRouteComponent(() => import("../pages/product/ProductPage.tsx"), "ProductPage"),
  }),
  createRoute({
    ...open,
    path: "/login",
    validateSearch: (search) => texts(search, ["next"]),
    component: lazyRouteComponent(() => import("../pages/login/LoginPage.tsx"), "LoginPage"),
  }),
  createRoute({
    ...open,
    path: "/register",
    validateSearch: (search) => texts(search, ["next"]),
    component: lazyRouteComponent(() => import("../pages/login/RegisterPage.tsx"), "RegisterPage"),
  }),
] as const;

const privatePages = [
  createRoute({
    ...private_,
    path: "/cart",
    component: lazyRouteComponent(() => import("../pages/cart/CartPage.tsx"), "CartPage"),
  }),
  createRoute({
    ...private_,
    path: "/checkout",
    component: lazyRouteComponent(() => import("../pages/checkout/AddressPage.tsx"), "AddressPage"),
  }),
  createRoute({
    ...private_,
    path: "/checkout/review",
    validateSearch: (search) => texts(search, ["address"]),
    component: lazyRouteComponent(() => import("../pages/checkout/ReviewPage.tsx"), "ReviewPage"),
  }),
  createRoute({
    ...private_,
    path: "/orders/$orderId/pay",
    component: lazyRouteComponent(() => import("../pages/payment/PaymentPage.tsx"), "PaymentPage"),
  }),
  createRoute({
    ...private_,
    path: "/orders/$orderId",
    // Stripe.js adds it when it returns to this page.
    validateSearch: (search) => texts(search, ["redirect_status"]),
    component: lazyRouteComponent(() => import("../pages/order/OrderPage.tsx"), "OrderPage"),
  }),
  account.addChildren([
    createRoute({
      ...ofAccount,
      path: "/",
      component: lazyRouteComponent(() => import("../pages/account/OrdersPage.tsx"), "OrdersPage"),
    }),
    createRoute({
      ...ofAccount,
      path: "/addresses",
      component: lazyRouteComponent(() => import("../pages/account/AddressesPage.tsx"), "AddressesPage"),
    }),
    createRoute({
      ...ofAccount,
      path: "/security",
      component: lazyRouteComponent(() => import("../pages/account/SecurityPage.tsx"), "SecurityPage"),
    }),
    createRoute({
      ...ofAccount,
      path: "/data",
      component: lazyRouteComponent(() => import("../pages/account/DataPage.tsx"), "DataPage"),
    }),
  ]),
] as const;

/** Creates the router. */
export function createStorefrontRouter(context: RouterContext) {
  return createRouter({
    routeTree: root.addChildren([...openPages, own.addChildren([...privatePages])]),
    basepath: import.meta.env.BASE_URL,
    context,
    parseSearch,
    stringifySearch,
    defaultErrorComponent: PageError,
    defaultPendingComponent: Loading,
    defaultPreload: "intent",
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createStorefrontRouter>;
  }
}

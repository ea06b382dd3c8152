// The pages and their addresses. The code of each page is loaded when it is opened.

import { parseSearch, stringifySearch, texts } from "@ferrocart/ui/search-params.ts";
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { Loading } from "../components/Loaded.tsx";
import { PageError } from "../components/PageError.tsx";
import { parseOrderSearch } from "../pages/orders/search.ts";
import { parseProductSearch } from "../pages/products/search.ts";
import { parseUserSearch } from "../pages/users/search.ts";
import { NotFound } from "./NotFound.tsx";
import { Shell } from "./Shell.tsx";
import type { Services } from "./services.tsx";

interface RouterContext {
  services: Services;
  queryClient: QueryClient;
}

const root = createRootRouteWithContext<RouterContext>()({ notFoundComponent: NotFound });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: (search) => texts(search, ["next"]),
  component: lazyRouteComponent(() => import("../pages/sign-in/SignInPage.tsx"), "SignInPage"),
});

const admin = createRoute({
  getParentRoute: () => root,
  id: "admin",
  beforeLoad: async ({ context, location }) => {
    const user = await context.services.session.user();
    if (user === null) throw redirect({ to: "/sign-in", search: { next: location.href }, replace: true });
    return { user };
  },
  component: Shell,
});

const under = { getParentRoute: () => admin } as const;

const pages = [
  createRoute({
    ...under,
    path: "/",
    validateSearch: (search) => texts(search, ["days"]),
    component: lazyRouteComponent(() => import("../pages/dashboard/DashboardPage.tsx"), "DashboardPage"),
  }),
  createRoute({
    ...under,
    path: "/attention",
    component: lazyRouteComponent(() => import("../pages/attention/AttentionPage.tsx"), "AttentionPage"),
  }),
  createRoute({
    ...under,
    path: "/orders",
    validateSearch: parseOrderSearch,
    component: lazyRouteComponent(() => import("../pages/orders/OrdersPage.tsx"), "OrdersPage"),
  }),
  createRoute({
    ...under,
    path: "/orders/$orderId",
    component: lazyRouteComponent(() => import("../pages/order/OrderPage.tsx"), "OrderPage"),
  }),
  createRoute({
    ...under,
    path: "/products",
    validateSearch: parseProductSearch,
    component: lazyRouteComponent(() => import("../pages/products/ProductsPage.tsx"), "ProductsPage"),
  }),
  createRoute({
    ...under,
    path: "/products/new",
    component: lazyRouteComponent(() => import("../pages/product/NewProductPage.tsx"), "NewProductPage"),
  }),
  createRoute({
    ...under,
    path: "/products/$productId",
    component: lazyRouteComponent(() => import("../pages/product/ProductPage.tsx"), "ProductPage"),
  }),
  createRoute({
    ...under,
    path: "/import",
    component: lazyRouteComponent(() => import("../pages/import/ImportPage.tsx"), "ImportPage"),
  }),
  createRoute({
    ...under,
    path: "/users",
    validateSearch: parseUserSearch,
    component: lazyRouteComponent(() => import("../pages/users/UsersPage.tsx"), "UsersPage"),
  }),
] as const;

/** Creates the router. */
export function createAdminRouter(context: RouterContext) {
  return createRouter({
    routeTree: root.addChildren([signIn, admin.addChildren([...pages])]),
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
    router: ReturnType<typeof createAdminRouter>;
  }
  interface HistoryState {
    /** The number of the page of a list, for which a cursor in the URL has no word. */
    page?: number;
  }
}

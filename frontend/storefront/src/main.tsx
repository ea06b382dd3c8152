import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { loadConfig } from "@ferrocart/ui/config.ts";
import { createQueryClient } from "@ferrocart/ui/query-client.ts";
import { createStorefrontRouter } from "./app/router.tsx";
import { createServices, ServicesProvider } from "./app/services.tsx";
import "@ferrocart/ui/theme.css";
import "@ferrocart/ui/base.css";

const queryClient = createQueryClient();
const services = createServices(await loadConfig(import.meta.env.BASE_URL), queryClient);
const router = createStorefrontRouter({ services });
// After a login, a logout or the end of a session, the page of the current address decides what it shows.
services.session.subscribe(() => void router.invalidate());

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <ServicesProvider services={services}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </ServicesProvider>
  </StrictMode>,
);

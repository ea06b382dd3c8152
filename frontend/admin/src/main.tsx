import { loadConfig } from "@ferrocart/ui/config.ts";
import { createQueryClient } from "@ferrocart/ui/query-client.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { NotificationsProvider } from "./app/notifications.tsx";
import { createAdminRouter } from "./app/router.tsx";
import { createServices, ServicesProvider } from "./app/services.tsx";
import "@ferrocart/ui/theme.css";
import "@ferrocart/ui/base.css";

const config = await loadConfig(import.meta.env.BASE_URL);
const services = createServices(config);
const queryClient = createQueryClient();
const router = createAdminRouter({ services, queryClient });

const root = document.querySelector("#root");
if (root === null) throw new Error("index.html has no #root");
createRoot(root).render(
  <StrictMode>
    <ServicesProvider services={services}>
      <QueryClientProvider client={queryClient}>
        <NotificationsProvider>
          <RouterProvider router={router} />
        </NotificationsProvider>
      </QueryClientProvider>
    </ServicesProvider>
  </StrictMode>,
);

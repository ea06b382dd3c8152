import { loadConfig } from "@ferrocart/ui/config.ts";
import { createQueryClient } from "@ferrocart/ui/query-client.ts";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { createStorefrontRouter } from "./app/router.tsx";
import { createServices, ServicesProvider } from "./app/services.tsx";
import "@ferrocart/ui/theme.css";
import "@ferrocart/ui/base.css";
// Both pages with which visits begin need these. Imported here, they are in the first file, which is compressed better than many.
import "@ferrocart/ui/Picture.tsx";
import "@ferrocart/ui/Price.tsx";

// A function instead of `await` in the module: with it, the bundler would split the code of all pages into more files.
async function start() {
  const router = createStorefrontRouter();
  // The code of the page is loaded at the same time as the configuration.
  void router.load();
  const services = await createServices(await loadConfig());
  const queryClient = createQueryClient();
  // What belongs to one user is not shown to the next one.
  services.session.subscribe((change) => {
    queryClient.removeQueries({ queryKey: ["own"], ...(change !== "ended" && { type: "inactive" }) });
  });

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
}

void start();

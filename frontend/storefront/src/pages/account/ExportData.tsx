import { ok } from "@ferrocart/client";
import { ErrorMessage } from "@ferrocart/ui/ErrorMessage.tsx";
import { useMutation } from "@tanstack/react-query";
import { useShop } from "../../app/services.tsx";
import { Button } from "../../components/Button.tsx";
import form from "../../components/form.module.css";
import { Notice } from "../../components/Notice.tsx";

export function ExportData() {
  const shop = useShop();
  const download = useMutation({
    mutationFn: async () => {
      const data = await ok(shop.GET("/auth/me/export", { cache: "no-store" }));
      save(new Blob([JSON.stringify(data, null, 2)], { type: "application/json" }), "my-data.json");
    },
  });
  return (
    <section className={form.card} aria-labelledby="export">
      <h2 id="export">Your data</h2>
      <p>Everything that the shop has stored about you, as a file: account, addresses, devices, cart and orders.</p>
      {download.isError && (
        <Notice kind="danger">
          <ErrorMessage error={download.error} />
        </Notice>
      )}
      <p>
        <Button isBusy={download.isPending} onClick={() => download.mutate()}>
          Download my data
        </Button>
      </p>
    </section>
  );
}

function save(file: Blob, name: string): void {
  const url = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

import { Link } from "@tanstack/react-router";
import { PageHeading } from "../components/PageHeading.tsx";

export function NotFound() {
  return (
    <main>
      <PageHeading title="Page not found" />
      <p>
        There is no page at this address. <Link to="/">Go to the dashboard</Link>
      </p>
    </main>
  );
}

import { Link } from "@tanstack/react-router";
import { PageHeading } from "../components/PageHeading.tsx";

export function NotFound() {
  return (
    <>
      <PageHeading>Page not found</PageHeading>
      <p>This page does not exist, or no longer.</p>
      <p>
        <Link to="/">See all products</Link>
      </p>
    </>
  );
}

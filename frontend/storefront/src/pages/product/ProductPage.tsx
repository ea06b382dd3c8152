import { ok } from "@ferrocart/client";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate, useParams } from "@tanstack/react-router";
import type { Product } from "../../api.ts";
import { useShop } from "../../app/services.tsx";
import { Loaded } from "../../components/Loaded.tsx";
import { PageHeading } from "../../components/PageHeading.tsx";
import { Buy } from "./Buy.tsx";
import { Gallery } from "./Gallery.tsx";
import styles from "./product.module.css";

const OWN = { not_found: "This product does not exist, or is no longer for sale." };

export function ProductPage() {
  const { slug } = useParams({ from: "/products/$slug" });
  const shop = useShop();
  const product = useQuery({
    queryKey: ["product", slug],
    queryFn: ({ signal }) => ok(shop.GET("/products/by-slug/{slug}", { params: { path: { slug } }, signal })),
  });
  return (
    <Loaded query={product} own={OWN}>
      {(data) =>
        // The shop redirects former slugs.
        data.slug === slug ? (
          <Details key={data.id} product={data} />
        ) : (
          <Navigate to="/products/$slug" params={{ slug: data.slug }} replace />
        )
      }
    </Loaded>
  );
}

function Details({ product }: { product: Product }) {
  const { name, category, description, seo } = product;
  return (
    <article className={styles.page}>
      {seo.description && <meta name="description" content={seo.description} />}
      <Gallery images={product.image_details} name={name} />
      <div>
        <p className={styles.category}>
          <Link to="/" search={{ category: category.replaceAll(",", "\\,") }}>
            {category}
          </Link>
        </p>
        <PageHeading title={seo.title ?? name}>{name}</PageHeading>
        <Buy product={product} />
        <div className={styles.description}>
          {description.split(/\n{2,}/).map((paragraph) => (
            <p key={paragraph}>{paragraph}</p>
          ))}
        </div>
      </div>
    </article>
  );
}

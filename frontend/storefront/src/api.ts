// The shapes of the API under short names. They come from the contract.

import type { components, ListQuery } from "@ferrocart/client";

type Schemas = components["schemas"];

export type Address = Schemas["PostalAddress"];
export type AddressInput = Schemas["Address"];
export type Cart = Schemas["Cart"];
export type CartChange = Schemas["CartChange"];
export type CartItem = Schemas["CartItem"];
export type Facets = Schemas["Facets"];
export type FacetValue = Schemas["FacetValue"];
export type Order = Schemas["Order"];
export type OrderStatus = Schemas["OrderStatus"];
export type Payment = Schemas["Payment"];
export type PlaceOrder = Schemas["PlaceOrder"];
export type PlacedOrder = Schemas["PlacedOrder"];
export type Product = Schemas["Product"];
export type ProductSummary = Schemas["ProductSummary"];
export type StoredAddress = Schemas["StoredAddress"];
export type User = Schemas["User"];
export type Variant = Schemas["Variant"];

export type ProductQuery = ListQuery<"/products">;
export type Sort = NonNullable<ProductQuery["sort"]>;

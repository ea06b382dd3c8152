// The shapes of the API under short names. They come from the contract.

import type { components, ListQuery } from "@ferrocart/client";

type Schemas = components["schemas"];

export type Address = Schemas["ReturnedAddress"];
export type Cart = Schemas["Cart"];
export type CartItem = Schemas["CartItem"];
export type FacetValue = Schemas["FacetValue"];
export type Facets = Schemas["Facets"];
export type OpenSession = Schemas["OpenSession"];
export type Order = Schemas["Order"];
export type OrderItem = Schemas["OrderItem"];
export type OrderStatus = Schemas["OrderStatus"];
export type OrderSummary = Schemas["OrderSummary"];
export type Payment = Schemas["Payment"];
export type PlaceOrder = Schemas["PlaceOrder"];
export type PostalAddress = Schemas["PostalAddress"];
export type Product = Schemas["Product"];
export type ProductQuery = ListQuery<"/products">;
export type ProductSummary = Schemas["ProductSummary"];
export type StoredAddress = Schemas["StoredAddress"];
export type User = Schemas["User"];
export type Variant = Schemas["Variant"];

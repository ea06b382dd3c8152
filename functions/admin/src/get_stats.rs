//! `GET /admin/stats`: the shop's key figures.

use crate::span::Span;
use axum::extract::State;
use ferrocart::db::orders::{DayRevenue, OrderReport, StatusCount, TopProduct};
use ferrocart::db::products::LowStock;
use ferrocart::domain::id::ProductId;
use ferrocart::domain::money::{Amount, Currency, Money, Overflow};
use ferrocart::domain::order::OrderStatus;
use ferrocart::domain::quantity::Stock;
use ferrocart::domain::sku::Sku;
use ferrocart::domain::text::ProductName;
use ferrocart::domain::time::Timestamp;
use ferrocart::http::Admin;
use ferrocart::http::{Json, Query};
use ferrocart::{AppState, Result, from_parameters};
use serde::Serialize;
use std::collections::HashMap;
use utoipa::ToSchema;

/// How many variants `low_stock` shows.
const LOW_STOCK: i64 = 20;

/// Which span of time to look at: at most 366 days.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GetStats {
    /// From this moment; by default 30 days before `to`.
    from: Option<Timestamp>,
    /// Up to, not including, this moment; by default now.
    to: Option<Timestamp>,
}

from_parameters!(GetStats { from, to });

/// The shop's key figures of a span of time. An order belongs to the moment at which it was placed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stats)]
pub(crate) struct StatsView {
    from: Timestamp,
    to: Timestamp,
    currency: Currency,
    /// What was paid; pending and cancelled orders do not count.
    revenue: Amount,
    /// What went back to buyers, those of cancelled orders included.
    refunds: Amount,
    /// How many orders were paid and not cancelled.
    orders: i64,
    /// How many pieces those orders have.
    units_sold: i64,
    /// `revenue` divided by `orders`, rounded to the minor unit, half of one upwards; 0 without orders.
    average_order_value: Amount,
    /// How many customers opened an account.
    new_customers: u64,
    orders_by_status: OrdersByStatus,
    /// Every day in UTC that the span touches, the earliest first.
    revenue_by_day: Vec<DayView>,
    /// The ten products that brought in most.
    top_products: Vec<TopProductView>,
    /// The 20 variants for sale of which least is left at this moment.
    low_stock: Vec<LowStockView>,
}

/// How many orders are in each state by now.
#[derive(Debug, Default, Serialize, ToSchema)]
struct OrdersByStatus {
    pending: i64,
    processing: i64,
    shipped: i64,
    delivered: i64,
    cancelled: i64,
}

/// What a day brought in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayRevenue)]
struct DayView {
    #[schema(format = "date", example = "2026-11-22")]
    date: String,
    revenue: Amount,
    orders: i64,
}

/// What sold well.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TopProduct)]
struct TopProductView {
    product_id: ProductId,
    /// What it was called when it sold.
    name: ProductName,
    units: i64,
    revenue: Amount,
}

/// A variant of which little is left.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LowStock)]
struct LowStockView {
    product_id: ProductId,
    name: ProductName,
    sku: Sku,
    stock_quantity: Stock,
}

/// Shows the shop's key figures
#[utoipa::path(
    get,
    path = "/api/v1/admin/stats",
    tag = "admin",
    params(GetStats),
    responses((status = 200, description = "The figures", body = StatsView))
)]
pub(crate) async fn get_stats(
    State(shop): State<AppState>,
    _: Admin,
    Query(query): Query<GetStats>,
) -> Result<Json<StatsView>> {
    let span = Span::between(query.from, query.to, shop.now())?;
    let days = span.days()?;
    let (report, new_customers, low_stock) = tokio::try_join!(
        shop.orders.report(span.from, span.to),
        shop.users.count_new_customers(span.from, span.to),
        shop.products.lowest_stock(LOW_STOCK),
    )?;
    let OrderReport { by_status, by_day, top_products, units_sold, refunds } = report;
    let currency = shop.config.currency;
    let revenue = Money::sum(by_day.iter().map(|day| day.revenue))?;
    let orders = by_day.iter().map(|day| day.orders).sum();
    let by_day: HashMap<String, DayRevenue> = by_day.into_iter().map(|day| (day.date.clone(), day)).collect();
    Ok(Json(StatsView {
        from: span.from,
        to: span.to,
        currency,
        revenue: revenue.of(currency),
        refunds: refunds.of(currency),
        orders,
        units_sold,
        average_order_value: average(revenue, orders)?.of(currency),
        new_customers,
        orders_by_status: by_status.into(),
        revenue_by_day: days.iter().map(|day| DayView::of(day.to_string(), &by_day, currency)).collect(),
        top_products: top_products.into_iter().map(|product| TopProductView::of(product, currency)).collect(),
        low_stock: low_stock.into_iter().map(LowStockView::from).collect(),
    }))
}

/// The amount that each of so many has, rounded half up; nothing when there is none.
fn average(sum: Money, count: i64) -> Result<Money, Overflow> {
    let half_up = || {
        let twice = sum.minor().checked_mul(2)?.checked_add(count)?;
        Some(Money::from_minor(twice.checked_div_euclid(count.checked_mul(2)?)?))
    };
    if count == 0 { Ok(Money::ZERO) } else { half_up().ok_or(Overflow) }
}

impl From<Vec<StatusCount>> for OrdersByStatus {
    fn from(counts: Vec<StatusCount>) -> Self {
        let mut by_status = Self::default();
        for StatusCount { status, orders } in counts {
            match status {
                OrderStatus::Pending => by_status.pending = orders,
                OrderStatus::Processing => by_status.processing = orders,
                OrderStatus::Shipped => by_status.shipped = orders,
                OrderStatus::Delivered => by_status.delivered = orders,
                OrderStatus::Cancelled => by_status.cancelled = orders,
            }
        }
        by_status
    }
}

impl DayView {
    fn of(date: String, by_day: &HashMap<String, DayRevenue>, currency: Currency) -> Self {
        let (revenue, orders) = by_day.get(&date).map_or((Money::ZERO, 0), |day| (day.revenue, day.orders));
        Self { date, revenue: revenue.of(currency), orders }
    }
}

impl TopProductView {
    fn of(TopProduct { product_id, name, units, revenue }: TopProduct, currency: Currency) -> Self {
        Self { product_id, name, units, revenue: revenue.of(currency) }
    }
}

impl From<LowStock> for LowStockView {
    fn from(LowStock { product_id, name, sku, stock_quantity }: LowStock) -> Self {
        Self { product_id, name, sku, stock_quantity }
    }
}

#[cfg(test)]
mod tests {
    use super::{Money, average};

    #[test]
    fn an_average_is_rounded_half_up_to_the_minor_unit() {
        for (sum, count, expected) in [(0, 0, 0), (10, 4, 3), (10, 3, 3), (11, 3, 4), (1, 2, 1), (1, 3, 0), (99, 1, 99)]
        {
            assert_eq!(average(Money::from_minor(sum), count).unwrap().minor(), expected, "{sum} / {count}");
        }
        assert!(average(Money::from_minor(i64::MAX), 2).is_err());
    }
}

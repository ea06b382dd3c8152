//! `GET /admin/stats`: key figures of the shop.

use crate::span::Span;
use axum::extract::State;
use ferrocart::db::orders::{CurrencyReport, DayRevenue, OrderReport, StatusCount, TopProduct};
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

/// The number of variants in `low_stock`.
const LOW_STOCK: i64 = 20;

/// The period: at most 366 days.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct GetStats {
    /// Start of the period; by default 30 days before `to`.
    from: Option<Timestamp>,
    /// End of the period, exclusive; by default now.
    to: Option<Timestamp>,
}

from_parameters!(GetStats { from, to });

/// Key figures of a period. An order counts at the time at which it was placed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Stats)]
pub(crate) struct StatsView {
    from: Timestamp,
    to: Timestamp,
    currency: Currency,
    /// The sum of paid orders, without `lost_to_disputes`; refunds are not subtracted. Pending and cancelled orders do not
    /// count. Amounts and counts of paid orders are those of orders in `currency`.
    revenue: Amount,
    /// What banks took of paid orders for disputes that were lost. An undecided dispute does not count.
    lost_to_disputes: Amount,
    /// The sum of refunds, including those of cancelled orders.
    refunds: Amount,
    /// The number of paid orders, without cancelled ones.
    orders: i64,
    /// The number of pieces in those orders.
    units_sold: i64,
    /// `revenue` divided by `orders`, rounded half up to the minor unit; 0 without orders.
    average_order_value: Amount,
    /// The figures of orders in other currencies: those of the store before its currency was changed.
    other_currencies: Vec<CurrencyView>,
    /// The number of customers who registered.
    new_customers: u64,
    orders_by_status: OrdersByStatus,
    /// Every day in UTC that the period includes, earliest first.
    revenue_by_day: Vec<DayView>,
    /// The ten products with the highest revenue.
    top_products: Vec<TopProductView>,
    /// The 20 active variants with the lowest current stock.
    low_stock: Vec<LowStockView>,
}

/// The number of orders by current status.
#[derive(Debug, Default, Serialize, ToSchema)]
struct OrdersByStatus {
    pending: i64,
    processing: i64,
    shipped: i64,
    delivered: i64,
    cancelled: i64,
}

/// The figures of orders in one currency.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = CurrencyStats)]
struct CurrencyView {
    currency: Currency,
    /// The sum of paid orders, without `lost_to_disputes`.
    revenue: Amount,
    /// What banks took of paid orders for disputes that were lost.
    lost_to_disputes: Amount,
    /// The sum of refunds.
    refunds: Amount,
    /// The number of paid orders.
    orders: i64,
}

/// The figures of one day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DayRevenue)]
struct DayView {
    #[schema(format = "date", example = "2026-11-22")]
    date: String,
    /// The sum of paid orders, without what lost disputes took.
    revenue: Amount,
    orders: i64,
}

/// A product and its sales.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TopProduct)]
struct TopProductView {
    product_id: ProductId,
    /// The name with which it was last sold.
    name: ProductName,
    units: i64,
    /// The sum of the line totals. Refunds and disputes concern whole orders and are not subtracted.
    revenue: Amount,
}

/// A variant with low stock.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = LowStock)]
struct LowStockView {
    product_id: ProductId,
    name: ProductName,
    sku: Sku,
    stock_quantity: Stock,
}

/// Returns key figures of the shop
///
/// Revenue, orders by status and best-selling products of a period, and the stock that runs low. Synthetic purchases do not
/// count.
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
        shop.orders.report(span.from, span.to, shop.config.currency),
        shop.users.count_new_customers(span.from, span.to),
        shop.products.lowest_stock(LOW_STOCK),
    )?;
    let OrderReport { by_status, by_day, top_products, units_sold, by_currency } = report;
    let currency = shop.config.currency;
    let (own, others): (Vec<_>, Vec<_>) = by_currency.into_iter().partition(|report| report.currency == currency);
    let (lost_to_disputes, refunds) =
        own.first().map_or((Money::ZERO, Money::ZERO), |report| (report.lost_to_disputes, report.refunds));
    let revenue = Money::sum(by_day.iter().map(|day| day.revenue))?;
    let orders = by_day.iter().map(|day| day.orders).sum();
    let by_day: HashMap<String, DayRevenue> = by_day.into_iter().map(|day| (day.date.clone(), day)).collect();
    Ok(Json(StatsView {
        from: span.from,
        to: span.to,
        currency,
        revenue: revenue.of(currency),
        lost_to_disputes: lost_to_disputes.of(currency),
        refunds: refunds.of(currency),
        orders,
        units_sold,
        average_order_value: average(revenue, orders)?.of(currency),
        other_currencies: others.into_iter().map(CurrencyView::from).collect(),
        new_customers,
        orders_by_status: by_status.into(),
        revenue_by_day: days.iter().map(|day| DayView::of(day.to_string(), &by_day, currency)).collect(),
        top_products: top_products.into_iter().map(|product| TopProductView::of(product, currency)).collect(),
        low_stock: low_stock.into_iter().map(LowStockView::from).collect(),
    }))
}

/// Divides an amount by a count, rounded half up; 0 for a count of 0.
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

impl From<CurrencyReport> for CurrencyView {
    fn from(CurrencyReport { currency, revenue, lost_to_disputes, refunds, orders }: CurrencyReport) -> Self {
        let [revenue, lost_to_disputes, refunds] = [revenue, lost_to_disputes, refunds].map(|sum| sum.of(currency));
        Self { currency, revenue, lost_to_disputes, refunds, orders }
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

//! The recipient of a payment intent: `shipping` (<https://docs.stripe.com/api/payment_intents/create>).

use crate::errors::{ApiError, Result};
use crate::params::Params;
use serde_json::{Value, json};

/// Parses the recipient of a request. Without a name it is rejected.
pub(super) fn parse_shipping(params: &Params) -> Result<Option<Value>> {
    if !params.contains("shipping") {
        return Ok(None);
    }
    let name = params.required("shipping[name]")?;
    let country = params.text("shipping[address][country]")?;
    if let Some(country) = country.filter(|code| code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase()))
    {
        let message = format!(
            "Country '{country}' is unknown. Try using a 2-character alphanumeric country code instead, such as 'US', \
             'EG', or 'GB'."
        );
        return Err(ApiError::invalid("shipping[address][country]", message));
    }
    Ok(Some(json!({
        "address": {
            "city": params.text("shipping[address][city]")?,
            "country": country,
            "line1": params.text("shipping[address][line1]")?,
            "line2": params.text("shipping[address][line2]")?,
            "postal_code": params.text("shipping[address][postal_code]")?,
            "state": params.text("shipping[address][state]")?,
        },
        "carrier": null,
        "name": name,
        "phone": params.text("shipping[phone]")?,
        "tracking_number": null,
    })))
}

#[cfg(test)]
mod tests {
    use super::{Params, parse_shipping};

    #[test]
    fn a_recipient_has_a_name_and_an_address() {
        let parse = |form: &str| parse_shipping(&Params::parse(form.as_bytes()));
        assert!(parse("amount=1").unwrap().is_none());
        let shipping =
            parse("shipping[name]=Ada&shipping[address][line1]=1&shipping[address][country]=GB").unwrap().unwrap();
        assert_eq!((&shipping["name"], &shipping["address"]["country"]), (&"Ada".into(), &"GB".into()));
        assert!(shipping["address"]["city"].is_null() && shipping["phone"].is_null());
        for bad in
            ["shipping[address][line1]=1", "shipping[name]=", "shipping[name]=Ada&shipping[address][country]=GBR"]
        {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}

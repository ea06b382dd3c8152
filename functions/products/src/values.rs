//! Several values of a query parameter, separated by commas.

use ferrocart::domain::product_options::{OptionName, OptionValue};
use ferrocart::domain::validation::ValidationError;
use ferrocart::http::{FromInput, Input, ValidationErrors};
use std::str::FromStr;

/// 1 to `MAX` different values, separated by commas. A comma in a value is written as `\,`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Values<T, const MAX: usize>(Vec<T>);

impl<T, const MAX: usize> Values<T, MAX> {
    /// Returns the values in their order; none of a missing parameter.
    pub(crate) fn of(values: Option<Self>) -> Vec<T> {
        values.map_or_else(Vec::new, |values| values.0)
    }
}

impl<T, const MAX: usize> FromInput for Values<T, MAX>
where
    T: FromStr<Err = ValidationError> + PartialEq,
{
    fn from_input(input: &Input<'_>) -> Result<Self, ValidationErrors> {
        let mut values = Vec::new();
        for text in split(&input.text()?) {
            let value = text.parse().map_err(|error| input.error(error))?;
            if values.len() >= MAX {
                let message = format!("must have at most {MAX} values, separated by commas");
                return Err(input.error(ValidationError::new("too_many", message)));
            }
            if !values.contains(&value) {
                values.push(value);
            }
        }
        Ok(Self(values))
    }
}

/// Splits a text at its commas, except those behind a backslash.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let escaped = (character == '\\').then(|| characters.next_if(|next| matches!(next, ',' | '\\'))).flatten();
        match (escaped, parts.last_mut()) {
            (None, _) if character == ',' => parts.push(String::new()),
            (escaped, Some(part)) => part.push(escaped.unwrap_or(character)),
            (_, None) => {}
        }
    }
    parts
}

/// A value of an option, written as `Material:Wool`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OptionFilter {
    pub(crate) name: OptionName,
    pub(crate) value: OptionValue,
}

impl FromStr for OptionFilter {
    type Err = ValidationError;

    fn from_str(text: &str) -> Result<Self, ValidationError> {
        let Some((name, value)) = text.split_once(':') else {
            return Err(ValidationError::new("invalid_option", "must be a name and a value such as Material:Wool"));
        };
        Ok(Self { name: name.parse()?, value: value.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn commas_separate_values_unless_they_are_escaped() {
        for (text, parts) in [
            ("M", &["M"][..]),
            ("M,L", &["M", "L"]),
            ("", &[""]),
            ("M,", &["M", ""]),
            (r"Red\, White,Blue", &["Red, White", "Blue"]),
            (r"a\\,b", &[r"a\", "b"]),
            (r"a\b", &[r"a\b"]),
            (r"a\", &[r"a\"]),
        ] {
            assert_eq!(split(text), parts, "{text}");
        }
    }
}

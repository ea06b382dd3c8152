//! The error of a value that a newtype rejects.

use std::borrow::Cow;

/// The reason why a newtype of the domain rejects a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ValidationError {
    /// Stable code in `snake_case`, for programs.
    pub code: &'static str,
    /// Message for people. It never contains the value, which may be a secret.
    pub message: Cow<'static, str>,
}

impl ValidationError {
    /// Makes an error of its code and message.
    pub fn new(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, message: message.into() }
    }

    /// Makes the error of a value that is not one of the choices.
    #[must_use]
    pub fn invalid_choice(choices: &[&str]) -> Self {
        Self::new("invalid_choice", format!("must be one of {}", choices.join(", ")))
    }

    /// Makes the error of a whole number outside of a range.
    #[must_use]
    pub fn out_of_range(min: u32, max: u32) -> Self {
        Self::new("out_of_range", format!("must be a whole number from {min} to {max}"))
    }
}

#[cfg(test)]
mod tests {
    use super::ValidationError;

    #[test]
    fn messages_list_choices_and_limits() {
        let choice = ValidationError::invalid_choice(&["a", "b"]);
        assert_eq!((choice.code, choice.to_string().as_str()), ("invalid_choice", "must be one of a, b"));
        let range = ValidationError::out_of_range(1, 9);
        assert_eq!((range.code, range.to_string().as_str()), ("out_of_range", "must be a whole number from 1 to 9"));
    }
}

//! Checks the quotes of a CSV record, line by line.

/// Where the check of a record is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first character of a value.
    #[default]
    Start,
    /// Behind white space at the start of a value.
    Space,
    /// In a value without quotes. A quote has no meaning here.
    Plain,
    /// In a value in quotes.
    Quoted,
    /// Behind a quote in a value in quotes: it closes the value, or the next one doubles it.
    Closing,
}

/// What is wrong with a record.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum QuoteError {
    /// The value starts with a quote that is not closed, or closed before its end.
    Unclosed { column: usize },
    /// White space precedes the opening quote, which therefore has no meaning.
    SpaceBefore { column: usize },
    /// A carriage return without a line feed, outside of quotes.
    CarriageReturn,
}

/// The check of one record.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    state: State,
    column: usize,
}

impl Quotes {
    /// Whether the record continues on the next line.
    pub(super) fn is_open(&self) -> bool {
        self.state == State::Quoted
    }

    /// The error of a record that ends within quotes.
    pub(super) const fn unclosed(&self) -> QuoteError {
        QuoteError::Unclosed { column: self.column }
    }

    /// Checks one line of the record, with its terminator.
    pub(super) fn check(&mut self, line: &[u8]) -> Result<(), QuoteError> {
        let content = line.strip_suffix(b"\n").unwrap_or(line);
        let content = content.strip_suffix(b"\r").unwrap_or(content);
        for byte in content {
            self.state = self.after(*byte)?;
        }
        Ok(())
    }

    fn after(&mut self, byte: u8) -> Result<State, QuoteError> {
        let column = self.column;
        match (self.state, byte) {
            (State::Quoted, b'"') => Ok(State::Closing),
            (State::Quoted, _) | (State::Closing, b'"') => Ok(State::Quoted),
            (_, b',') => {
                self.column = column.saturating_add(1);
                Ok(State::Start)
            }
            (_, b'\r') => Err(QuoteError::CarriageReturn),
            (State::Closing, _) => Err(QuoteError::Unclosed { column }),
            (State::Start, b'"') => Ok(State::Quoted),
            (State::Start | State::Space, b' ' | b'\t') => Ok(State::Space),
            (State::Space, b'"') => Err(QuoteError::SpaceBefore { column }),
            (State::Start | State::Space | State::Plain, _) => Ok(State::Plain),
        }
    }
}

//! What the arguments of a handler say about its endpoint: the callers that it admits, and whether it reads the query.

use crate::state::AppState;
use axum::extract::{Request, State};

/// The callers that an endpoint admits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everyone; an access token is ignored.
    Public,
    /// Everyone; administrators receive more.
    Optional,
    /// Every user with a valid access token, and a guest with the token of a cart.
    Cart,
    /// Every user with a valid access token, and a guest with the token of the order.
    Order,
    /// Every user with a valid access token.
    Customer,
    /// Administrators.
    Admin,
}

/// An argument of a handler, with its requirements.
pub trait Argument {
    /// The callers that an endpoint with this argument admits.
    const ACCESS: Access = Access::Public;
    /// Whether the argument is read from the query.
    const READS_QUERY: bool = false;
}

impl Argument for State<AppState> {}
impl Argument for Request {}
impl<T: Argument> Argument for Option<T> {}

/// A handler, with the requirements of all its arguments.
pub trait Requirements<Arguments> {
    /// The strictest access of all arguments.
    const ACCESS: Access;
    /// Whether any argument is read from the query.
    const READS_QUERY: bool;
}

macro_rules! requirements {
    ($($argument:ident)*) => {
        impl<F, Fut, $($argument: Argument),*> Requirements<($($argument,)*)> for F
        where
            F: FnOnce($($argument),*) -> Fut,
        {
            const ACCESS: Access = strictest(&[$($argument::ACCESS),*]);
            const READS_QUERY: bool = false $(|| $argument::READS_QUERY)*;
        }
    };
}

requirements!();
requirements!(A);
requirements!(A B);
requirements!(A B C);
requirements!(A B C D);
requirements!(A B C D E);
requirements!(A B C D E G);

const fn strictest(mut all: &[Access]) -> Access {
    let mut strictest = Access::Public;
    while let [first, rest @ ..] = all {
        strictest = match (strictest, *first) {
            (Access::Admin, _) | (_, Access::Admin) => Access::Admin,
            (Access::Customer, _) | (_, Access::Customer) => Access::Customer,
            (Access::Order, _) | (_, Access::Order) => Access::Order,
            (Access::Cart, _) | (_, Access::Cart) => Access::Cart,
            (Access::Optional, _) | (_, Access::Optional) => Access::Optional,
            (Access::Public, Access::Public) => Access::Public,
        };
        all = rest;
    }
    strictest
}

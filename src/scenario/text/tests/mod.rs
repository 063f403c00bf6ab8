//! Texts in, texts out: the expected ones are worked out by hand from the input.

mod damage;
mod layers;
mod messages;
mod model;
mod shapes;

//! The tree as a serde deserializer whose errors know where they are.

use serde::Deserializer;
use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_spanned::de::{SpannedDeserializer, is_spanned};

use super::mistake::{Kind, Mistake};
use super::recovery::Lost;
use super::tree::{Entry, Node, Table, Value};

type Found<T> = Result<T, Mistake>;

/// One node, without what is lost below it.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    node: &'a Node,
    lost: &'a Lost,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(node: &'a Node, lost: &'a Lost) -> Self {
        Self { node, lost }
    }

    fn entries(self, table: &'a Table) -> Entries<'a> {
        Entries { table, lost: self.lost, next: 0 }
    }

    fn unfit(self, expected: impl Into<String>) -> Mistake {
        Mistake::unfit(expected, self.node.value.kind()).at(&self.node.span)
    }

    /// Unknown keys are mistakes for every struct, whether or not it asks for that.
    fn check_keys(self, table: &Table, known: &'static [&'static str]) -> Found<()> {
        for (index, entry) in table.iter().enumerate() {
            if !self.lost.is_lost(index) && !known.contains(&entry.key.as_str()) {
                let name = entry.key.clone();
                let mistake = Mistake::new(Kind::UnknownKey { name, known });
                return Err(mistake.at(&entry.key_span).within(index, false));
            }
        }
        Ok(())
    }

    /// The only entry of a table that stands for one of several alternatives.
    fn alternative(self, table: &'a Table, known: &'static [&'static str]) -> Found<Alternative<'a>> {
        let mut present = (0..).zip(table).filter(|&(index, _)| !self.lost.is_lost(index));
        let Some((index, entry)) = present.next() else {
            let mistake = Mistake::unfit(one_of(known), "an empty table");
            return Err(mistake.at(&self.node.span));
        };
        if let Some((second, other)) = present.next() {
            for (index, entry) in [(index, entry), (second, other)] {
                if !known.contains(&entry.key.as_str()) {
                    let name = entry.key.clone();
                    let mistake = Mistake::new(Kind::UnknownKey { name, known });
                    return Err(mistake.at(&entry.key_span).within(index, false));
                }
            }
            let mistake = Mistake::new(Kind::SeveralChoices(entry.key_span.clone()));
            return Err(mistake.at(&other.key_span));
        }
        Ok(Alternative { entry, index, lost: self.lost.at(index) })
    }
}

fn one_of(known: &[&str]) -> String {
    match known {
        [only] => format!("`{only}`"),
        _ => format!("one of `{}`", known.join("`, `")),
    }
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Found<V::Value> {
        let read = match &self.node.value {
            Value::String(text) => visitor.visit_str(text),
            Value::Integer(number) => visitor.visit_i64(*number),
            Value::Float(number) => visitor.visit_f64(*number),
            Value::Boolean(flag) => visitor.visit_bool(*flag),
            Value::Datetime(_) => Err(serde::de::Error::invalid_type(Unexpected::Other("a date"), &visitor)),
            Value::Array(items) => visitor.visit_seq(Items { items, lost: self.lost, next: 0 }),
            Value::Table(table) => visitor.visit_map(self.entries(table)),
        };
        read.map_err(|mistake| mistake.at(&self.node.span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Found<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Found<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Found<V::Value> {
        if is_spanned(name) {
            let span = self.node.span.clone();
            return visitor.visit_map(SpannedDeserializer::new(self, span));
        }
        let Value::Table(table) = &self.node.value else {
            return Err(self.unfit("a table"));
        };
        self.check_keys(table, fields)?;
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Found<V::Value> {
        let read = match &self.node.value {
            Value::String(text) => visitor.visit_enum(Word(text)),
            Value::Table(table) => visitor.visit_enum(self.alternative(table, variants)?),
            _ => Err(self.unfit(one_of(variants))),
        };
        read.map_err(|mistake| mistake.at(&self.node.span))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Found<V::Value> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map identifier
    }
}

impl<'de> IntoDeserializer<'de, Mistake> for Reader<'_> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

struct Items<'a> {
    items: &'a [Node],
    lost: &'a Lost,
    next: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = Mistake;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Found<Option<T::Value>> {
        while self.lost.is_lost(self.next) {
            self.next += 1;
        }
        let Some(node) = self.items.get(self.next) else {
            return Ok(None);
        };
        let index = self.next;
        self.next += 1;
        seed.deserialize(Reader::new(node, self.lost.at(index)))
            .map(Some)
            .map_err(|mistake| mistake.at(&node.span).within(index, false))
    }
}

struct Entries<'a> {
    table: &'a Table,
    lost: &'a Lost,
    next: usize,
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Mistake;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Found<Option<K::Value>> {
        while self.lost.is_lost(self.next) {
            self.next += 1;
        }
        if self.next == self.table.len() {
            return Ok(None);
        }
        let index = self.next;
        let entry = self.table.entry(index);
        seed.deserialize(KeyReader(entry))
            .map(Some)
            .map_err(|mistake| mistake.on_key(&entry.key_span).within(index, false))
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Found<T::Value> {
        let index = self.next;
        let node = &self.table.entry(index).node;
        self.next += 1;
        seed.deserialize(Reader::new(node, self.lost.at(index)))
            .map_err(|mistake| mistake.at(&node.span).within(index, false))
    }
}

struct KeyReader<'a>(&'a Entry);

impl<'de> Deserializer<'de> for KeyReader<'_> {
    type Error = Mistake;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Found<V::Value> {
        visitor.visit_str(&self.0.key)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _name: &'static str, visitor: V) -> Found<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Found<V::Value> {
        if is_spanned(name) {
            let key: StrDeserializer<'_, Mistake> = self.0.key.as_str().into_deserializer();
            return visitor.visit_map(SpannedDeserializer::new(key, self.0.key_span.clone()));
        }
        self.deserialize_any(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Found<V::Value> {
        visitor.visit_enum(Word(&self.0.key))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct seq tuple tuple_struct map identifier ignored_any
    }
}

/// A choice without a value: `"lru"`.
struct Word<'a>(&'a str);

impl Word<'_> {
    fn needs_value<T>(self) -> Found<T> {
        let message = format!("the choice `{0}` needs a value\nhelp: write {{ {0} = … }}", self.0);
        Err(Mistake::new(Kind::Other(message)))
    }
}

impl<'de> EnumAccess<'de> for Word<'_> {
    type Error = Mistake;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Found<(V::Value, Self)> {
        let name: StrDeserializer<'_, Mistake> = self.0.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Word<'_> {
    type Error = Mistake;

    fn unit_variant(self) -> Found<()> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _seed: T) -> Found<T::Value> {
        self.needs_value()
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, _visitor: V) -> Found<V::Value> {
        self.needs_value()
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _fields: &'static [&'static str],
        _visitor: V,
    ) -> Found<V::Value> {
        self.needs_value()
    }
}

/// A choice with its value: `{ zipf = 0.99 }`.
struct Alternative<'a> {
    entry: &'a Entry,
    index: usize,
    lost: &'a Lost,
}

impl<'a> Alternative<'a> {
    fn read<T>(self, read: impl FnOnce(Reader<'a>) -> Found<T>) -> Found<T> {
        let node = &self.entry.node;
        read(Reader::new(node, self.lost)).map_err(|mistake| mistake.at(&node.span).within(self.index, true))
    }
}

impl<'de> EnumAccess<'de> for Alternative<'_> {
    type Error = Mistake;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Found<(V::Value, Self)> {
        let read = seed.deserialize(KeyReader(self.entry));
        let choice = read.map_err(|mistake| mistake.at(&self.entry.key_span))?;
        Ok((choice, self))
    }
}

impl<'de> VariantAccess<'de> for Alternative<'_> {
    type Error = Mistake;

    fn unit_variant(self) -> Found<()> {
        let choice = &self.entry.key;
        self.read(|reader| match &reader.node.value {
            Value::Table(table) if table.is_empty() => Ok(()),
            _ => {
                let message = format!("the choice `{choice}` takes no value\nhelp: write \"{choice}\"");
                Err(Mistake::new(Kind::Other(message)))
            }
        })
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Found<T::Value> {
        self.read(|reader| seed.deserialize(reader))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _length: usize, visitor: V) -> Found<V::Value> {
        self.read(|reader| reader.deserialize_seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Found<V::Value> {
        self.read(|reader| reader.deserialize_struct("", fields, visitor))
    }
}

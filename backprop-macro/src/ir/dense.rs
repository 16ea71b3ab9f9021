//! Maps and sets over ids as plain vectors: for tables that hold an entry for most values of a function.
//!
//! They are walked in the order of the ids. A macro runs unoptimised, where a hash table costs ten times as much; for a
//! table that is made anew for each region, and holds few of many ids, use [`super::hash`].

use super::ids::Id;
use std::marker::PhantomData;
use std::ops::Index;

/// A map from most ids to something.
#[derive(Clone, Debug)]
pub struct IdMap<K, V> {
    slots: Vec<Option<V>>,
    id: PhantomData<K>,
}

impl<K, V> Default for IdMap<K, V> {
    fn default() -> Self {
        IdMap { slots: Vec::new(), id: PhantomData }
    }
}

impl<K: Id, V> IdMap<K, V> {
    fn slot(&mut self, key: K) -> &mut Option<V> {
        let index = key.index();
        if index >= self.slots.len() {
            self.slots.resize_with(index + 1, || None);
        }
        &mut self.slots[index]
    }

    /// What was there before.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.slot(key).replace(value)
    }

    pub fn get(&self, key: &K) -> Option<&V> {
        match self.slots.get(key.index()) {
            Some(slot) => slot.as_ref(),
            None => None,
        }
    }

    pub fn contains_key(&self, key: &K) -> bool {
        self.get(key).is_some()
    }

    /// The entry, made if it is not there.
    pub fn or_insert(&mut self, key: K, value: V) -> &mut V {
        self.slot(key).get_or_insert(value)
    }

    /// The entry, made empty if it is not there.
    pub fn or_default(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        self.slot(key).get_or_insert_with(V::default)
    }

    pub fn iter(&self) -> impl Iterator<Item = (K, &V)> {
        let entry = |(i, slot): (usize, &'_ Option<V>)| slot.is_some().then(|| K::new(i));
        self.slots.iter().enumerate().filter_map(entry).zip(self.slots.iter().flatten())
    }

    pub fn keys(&self) -> impl Iterator<Item = K> + use<'_, K, V> {
        self.iter().map(|(key, _)| key)
    }

    pub fn clear(&mut self) {
        self.slots.clear();
    }

    /// As they are, with their keys.
    pub fn into_keys(self) -> impl Iterator<Item = K> {
        self.slots.into_iter().enumerate().filter_map(|(i, slot)| slot.map(|_| K::new(i)))
    }

    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.slots.iter_mut().flatten()
    }
}

impl<K: Id, V> Index<&K> for IdMap<K, V> {
    type Output = V;

    fn index(&self, key: &K) -> &V {
        match self.get(key) {
            Some(value) => value,
            None => unreachable!("no entry of id {}", key.index()),
        }
    }
}

impl<K: Id, V> Extend<(K, V)> for IdMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, entries: I) {
        for (key, value) in entries {
            self.insert(key, value);
        }
    }
}

impl<K: Id, V> FromIterator<(K, V)> for IdMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut map = IdMap::default();
        map.extend(entries);
        map
    }
}

/// A set of ids.
#[derive(Clone, Debug)]
pub struct IdSet<K> {
    members: Vec<bool>,
    len: usize,
    id: PhantomData<K>,
}

impl<K> Default for IdSet<K> {
    fn default() -> Self {
        IdSet { members: Vec::new(), len: 0, id: PhantomData }
    }
}

impl<K: Id> IdSet<K> {
    /// Whether it is new.
    pub fn insert(&mut self, key: K) -> bool {
        let index = key.index();
        if index >= self.members.len() {
            self.members.resize(index + 1, false);
        }
        let new = !std::mem::replace(&mut self.members[index], true);
        self.len += usize::from(new);
        new
    }

    pub fn contains(&self, key: &K) -> bool {
        match self.members.get(key.index()) {
            Some(member) => *member,
            None => false,
        }
    }

    /// Whether it was there.
    pub fn remove(&mut self, key: &K) -> bool {
        let was = self.members.get_mut(key.index()).is_some_and(std::mem::take);
        self.len -= usize::from(was);
        was
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn iter(&self) -> impl Iterator<Item = K> + use<'_, K> {
        self.members.iter().enumerate().filter(|(_, member)| **member).map(|(i, _)| K::new(i))
    }
}

impl<K: Id> Extend<K> for IdSet<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        for key in keys {
            self.insert(key);
        }
    }
}

impl<K: Id> FromIterator<K> for IdSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        let mut set = IdSet::default();
        set.extend(keys);
        set
    }
}

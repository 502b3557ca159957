//! Values that JavaScript knows by a handle: clients, calls and sandboxes.

/// Values by handle. JavaScript chooses each handle, and uses it again when it is free.
pub struct HandleTable<T>(Vec<Option<T>>);

impl<T> HandleTable<T> {
    /// An empty table.
    #[allow(clippy::new_without_default, reason = "it must be const")]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Keeps a value under a handle. It replaces the value before.
    pub fn insert(&mut self, handle: usize, value: T) {
        if self.0.len() <= handle {
            self.0.resize_with(handle.saturating_add(1), || None);
        }
        if let Some(slot) = self.0.get_mut(handle) {
            *slot = Some(value);
        }
    }

    /// The value of a handle.
    pub fn get(&self, handle: usize) -> Option<&T> {
        self.0.get(handle)?.as_ref()
    }

    /// The value of a handle, to change it.
    pub fn get_mut(&mut self, handle: usize) -> Option<&mut T> {
        self.0.get_mut(handle)?.as_mut()
    }

    /// Removes the value of a handle.
    pub fn remove(&mut self, handle: usize) -> Option<T> {
        self.0.get_mut(handle)?.take()
    }
}

//! What JS knows by a number: clients, calls, sandboxes.

/// Values by numbers that JS chooses, and chooses again when they are free.
pub struct Slots<T>(Vec<Option<T>>);

impl<T> Slots<T> {
    /// Without values.
    #[allow(clippy::new_without_default, reason = "it must be const")]
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Keeps a value under a number, instead of the one before.
    pub fn put(&mut self, number: usize, value: T) {
        if self.0.len() <= number {
            self.0.resize_with(number.saturating_add(1), || None);
        }
        if let Some(slot) = self.0.get_mut(number) {
            *slot = Some(value);
        }
    }

    /// The value of a number.
    pub fn get(&self, number: usize) -> Option<&T> {
        self.0.get(number)?.as_ref()
    }

    /// The value of a number, to change it.
    pub fn get_mut(&mut self, number: usize) -> Option<&mut T> {
        self.0.get_mut(number)?.as_mut()
    }

    /// Removes the value of a number.
    pub fn take(&mut self, number: usize) -> Option<T> {
        self.0.get_mut(number)?.take()
    }
}

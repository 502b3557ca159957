//! What JS knows by a number: clients, calls, sandboxes.

/// Values by numbers that JS chooses, and chooses again when they are free.
pub(crate) struct Slots<T>(Vec<Option<T>>);

impl<T> Slots<T> {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    pub(crate) fn put(&mut self, number: usize, value: T) {
        if self.0.len() <= number {
            self.0.resize_with(number.saturating_add(1), || None);
        }
        if let Some(slot) = self.0.get_mut(number) {
            *slot = Some(value);
        }
    }

    #[cfg(feature = "client")]
    pub(crate) fn get(&self, number: usize) -> Option<&T> {
        self.0.get(number)?.as_ref()
    }

    pub(crate) fn get_mut(&mut self, number: usize) -> Option<&mut T> {
        self.0.get_mut(number)?.as_mut()
    }

    pub(crate) fn take(&mut self, number: usize) -> Option<T> {
        self.0.get_mut(number)?.take()
    }
}

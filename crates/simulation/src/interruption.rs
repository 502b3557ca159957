//! Events outside of the client that interrupt a call.

use fastrand::Rng;

/// An event that interrupts a call. All times are milliseconds after the start of the call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Interruption {
    /// The program of the caller crashes.
    Crash { after_ms: u64 },
    /// The caller's signal ends the call.
    Abort { after_ms: u64 },
    /// The machine of the caller sleeps: its clock jumps, and timers are late.
    Sleep { after_ms: u64, for_ms: u64 },
}

impl Interruption {
    /// An interruption less than `within_ms` after the start of the call. Most calls have no interruption.
    pub(crate) fn random(random: &mut Rng, within_ms: u64, longest_sleep_ms: u64) -> Option<Self> {
        let after_ms = random.u64(..within_ms);
        match random.u8(..8) {
            0 => Some(Self::Crash { after_ms }),
            1 => Some(Self::Abort { after_ms }),
            2 => Some(Self::Sleep { after_ms, for_ms: random.u64(..longest_sleep_ms) }),
            _ => None,
        }
    }
}

//! What the worlds have shown, in numbers.

/// Counts of one world, or of many.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Tally {
    pub(crate) orders: u64,
    pub(crate) requests: u64,
    pub(crate) faults: u64,
    pub(crate) creations: Creations,
    pub(crate) waits: Waits,
    pub(crate) reads: Reads,
}

/// Calls of `create`, and how they ended.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Creations {
    pub(crate) calls: u64,
    pub(crate) answered: u64,
    pub(crate) found: u64,
    pub(crate) unknown: u64,
    pub(crate) rejected: u64,
    pub(crate) other_orders: u64,
    pub(crate) not_sent: u64,
    pub(crate) interrupted: u64,
}

/// Waits for a final status, and how they ended.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Waits {
    pub(crate) calls: u64,
    pub(crate) requests: u64,
    pub(crate) reports: u64,
    pub(crate) finals: u64,
    pub(crate) deadlines: u64,
    pub(crate) refused: u64,
    pub(crate) interrupted: u64,
}

/// Plain reads of a status, and how they ended.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Reads {
    pub(crate) calls: u64,
    pub(crate) requests: u64,
    pub(crate) answered: u64,
    pub(crate) failed: u64,
    pub(crate) interrupted: u64,
}

impl Tally {
    pub(crate) fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.requests += other.requests;
        self.faults += other.faults;
        self.creations.add(&other.creations);
        self.waits.add(&other.waits);
        self.reads.add(&other.reads);
    }

    /// The same in words.
    pub(crate) fn describe(&self) -> String {
        let Self { orders, requests, faults, creations, waits, reads } = self;
        let Creations { calls, answered, found, unknown, rejected, other_orders, not_sent, interrupted } =
            creations;
        format!(
            "{orders} orders, {requests} requests, {faults} of them with a fault\n\
             {calls} creations ended: {answered} by their answer, {found} by looking up, {unknown} unknown, \
             {other_orders} of them with another order, {rejected} rejected, {not_sent} not sent, \
             {interrupted} interrupted\n{}\n{}",
            waits.describe(),
            reads.describe()
        )
    }
}

impl Creations {
    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.answered += other.answered;
        self.found += other.found;
        self.unknown += other.unknown;
        self.rejected += other.rejected;
        self.other_orders += other.other_orders;
        self.not_sent += other.not_sent;
        self.interrupted += other.interrupted;
    }
}

impl Waits {
    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.requests += other.requests;
        self.reports += other.reports;
        self.finals += other.finals;
        self.deadlines += other.deadlines;
        self.refused += other.refused;
        self.interrupted += other.interrupted;
    }

    fn describe(&self) -> String {
        let Self { calls, requests, reports, finals, deadlines, refused, interrupted } = self;
        format!(
            "{calls} waits with {requests} requests and {reports} reports ended: {finals} with a final status, \
             {deadlines} by their deadline, {refused} refused, {interrupted} interrupted"
        )
    }
}

impl Reads {
    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.requests += other.requests;
        self.answered += other.answered;
        self.failed += other.failed;
        self.interrupted += other.interrupted;
    }

    fn describe(&self) -> String {
        let Self { calls, requests, answered, failed, interrupted } = self;
        format!(
            "{calls} status reads with {requests} requests ended: {answered} with a status, {failed} with an error, \
             {interrupted} interrupted"
        )
    }
}

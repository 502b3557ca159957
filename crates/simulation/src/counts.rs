//! Counts of orders, requests and results of calls.

/// Counts of one world, or of many.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Counts {
    pub(crate) orders: u64,
    pub(crate) requests: u64,
    pub(crate) faults: u64,
    pub(crate) creates: CreateCounts,
    pub(crate) waits: WaitCounts,
    pub(crate) reads: ReadCounts,
}

/// Calls of `create`, and how they ended.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct CreateCounts {
    pub(crate) calls: u64,
    pub(crate) answered: u64,
    pub(crate) found: u64,
    pub(crate) unknown: u64,
    pub(crate) rejected: u64,
    pub(crate) other_orders: u64,
    pub(crate) not_sent: u64,
    pub(crate) interrupted: u64,
}

/// WaitCounts for a final status, and how they ended.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct WaitCounts {
    pub(crate) calls: u64,
    pub(crate) requests: u64,
    pub(crate) reports: u64,
    pub(crate) finals: u64,
    pub(crate) deadlines: u64,
    pub(crate) refused: u64,
    pub(crate) interrupted: u64,
}

/// Single reads of a status, and how they ended.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct ReadCounts {
    pub(crate) calls: u64,
    pub(crate) requests: u64,
    pub(crate) answered: u64,
    pub(crate) failed: u64,
    pub(crate) interrupted: u64,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.orders += other.orders;
        self.requests += other.requests;
        self.faults += other.faults;
        self.creates.add(&other.creates);
        self.waits.add(&other.waits);
        self.reads.add(&other.reads);
    }

    /// The counts as text, for people.
    pub(crate) fn describe(&self) -> String {
        let Self { orders, requests, faults, creates, waits, reads } = self;
        let CreateCounts { calls, answered, found, unknown, rejected, other_orders, not_sent, interrupted } =
            creates;
        format!(
            "{orders} orders, {requests} requests, {faults} of them with a fault\n\
             {calls} create calls ended: {answered} by their response, {found} by a lookup, {unknown} unknown \
             ({other_orders} of these with another order), {rejected} rejected, {not_sent} not sent, \
             {interrupted} interrupted\n{}\n{}",
            waits.describe(),
            reads.describe()
        )
    }
}

impl CreateCounts {
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

impl WaitCounts {
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

impl ReadCounts {
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

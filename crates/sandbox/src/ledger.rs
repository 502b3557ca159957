//! The merchant's money. One purse a currency, for both pipelines: how PayStar divides a merchant's money between
//! pipelines is a matter of the account, so this is the sandbox's own.

use std::collections::HashMap;

use paystar_protocol::pipeline::Pipeline;

use super::money::Money;

/// What the merchant has in one currency.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purse {
    pub(super) balance: Money,
    /// Deposits in progress.
    pub(super) incoming: Money,
    /// Payouts in progress.
    pub(super) outgoing: Money,
}

impl Purse {
    /// What can be paid out now, the overdraft not counted.
    pub(super) fn available(&self) -> Money {
        self.balance.minus(self.outgoing).unwrap_or_default()
    }
}

/// All purses.
pub(super) struct Ledger {
    purses: HashMap<String, Purse>,
    overdraft: Money,
}

impl Ledger {
    /// Every currency begins with `start`, unless `balances` has it.
    pub(super) fn new(balances: &HashMap<String, Money>, overdraft: Money) -> Self {
        let purses = balances.iter().map(|(currency, start)| (currency.clone(), purse_of(*start))).collect();
        Self { purses, overdraft }
    }

    pub(super) fn overdraft(&self) -> Money {
        self.overdraft
    }

    pub(super) fn purse(&self, currency: &str) -> Purse {
        self.purses.get(currency).copied().unwrap_or_else(|| purse_of(default_start()))
    }

    /// Money in progress. `false` where there is not enough of it, or more than can be counted exactly.
    pub(super) fn hold(&mut self, pipeline: Pipeline, currency: &str, sum: Money) -> bool {
        let overdraft = self.overdraft;
        self.change(currency, |purse| match pipeline {
            Pipeline::Payouts => {
                let outgoing = purse.outgoing.plus(sum)?;
                let limit = purse.balance.plus(overdraft)?;
                (outgoing <= limit).then_some(Purse { outgoing, ..purse })
            }
            Pipeline::Deposits => {
                let incoming = purse.incoming.plus(sum)?;
                // So that it can be settled later, whatever else happens.
                purse.balance.plus(incoming)?.plus(overdraft)?;
                Some(Purse { incoming, ..purse })
            }
        })
    }

    /// Money that was in progress, and no longer is.
    pub(super) fn release(&mut self, pipeline: Pipeline, currency: &str, sum: Money) {
        self.change(currency, |purse| match pipeline {
            Pipeline::Payouts => Some(Purse { outgoing: purse.outgoing.minus(sum)?, ..purse }),
            Pipeline::Deposits => Some(Purse { incoming: purse.incoming.minus(sum)?, ..purse }),
        });
    }

    /// Money that was in progress has moved.
    pub(super) fn settle(&mut self, pipeline: Pipeline, currency: &str, sum: Money) {
        self.release(pipeline, currency, sum);
        self.change(currency, |purse| {
            let balance = match pipeline {
                Pipeline::Payouts => purse.balance.minus(sum)?,
                Pipeline::Deposits => purse.balance.plus(sum)?,
            };
            Some(Purse { balance, ..purse })
        });
    }

    /// The amount of an order in progress is another one. Whether a payout is still covered is not asked again.
    pub(super) fn change_held(&mut self, pipeline: Pipeline, currency: &str, from: Money, to: Money) -> bool {
        self.change(currency, |purse| match pipeline {
            Pipeline::Payouts => {
                let outgoing = purse.outgoing.minus(from)?.plus(to)?;
                purse.balance.minus(outgoing)?;
                Some(Purse { outgoing, ..purse })
            }
            Pipeline::Deposits => {
                let incoming = purse.incoming.minus(from)?.plus(to)?;
                purse.balance.plus(incoming)?;
                Some(Purse { incoming, ..purse })
            }
        })
    }

    /// The amount of an order that has succeeded is another one.
    pub(super) fn change_settled(
        &mut self,
        pipeline: Pipeline,
        currency: &str,
        from: Money,
        to: Money,
    ) -> bool {
        self.change(currency, |purse| {
            let balance = match pipeline {
                Pipeline::Payouts => purse.balance.plus(from)?.minus(to)?,
                Pipeline::Deposits => purse.balance.minus(from)?.plus(to)?,
            };
            balance.plus(purse.incoming)?;
            balance.minus(purse.outgoing)?;
            Some(Purse { balance, ..purse })
        })
    }

    fn change(&mut self, currency: &str, change: impl Fn(Purse) -> Option<Purse>) -> bool {
        let Some(changed) = change(self.purse(currency)) else { return false };
        self.purses.insert(currency.to_owned(), changed);
        true
    }
}

fn purse_of(start: Money) -> Purse {
    Purse { balance: start, incoming: Money::ZERO, outgoing: Money::ZERO }
}

fn default_start() -> Money {
    Money::from_text("10000").unwrap_or_default()
}

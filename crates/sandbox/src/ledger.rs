//! The merchant's money. Both pipelines share one account for each currency. PayStar does not document how it divides
//! the money between pipelines, so this is the sandbox's own.

use std::collections::HashMap;

use paystar_model::decimal::Decimal;
use paystar_protocol::pipeline::{PerPipeline, Pipeline};

/// The merchant's money in one currency.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Account {
    pub(crate) balance: Decimal,
    /// The sum of the orders in progress.
    pub(crate) in_progress: PerPipeline<Decimal>,
}

impl Account {
    fn with_balance(balance: Decimal) -> Self {
        Self { balance, in_progress: PerPipeline::default() }
    }

    /// The money for new payouts, without the overdraft.
    pub(crate) fn available(&self) -> Decimal {
        self.balance.checked_sub(self.in_progress.payouts).unwrap_or_default()
    }

    /// The account with another sum in progress.
    fn with_in_progress(mut self, pipeline: Pipeline, sum: Decimal) -> Self {
        *self.in_progress.of_mut(pipeline) = sum;
        self
    }

    /// The balance after an order of this sum has succeeded.
    fn balance_after(&self, pipeline: Pipeline, sum: Decimal) -> Option<Decimal> {
        match pipeline {
            Pipeline::Payouts => self.balance.checked_sub(sum),
            Pipeline::Deposits => self.balance.checked_add(sum),
        }
    }
}

/// All accounts.
pub(crate) struct Ledger {
    accounts: HashMap<String, Account>,
    overdraft: Decimal,
}

impl Ledger {
    /// A currency that `balances` does not have starts with the default balance.
    pub(crate) fn new(balances: &HashMap<String, Decimal>, overdraft: Decimal) -> Self {
        let accounts = balances
            .iter()
            .map(|(currency, balance)| (currency.clone(), Account::with_balance(*balance)))
            .collect();
        Self { accounts, overdraft }
    }

    pub(crate) fn overdraft(&self) -> Decimal {
        self.overdraft
    }

    pub(crate) fn account(&self, currency: &str) -> Account {
        self.accounts.get(currency).copied().unwrap_or_else(|| Account::with_balance(default_balance()))
    }

    /// Holds the sum of an order that starts. `false` if there is not enough money, or if a sum is out of range.
    pub(crate) fn hold(&mut self, pipeline: Pipeline, currency: &str, sum: Decimal) -> bool {
        let overdraft = self.overdraft;
        self.change(currency, |account| {
            let held = account.in_progress.of(pipeline).checked_add(sum)?;
            let is_possible = match pipeline {
                Pipeline::Payouts => held <= account.balance.checked_add(overdraft)?,
                // All deposits in progress must be able to succeed later.
                Pipeline::Deposits => account.balance.checked_add(held)?.checked_add(overdraft).is_some(),
            };
            is_possible.then(|| account.with_in_progress(pipeline, held))
        })
    }

    /// Releases the sum of an order that was in progress.
    pub(crate) fn release(&mut self, pipeline: Pipeline, currency: &str, sum: Decimal) {
        self.change(currency, |account| {
            let held = account.in_progress.of(pipeline).checked_sub(sum)?;
            Some(account.with_in_progress(pipeline, held))
        });
    }

    /// Moves the money of an order that has succeeded.
    pub(crate) fn complete(&mut self, pipeline: Pipeline, currency: &str, sum: Decimal) {
        self.release(pipeline, currency, sum);
        self.change(currency, |account| {
            Some(Account { balance: account.balance_after(pipeline, sum)?, ..account })
        });
    }

    /// Changes the amount of an order in progress. It does not check again whether a payout has enough money.
    pub(crate) fn change_in_progress(
        &mut self,
        pipeline: Pipeline,
        currency: &str,
        from: Decimal,
        to: Decimal,
    ) -> bool {
        self.change(currency, |account| {
            let held = account.in_progress.of(pipeline).checked_sub(from)?.checked_add(to)?;
            account.balance_after(pipeline, held)?;
            Some(account.with_in_progress(pipeline, held))
        })
    }

    /// Changes the amount of an order that has succeeded.
    pub(crate) fn change_completed(
        &mut self,
        pipeline: Pipeline,
        currency: &str,
        from: Decimal,
        to: Decimal,
    ) -> bool {
        self.change(currency, |account| {
            let balance = match pipeline {
                Pipeline::Payouts => account.balance.checked_add(from)?.checked_sub(to)?,
                Pipeline::Deposits => account.balance.checked_sub(from)?.checked_add(to)?,
            };
            let changed = Account { balance, ..account };
            for pipeline in Pipeline::ALL {
                changed.balance_after(pipeline, *changed.in_progress.of(pipeline))?;
            }
            Some(changed)
        })
    }

    fn change(&mut self, currency: &str, change: impl Fn(Account) -> Option<Account>) -> bool {
        let Some(changed) = change(self.account(currency)) else { return false };
        self.accounts.insert(currency.to_owned(), changed);
        true
    }
}

fn default_balance() -> Decimal {
    Decimal::parse("10000").unwrap_or_default()
}

//! One call of the real `create`, run over a wire that the world answers.

use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use fastrand::Rng;
use paystar_core::model::order::Order;
use paystar_core::protocol::config::ClientConfig;
use paystar_core::protocol::http::{HttpAnswer, HttpRequest};
use paystar_core::protocol::orders::Creation;
use paystar_core::transport::drive::{Driver, Ending, NoAnswer, Wire};

use crate::plan::Visit;

/// What a call wants of the world.
pub(crate) enum Wish {
    Exchange { request: HttpRequest, limit_ms: u32 },
    Sleep { ms: u64 },
}

/// What the world tells a call.
pub(crate) enum News {
    Exchanged(Result<HttpAnswer, NoAnswer<()>>),
    /// Whether the wait came to its end.
    Slept(bool),
}

pub(crate) type Outcome = Result<Order, Ending<()>>;

struct Desk {
    wish: RefCell<Option<Wish>>,
    news: RefCell<Option<News>>,
    now: Cell<u64>,
    random: RefCell<Rng>,
}

struct DeskWire(Rc<Desk>);

impl DeskWire {
    async fn ask(&self, wish: Wish) -> News {
        self.0.wish.replace(Some(wish));
        poll_fn(|_| self.0.news.take().map_or(Poll::Pending, Poll::Ready)).await
    }
}

impl Wire for DeskWire {
    type Cause = ();

    async fn exchange(&self, request: &HttpRequest, limit_ms: u32) -> Result<HttpAnswer, NoAnswer<()>> {
        match self.ask(Wish::Exchange { request: request.clone(), limit_ms }).await {
            News::Exchanged(result) => result,
            News::Slept(_) => Err(NoAnswer::Timeout { nothing_sent: false }),
        }
    }

    async fn sleep(&self, ms: u64) -> bool {
        matches!(self.ask(Wish::Sleep { ms }).await, News::Slept(true))
    }

    fn now(&self) -> u64 {
        self.0.now.get()
    }

    fn random(&self) -> u32 {
        self.0.random.borrow_mut().u32(..)
    }
}

/// A call that is under way.
pub(crate) struct Call {
    desk: Rc<Desk>,
    future: Pin<Box<dyn Future<Output = Outcome>>>,
}

/// What a call does after some news.
pub(crate) enum Move {
    Wishes(Wish),
    Ends(Outcome),
}

impl Call {
    pub(crate) fn start(config: &Rc<ClientConfig>, creation: Creation, visit: &Visit, seed: u64) -> Self {
        let desk = Rc::new(Desk {
            wish: RefCell::new(None),
            news: RefCell::new(None),
            now: Cell::new(0),
            random: RefCell::new(Rng::with_seed(seed)),
        });
        let (wire, config, visit) = (DeskWire(Rc::clone(&desk)), Rc::clone(config), visit.clone());
        let future = Box::pin(async move {
            let driver = Driver { wire, config: &config, timeout_ms: visit.timeout_ms, policy: visit.policy };
            driver.create(&creation, visit.on_duplicate).await
        });
        Self { desk, future }
    }

    /// Goes on until it wishes for something. `now` is the time of the caller's machine.
    pub(crate) fn step(&mut self, news: Option<News>, now: u64) -> Option<Move> {
        self.desk.now.set(now);
        self.desk.news.replace(news);
        match self.future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(outcome) => Some(Move::Ends(outcome)),
            Poll::Pending => self.desk.wish.take().map(Move::Wishes),
        }
    }
}

//! HTTP messages as plain data. What sends them is in the transport.

/// The methods that PayStar's operations use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates.
    Post,
}

impl Method {
    /// As it stands in a request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request that is ready to leave.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpRequest {
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// Headers; all values are visible ASCII.
    pub headers: Vec<(&'static str, String)>,
    /// The JSON body of a POST.
    pub body: Option<String>,
}

/// Whether bytes of a request can have reached PayStar. Never-twice stands on this: only a request of which nothing was
/// sent surely made no order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Departure {
    /// It is certain that nothing was sent.
    NothingSent,
    /// Anything else.
    MayHaveBeenSent,
}

/// A whole response.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct HttpResponse {
    /// The status. `0` stands for a redirect that the platform hides.
    pub status: u16,
    /// The body, as it came.
    pub body: Vec<u8>,
    /// How long to wait before the next request (header `Retry-After`).
    pub retry_after_ms: Option<u64>,
}

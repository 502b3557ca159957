//! HTTP messages as plain data. The transport sends them.

/// The HTTP methods of PayStar's operations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// For reads.
    Get,
    /// For creations.
    Post,
}

impl Method {
    /// The word in a request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A request that is ready to be sent.
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

/// Whether a request can have been sent. The client never pays twice because of this: only a request that was certainly
/// not sent has certainly created no order.
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
    /// The status. `0` means a redirect that the platform hides.
    pub status: u16,
    /// The body, exactly as received.
    pub body: Vec<u8>,
    /// How long PayStar asks to wait (header `Retry-After`).
    pub retry_after_ms: Option<u64>,
}

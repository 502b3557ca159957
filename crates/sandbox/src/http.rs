//! HTTP messages as data. The sandbox itself sends nothing.

/// A request that the sandbox received.
#[derive(Clone, Copy, Default)]
pub struct ReceivedRequest<'a> {
    /// `GET`, `POST`.
    pub method: &'a str,
    /// The path of the URL, percent-encoded, and its query.
    pub target: &'a str,
    /// The header `Authorization`.
    pub authorization: Option<&'a str>,
    /// The host in the URL of the request.
    pub host: Option<&'a str>,
    /// The host of PayStar that the client names in a header, because it has a custom base URL.
    pub named_host: Option<&'a str>,
    /// The IP address of the client. `None` for a request in the same process.
    pub address: Option<&'a str>,
    /// The origin of the sandbox, for the URLs of hosted pages: `http://127.0.0.1:4010`.
    pub origin: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// A response of the sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// JSON, HTML or plain text. It is empty for a response without a body.
    pub body: String,
}

impl Response {
    pub(crate) fn without_body(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: String::new() }
    }

    pub(crate) fn with_json(status: u16, body: String) -> Self {
        Self::with_type("application/json; charset=utf-8", status, body)
    }

    pub(crate) fn with_html(status: u16, body: String) -> Self {
        Self::with_type("text/html; charset=utf-8", status, body)
    }

    pub(crate) fn with_text(status: u16, body: String) -> Self {
        Self::with_type("text/plain; charset=utf-8", status, body)
    }

    fn with_type(content_type: &str, status: u16, body: String) -> Self {
        Self { status, headers: vec![("content-type", content_type.to_owned())], body }
    }
}

/// How much of a response is sent, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Transmission {
    /// The whole response at once.
    Whole,
    /// The whole response, after this number of milliseconds.
    Late(u32),
    /// The whole response. The body takes this number of milliseconds.
    Slow(u32),
    /// Nothing. The connection ends.
    Lost,
    /// A part of the headers. Then the connection is reset.
    CutInHeaders,
    /// The headers and half of the body. Then the connection is reset.
    CutInBody,
    /// Nothing. The connection stays open.
    Stalled,
    /// The headers and half of the body. The connection stays open.
    StalledInBody,
    /// The whole response, but `content-length` is too large. Then the connection ends.
    Short,
}

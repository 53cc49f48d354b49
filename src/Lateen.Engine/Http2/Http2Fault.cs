namespace Lateen.Engine.Http2;

/// <summary>
/// What is wrong with a message: the status that answers it and the detail for logs (Envoy's names where Envoy has one). A malformed
/// message (RFC 9113 section 8.1.1) is not answered but reset.
/// </summary>
internal sealed record Http2Fault(int Status, string Detail, bool IsMalformed = true)
{
    public static readonly Http2Fault BadHeader = new(400, "http2.invalid.header.field");
    public static readonly Http2Fault BadMessage = new(400, "http2.violation.of.messaging.rule");
    public static readonly Http2Fault BadTrailer = new(400, "http2.invalid.trailer");
    public static readonly Http2Fault BadContentLength = new(400, "http2.invalid_content_length");
    public static readonly Http2Fault Underscore = new(400, "http2.unexpected_underscore");
    public static readonly Http2Fault BadHost = new(400, "http2.invalid_host");
    public static readonly Http2Fault MissingHost = new(400, "missing_host_header", IsMalformed: false);
    public static readonly Http2Fault UnknownExpectation = new(417, "http2.unknown_expectation", IsMalformed: false);
    public static readonly Http2Fault HeadTooLarge = new(431, "http2.headers_too_large", IsMalformed: false);
    public static readonly Http2Fault TooManyHeaders = new(431, "http2.too_many_headers", IsMalformed: false);
    public static readonly Http2Fault ConnectNotAllowed = new(501, "http2.connect_not_allowed", IsMalformed: false);
    public static readonly Http2Fault TooManyInformational = new(502, "http2.too_many_1xx");
}

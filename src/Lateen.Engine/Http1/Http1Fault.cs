namespace Lateen.Engine.Http1;

/// <summary>A peer's mistake: the status that answers it and the detail for logs (Envoy's names where Envoy has one).</summary>
internal sealed record Http1Fault(int Status, string Detail)
{
    public static readonly Http1Fault BadLine = new(400, "http1.invalid_line_terminator");
    public static readonly Http1Fault BadRequestLine = new(400, "http1.codec_error");
    public static readonly Http1Fault BadMethod = new(400, "http1.invalid_method");
    public static readonly Http1Fault BadTarget = new(400, "http1.invalid_url");
    public static readonly Http1Fault BadVersion = new(400, "http1.invalid_version");
    public static readonly Http1Fault UnsupportedVersion = new(505, "http1.unsupported_version");
    public static readonly Http1Fault LowVersion = new(426, "low_version");
    public static readonly Http1Fault ConnectNotAllowed = new(501, "http1.connect_not_allowed");
    public static readonly Http1Fault BadHeader = new(400, "http1.invalid_characters");
    public static readonly Http1Fault Underscore = new(400, "http1.unexpected_underscore");
    public static readonly Http1Fault HeadTooLarge = new(431, "http1.headers_too_large");
    public static readonly Http1Fault TooManyHeaders = new(431, "http1.too_many_headers");
    public static readonly Http1Fault MissingHost = new(400, "missing_host_header");
    public static readonly Http1Fault DuplicateHost = new(400, "http1.duplicate_host");
    public static readonly Http1Fault BadHost = new(400, "http1.invalid_host");
    public static readonly Http1Fault BadContentLength = new(400, "http1.invalid_content_length");
    public static readonly Http1Fault DuplicateContentLength = new(400, "http1.duplicate_content_length");
    public static readonly Http1Fault LengthAndChunked = new(400, "http1.content_length_and_chunked_not_allowed");
    public static readonly Http1Fault BadTransferEncoding = new(400, "http1.invalid_transfer_encoding");
    public static readonly Http1Fault UnknownTransferCoding = new(501, "http1.invalid_transfer_encoding");
    public static readonly Http1Fault BodyNotAllowed = new(400, "http1.body_disallowed");
    public static readonly Http1Fault BadConnectionHeader = new(400, "http1.connection_header_rejected");
    public static readonly Http1Fault UnknownExpectation = new(417, "http1.unknown_expectation");
    public static readonly Http1Fault BadChunk = new(400, "http1.invalid_chunk");
    public static readonly Http1Fault BadTrailer = new(400, "http1.invalid_trailer");
    public static readonly Http1Fault HeadTimeout = new(408, "request_header_timeout");
    public static readonly Http1Fault TooManyGlitches = new(400, Http1Options.GlitchFlood);
    public static readonly Http1Fault BadStatusLine = new(502, "http1.invalid_status_line");
    public static readonly Http1Fault UnexpectedSwitch = new(502, "http1.unexpected_101");
    public static readonly Http1Fault TooManyInformational = new(502, "http1.too_many_1xx");
}

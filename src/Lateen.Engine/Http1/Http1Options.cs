namespace Lateen.Engine.Http1;

/// <summary>Limits and permissions of the HTTP/1.1 codecs; the defaults are Envoy's where Envoy has one.</summary>
public sealed record Http1Options
{
    /// <summary>The detail of a connection that ended for its oddities.</summary>
    public const string GlitchFlood = "http1.inbound_glitch_flood";

    public static Http1Options Default { get; } = new();

    /// <summary>Start line and headers together (max_request_headers_kb 60).</summary>
    public int MaxHeadBytes { get; init; } = 60 * 1024;

    /// <summary>Envoy's max_headers_count; trailers have the same limit.</summary>
    public int MaxHeaders { get; init; } = 100;

    /// <summary>Bytes of chunk extensions in one message; they carry nothing we use.</summary>
    public int MaxChunkExtensionBytes { get; init; } = 4096;

    /// <summary>1xx responses before the final one.</summary>
    public int MaxInformational { get; init; } = 8;

    /// <summary>Request body read and thrown away after an early response, so that the connection can be kept.</summary>
    public int MaxDrainBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Oddities of one connection (empty lines before requests, chunk extensions, dropped headers and trailers, upgrades that are
    /// ignored), as HTTP/2 has them: lawful, of no use to anybody, and work for us. Beyond it the connection ends with 400.
    /// </summary>
    public int MaxGlitches { get; init; } = 1_000;

    /// <summary>How many of <see cref="MaxGlitches"/> are forgiven each second.</summary>
    public int GlitchesForgivenPerSecond { get; init; } = 100;

    /// <summary>accept_http_10; otherwise HTTP/1.0 is answered with 426.</summary>
    public bool AcceptHttp10 { get; init; }

    /// <summary>The authority of an HTTP/1.0 request without Host, at most 255 characters; empty: such a request is an error.</summary>
    public string DefaultHostForHttp10 { get; init; } = "";

    /// <summary>enable_trailers; otherwise trailers are checked and dropped.</summary>
    public bool EnableTrailers { get; init; }

    /// <summary>Lets "Connection: upgrade" through; h2c never.</summary>
    public bool AllowUpgrade { get; init; } = true;

    /// <summary>Lets CONNECT through; otherwise 501.</summary>
    public bool AllowConnect { get; init; }

    /// <summary>Answers "Expect: 100-continue" in the codec and removes the header, as Envoy does unless proxy_100_continue is set.</summary>
    public bool AutoContinue { get; init; } = true;

    /// <summary>headers_with_underscores_action REJECT_REQUEST.</summary>
    public bool RejectUnderscores { get; init; }

    /// <summary>The :scheme of origin-form requests; "https" behind TLS.</summary>
    public string Scheme { get; init; } = "http";
}

namespace Lateen.Api.Resources.Networking;

using System.ComponentModel;

/// <summary>How an HTTP/2 connection is asked whether it is still alive (RFC 9113 section 6.7).</summary>
public sealed record Http2KeepAlive
{
    [Description("Time between two PING frames; required.")]
    public TimeSpan? Interval { get; init; }

    [Description("How long the answer may take before the connection is closed; required.")]
    public TimeSpan? Timeout { get; init; }
}

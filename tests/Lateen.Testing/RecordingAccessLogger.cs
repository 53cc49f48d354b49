namespace Lateen.Testing;

using System.Text;
using Lateen.Engine.Http;
using Lateen.Proxy.Http;

/// <summary>Keeps what would have been logged.</summary>
public sealed class RecordingAccessLogger : AccessLogger
{
    /// <summary>Off in allocation tests.</summary>
    public bool Keeps { get; set; } = true;

    public List<LoggedRequest> Entries { get; } = [];

    public LoggedRequest Last => Entries[^1];

    public override void Log(StreamInfo info, HeaderMap? request, HeaderMap? response)
    {
        if (!Keeps)
        {
            return;
        }

        Span<byte> flags = stackalloc byte[128];
        int length = ResponseFlagNames.Format(info.Flags, flags);
        Entries.Add(new LoggedRequest(
            info.ResponseCode,
            Encoding.ASCII.GetString(flags[..length]),
            info.ResponseCodeDetails,
            info.AttemptCount,
            info.BytesReceived,
            info.BytesSent,
            info.UpstreamHost?.AddressText ?? "-",
            info.RouteName,
            request is null ? "" : Encoding.UTF8.GetString(request.GetOrEmpty("x-request-id"u8)))
        {
            Client = info.DownstreamRemoteAddress.ToString(),
            Peer = info.DownstreamDirectRemoteAddress.ToString(),
            Destination = info.DownstreamLocalAddress.ToString(),
        });
    }
}

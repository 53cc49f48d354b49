namespace Lateen.Testing;

/// <summary>One entry of a <see cref="RecordingAccessLogger"/>.</summary>
public sealed record LoggedRequest(
    int Code, string Flags, string Details, int Attempts, long BytesReceived, long BytesSent, string UpstreamHost,
        string Route, string RequestId)
{
    public string Client { get; init; } = "";

    public string Peer { get; init; } = "";

    public string Destination { get; init; } = "";
}

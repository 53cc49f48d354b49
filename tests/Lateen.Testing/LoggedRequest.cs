namespace Lateen.Testing;

/// <summary>One entry of a <see cref="RecordingAccessLogger"/>.</summary>
public sealed record LoggedRequest(
    int Code, string Flags, string Details, int Attempts, long BytesReceived, long BytesSent, string UpstreamHost,
        string Route, string RequestId);

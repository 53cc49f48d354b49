namespace Lateen.Filters.Http.GrpcWeb;

/// <summary>What the filter remembers of a stream.</summary>
internal sealed class GrpcWebState
{
    /// <summary>The characters of an unfinished group of base64; at most three.</summary>
    private readonly byte[] _rest = new byte[4];

    public bool IsWeb { get; set; }

    /// <summary>Bodies are in base64 (application/grpc-web-text).</summary>
    public bool IsText { get; set; }

    /// <summary>The response is gRPC: its trailers go into the body.</summary>
    public bool TurnsResponse { get; set; }

    public int RestLength { get; private set; }

    public ReadOnlySpan<byte> Rest => _rest.AsSpan(0, RestLength);

    public void Begin(bool isWeb, bool isText)
    {
        IsWeb = isWeb;
        IsText = isText;
        TurnsResponse = false;
        RestLength = 0;
    }

    public void KeepRest(ReadOnlySpan<byte> rest)
    {
        rest.CopyTo(_rest);
        RestLength = rest.Length;
    }
}

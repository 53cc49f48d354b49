namespace Lateen.Proxy.Agent;

/// <summary>One rewritten probe: an HTTP request, or a TCP connect when <see cref="Url"/> is null.</summary>
public sealed record AppProbe
{
    public Uri? Url { get; init; }

    public int TcpPort { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(1);
}

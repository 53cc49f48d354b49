namespace Lateen.Control.Translation.Listeners;

/// <summary>What a destination rule says of the connections of a TCP proxy; null fields are not set.</summary>
internal sealed record StreamPolicy
{
    public static readonly StreamPolicy None = new();

    public TimeSpan? IdleTimeout { get; init; }

    public TimeSpan? MaxDuration { get; init; }

    /// <summary>Hosts are chosen by hash of the caller's address.</summary>
    public bool HashSourceIp { get; init; }

    /// <summary>"host:port" that a tunnel through the host leads to; empty for none.</summary>
    public string Tunnel { get; init; } = "";

    public bool TunnelByPost { get; init; }
}

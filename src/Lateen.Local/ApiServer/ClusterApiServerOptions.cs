namespace Lateen.Local.ApiServer;

using System.Net;

/// <summary>Where the API server keeps its state and where it listens.</summary>
public sealed class ClusterApiServerOptions
{
    /// <summary>The database file; empty keeps the cluster in memory (tests).</summary>
    public required string StorePath { get; init; }

    /// <summary>The folder of CA, server, administrator and token keys; made when missing (mode 0700).</summary>
    public required string CertificateFolder { get; init; }

    /// <summary>Addresses to bind in the network namespace of this process (10.96.0.1:443 is routed here).</summary>
    public IReadOnlyList<IPEndPoint> Endpoints { get; init; } = [];

    /// <summary>Listening sockets opened by the launcher in the host's network namespace.</summary>
    public IReadOnlyList<int> ListenHandles { get; init; } = [];

    /// <summary>Changes kept for watches to start from.</summary>
    public int WatchHistory { get; init; } = 10_000;

    /// <summary>Receives internal errors, one line or stack trace each.</summary>
    public Action<string> Log { get; init; } = _ => { };
}

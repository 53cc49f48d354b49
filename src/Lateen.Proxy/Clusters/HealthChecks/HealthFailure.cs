namespace Lateen.Proxy.Clusters.HealthChecks;

/// <summary>How a health check failed.</summary>
internal enum HealthFailure : byte
{
    /// <summary>The host answered that it is not well.</summary>
    Answer,

    /// <summary>The same, with a status that may pass: it counts towards the threshold.</summary>
    Retriable,

    /// <summary>No answer: the connection failed or broke.</summary>
    Network,

    /// <summary>No answer in time.</summary>
    Timeout,
}

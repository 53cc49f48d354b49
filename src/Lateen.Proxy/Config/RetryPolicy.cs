namespace Lateen.Proxy.Config;

/// <summary>When and how often a request is tried again.</summary>
public sealed record RetryPolicy
{
    private readonly int[] _statusCodes = [];

    public RetryOn RetryOn { get; init; }

    public int NumRetries { get; init; } = 1;

    /// <summary>Zero means none.</summary>
    public TimeSpan PerTryTimeout { get; init; }

    public IReadOnlyList<int> RetriableStatusCodes
    {
        get => _statusCodes;
        init => _statusCodes = [.. value];
    }

    public IReadOnlyList<HeaderMatcher> RetriableHeaders { get; init; } = [];

    /// <summary>First back-off; each further one doubles, drawn with full jitter.</summary>
    public TimeSpan BaseInterval { get; init; } = TimeSpan.FromMilliseconds(25);

    /// <summary>Zero means ten times the base.</summary>
    public TimeSpan MaxInterval { get; init; }

    /// <summary>Avoid hosts that were tried already (envoy.retry_host_predicates.previous_hosts).</summary>
    public bool AvoidPreviousHosts { get; init; }

    public int HostSelectionMaxAttempts { get; init; } = 1;

    /// <summary>After every so many attempts, avoid the priorities tried so far (previous_priorities); 0 switches it off.</summary>
    public int PreviousPrioritiesFrequency { get; init; }

    // As an array: this is asked for nearly every response.
    internal bool IsRetriable(int status)
    {
        foreach (int code in _statusCodes)
        {
            if (code == status)
            {
                return true;
            }
        }

        return false;
    }
}

namespace Lateen.Proxy.Agent;

using Envoy.Config.Core.V3;
using Lateen.Proxy.Agent.Resolving;

/// <summary>What a sidecar or gateway knows from its pod's environment.</summary>
public sealed record AgentOptions
{
    public required Node Node { get; init; }

    /// <summary>Where the control plane speaks plaintext xDS.</summary>
    public required Uri XdsTarget { get; init; }

    public int AdminPort { get; init; } = 15000;

    public int StatusPort { get; init; } = 15020;

    public int ReadyPort { get; init; } = 15021;

    public int PrometheusPort { get; init; } = 15090;

    /// <summary>Answer the pod's DNS queries (ISTIO_META_DNS_CAPTURE).</summary>
    public bool DnsCapture { get; init; }

    public int DnsPort { get; init; } = 15053;

    /// <summary>The pod's namespace; names in it may be short.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The pod's own resolver configuration.</summary>
    public ResolverConfig Resolver { get; init; } = new();

    /// <summary>0 means: decided by the caller.</summary>
    public int Concurrency { get; init; }

    public TimeSpan DrainDuration { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>How long connections may finish after SIGTERM.</summary>
    public TimeSpan TerminationDrainDuration { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The pod's terminationGracePeriodSeconds, within which everything has to end.</summary>
    public TimeSpan GracePeriod { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The address by which others know this workload.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>The proxy ends after the application, so its SIGTERM means that there is nothing left to serve.</summary>
    public bool OutlivesApplication { get; init; }

    /// <summary>End as soon as nothing is open, instead of after the whole termination drain (EXIT_ON_ZERO_ACTIVE_CONNECTIONS).</summary>
    public bool ExitOnZeroActiveConnections { get; init; }

    /// <summary>TCP ports that the application's containers declare.</summary>
    public IReadOnlyList<int> AppPorts { get; init; } = [];

    /// <summary>Probes of the application's containers by the path under which the kubelet asks us.</summary>
    public IReadOnlyDictionary<string, AppProbe> Probes { get; init; } = new Dictionary<string, AppProbe>();

    /// <summary>The application's own metrics, merged into ours; null when there are none.</summary>
    public Uri? AppMetrics { get; init; }
}

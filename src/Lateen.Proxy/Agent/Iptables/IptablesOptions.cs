namespace Lateen.Proxy.Agent.Iptables;

/// <summary>What traffic is redirected into the proxy; the defaults are those of Istio's istio-iptables.</summary>
public sealed record IptablesOptions
{
    public int OutboundPort { get; init; } = 15001;

    public int InboundPort { get; init; } = 15006;

    /// <summary>Port that carries tunnelled (HBONE) traffic and is never redirected.</summary>
    public int TunnelPort { get; init; } = 15008;

    public IReadOnlyList<string> ProxyUids { get; init; } = ["1337"];

    public IReadOnlyList<string> ProxyGids { get; init; } = ["1337"];

    /// <summary>"*" for all ports, otherwise a list; empty redirects nothing inbound.</summary>
    public IReadOnlyList<string> InboundPorts { get; init; } = [];

    public IReadOnlyList<string> InboundExcludedPorts { get; init; } = [];

    /// <summary>"*" for all addresses, otherwise ranges; empty redirects nothing outbound but <see cref="OutboundPorts"/>.</summary>
    public IReadOnlyList<string> OutboundRanges { get; init; } = [];

    public IReadOnlyList<string> OutboundExcludedRanges { get; init; } = [];

    public IReadOnlyList<string> OutboundPorts { get; init; } = [];

    public IReadOnlyList<string> OutboundExcludedPorts { get; init; } = [];

    /// <summary>Interfaces whose inbound traffic counts as outbound (virtual machines inside the pod).</summary>
    public IReadOnlyList<string> VirtualInterfaces { get; init; } = [];

    public IReadOnlyList<string> ExcludedInterfaces { get; init; } = [];

    /// <summary>Send DNS queries to the agent: those to <see cref="DnsServers"/>, or all of them.</summary>
    public bool RedirectDns { get; init; }

    public bool CaptureAllDns { get; init; }

    public int DnsPort { get; init; } = 15053;

    /// <summary>The pod's name servers (resolv.conf).</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    public bool Cleanup { get; init; }

    public bool DryRun { get; init; }

    /// <summary>Apply nothing: somebody else (the CNI plugin) did.</summary>
    public bool SkipRules { get; init; }

    /// <summary>Prove afterwards that the traffic is redirected.</summary>
    public bool Validate { get; init; }
}

namespace Lateen.Proxy.Listeners;

using Lateen.Engine.Transport;
using Lateen.Proxy.Config;

/// <summary>
/// Finds a connection's filter chain as Envoy does: criterion by criterion, in a fixed order, the most specific value wins and
/// less specific chains are out for good, even if they would have matched the later criteria better.
/// </summary>
internal static class FilterChainMatcher
{
    private const int MaxChains = 4096;

    private delegate int Specificity(FilterChainMatchConfig match, in ConnectionTraits traits);

    // The order is listener_components.proto's.
    private static readonly Specificity[] Steps =
    [
        static (FilterChainMatchConfig m, in ConnectionTraits t) => Port(m.DestinationPort, t.Destination.Port),
        static (FilterChainMatchConfig m, in ConnectionTraits t) => Prefix(m.DestinationPrefixes, t.Destination),
        static (FilterChainMatchConfig m, in ConnectionTraits t) => ServerName(m.ServerNames, t.ServerName),
        static (FilterChainMatchConfig m, in ConnectionTraits t) => Transport(m.TransportProtocol, t.TransportProtocol),
        static (FilterChainMatchConfig m, in ConnectionTraits t) => Application(m.ApplicationProtocols, t.ApplicationProtocols),
        static (FilterChainMatchConfig m, in ConnectionTraits t) => Prefix(m.DirectSourcePrefixes, t.DirectSource),
        static (FilterChainMatchConfig m, in ConnectionTraits t) => SourceType(m.SourceType, t),
        static (FilterChainMatchConfig m, in ConnectionTraits t) => Prefix(m.SourcePrefixes, t.Source),
        static (FilterChainMatchConfig m, in ConnectionTraits t) => Ports(m.SourcePorts, t.Source.Port),
    ];

    public static FilterChain? Find(Listener listener, in ConnectionTraits traits)
    {
        FilterChain[] chains = listener.Chains;
        Span<int> candidates = stackalloc int[Math.Min(chains.Length, MaxChains)];
        for (int i = 0; i < candidates.Length; i++)
        {
            candidates[i] = i;
        }

        foreach (Specificity step in Steps)
        {
            candidates = Narrow(chains, candidates, step, traits);
        }

        return candidates.IsEmpty ? listener.DefaultChain : chains[candidates[0]];
    }

    /// <summary>What the client's first bytes could decide for this destination.</summary>
    public static DetectionNeed NeedFor(Listener listener, in ConnectionTraits traits)
    {
        ListenerConfig config = listener.Config;
        int port = traits.Destination.Port;
        bool tls = config.InspectTls && !Contains(config.InspectTlsDisabledPorts, port);
        bool http = config.InspectHttp && !Contains(config.InspectHttpDisabledPorts, port);
        if (!tls && !http)
        {
            return DetectionNeed.None;
        }

        FilterChain[] chains = listener.Chains;
        Span<int> candidates = stackalloc int[Math.Min(chains.Length, MaxChains)];
        for (int i = 0; i < candidates.Length; i++)
        {
            candidates[i] = i;
        }

        candidates = Narrow(chains, candidates, Steps[0], traits);
        candidates = Narrow(chains, candidates, Steps[1], traits);
        DetectionNeed need = DetectionNeed.None;
        foreach (int candidate in candidates)
        {
            FilterChainMatchConfig match = chains[candidate].Config.Match;
            // Application protocols may come by ALPN too.
            if (tls && (match.TransportProtocol.Length > 0 || match.ServerNames.Count > 0 || match.ApplicationProtocols.Count > 0))
            {
                need |= DetectionNeed.Tls;
            }

            if (http && match.ApplicationProtocols.Count > 0)
            {
                need |= DetectionNeed.Http;
            }
        }

        return need;
    }

    private static Span<int> Narrow(FilterChain[] chains, Span<int> candidates, Specificity step, in ConnectionTraits traits)
    {
        int best = -1;
        foreach (int candidate in candidates)
        {
            best = Math.Max(best, step(chains[candidate].Config.Match, traits));
        }

        int kept = 0;
        foreach (int candidate in candidates)
        {
            if (best >= 0 && step(chains[candidate].Config.Match, traits) == best)
            {
                candidates[kept++] = candidate;
            }
        }

        return candidates[..kept];
    }

    private static bool Contains(IReadOnlyList<PortRange> ranges, int port)
    {
        for (int i = 0; i < ranges.Count; i++)
        {
            if (ranges[i].Contains(port))
            {
                return true;
            }
        }

        return false;
    }

    // Each answers -1: does not match, 0: does not care, more: how specific.
    private static int Port(int wanted, int actual) => wanted == 0 ? 0 : wanted == actual ? 1 : -1;

    private static int Ports(IReadOnlyList<int> wanted, int actual)
    {
        for (int i = 0; i < wanted.Count; i++)
        {
            if (wanted[i] == actual)
            {
                return 1;
            }
        }

        return wanted.Count == 0 ? 0 : -1;
    }

    private static int Prefix(IReadOnlyList<AddressPrefix> wanted, in SocketAddress actual)
    {
        int best = wanted.Count == 0 ? 0 : -1;
        for (int i = 0; i < wanted.Count; i++)
        {
            if (wanted[i].Contains(actual))
            {
                best = Math.Max(best, wanted[i].Length + 1);
            }
        }

        return best;
    }

    private static int ServerName(IReadOnlyList<string> wanted, string? actual)
    {
        int best = wanted.Count == 0 ? 0 : -1;
        for (int i = 0; i < wanted.Count && !string.IsNullOrEmpty(actual); i++)
        {
            string name = wanted[i];
            if (name == actual)
            {
                return int.MaxValue;
            }

            bool suffix = name.StartsWith("*.", StringComparison.Ordinal);
            if (suffix && actual.EndsWith(name.AsSpan(1), StringComparison.Ordinal))
            {
                best = Math.Max(best, name.Length);
            }
        }

        return best;
    }

    // A client on this machine has the destination's own address, or a loopback one (listener_components.proto).
    private static int SourceType(ConnectionSource wanted, in ConnectionTraits traits)
    {
        if (wanted is ConnectionSource.Any)
        {
            return 0;
        }

        bool local = IsLoopback(traits.Source)
            || (traits.Source.IsV4 == traits.Destination.IsV4 && traits.Source.Bits == traits.Destination.Bits);
        return local == wanted is ConnectionSource.SameIpOrLoopback ? 1 : -1;
    }

    private static bool IsLoopback(in SocketAddress address) =>
        address.IsV4 ? address.V4Bits >> 24 == 127 : address.Bits == UInt128.One;

    private static int Transport(string wanted, string actual) => wanted.Length == 0 ? 0 : wanted == actual ? 1 : -1;

    private static int Application(IReadOnlyList<string> wanted, string[]? actual)
    {
        for (int i = 0; i < wanted.Count && actual is not null; i++)
        {
            if (Array.IndexOf(actual, wanted[i]) >= 0)
            {
                return 1;
            }
        }

        return wanted.Count == 0 ? 0 : -1;
    }
}

namespace Lateen.Control.Translation.Listeners;

using Lateen.Api.Names;

/// <summary>A listener while services are still being added to it.</summary>
internal sealed class ListenerDraft(string address, int port, bool opened)
{
    private readonly List<StreamChain> chains = [];
    private readonly HashSet<(string ServerName, ValueList<string> Subnets)> taken = [];

    public string Address { get; } = address;

    public int Port { get; } = port;

    /// <summary>Name of the route configuration for HTTP; empty for none. The first to set it keeps it.</summary>
    public string HttpRoutes { get; private set; } = "";

    /// <summary>Some service here is called by gRPC-Web.</summary>
    public bool GrpcWeb { get; private set; }

    public IReadOnlyList<StreamChain> Chains => chains;

    /// <summary>Whether it has nothing to say.</summary>
    public bool IsEmpty => HttpRoutes.Length == 0 && chains.Count == 0;

    public void AddHttp(string routes, bool grpcWeb = false)
    {
        GrpcWeb |= grpcWeb;
        if (HttpRoutes.Length == 0)
        {
            HttpRoutes = routes;
        }
    }

    /// <summary>
    /// Adds what no earlier chain takes; false when nothing is left of it. A proxy refuses a listener that has two chains with
    /// one condition, and the earlier would get every connection anyway.
    /// </summary>
    public bool TryAdd(StreamChain chain)
    {
        if (chain.Targets.Count == 0)
        {
            return false;
        }

        if (chain.ServerNames.Count == 0)
        {
            if (!taken.Add(("", chain.Subnets)))
            {
                return false;
            }

            chains.Add(chain);
            return true;
        }

        ValueList<string> left = chain.ServerNames.Where(name => taken.Add((name, chain.Subnets))).ToValueList();
        if (left.Count == 0)
        {
            return false;
        }

        chains.Add(left.Count == chain.ServerNames.Count ? chain : chain with { ServerNames = left });
        return true;
    }

    public OutboundListenerInputs ToInputs(string rest, AccessLogSettings log) =>
        new(Address, Port, opened, HttpRoutes, chains.ToValueList(), rest, log) { GrpcWeb = GrpcWeb };
}

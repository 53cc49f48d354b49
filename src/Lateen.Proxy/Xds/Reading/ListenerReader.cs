namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Listener.V3;
using Lateen.Proxy.Config;
using Direction = Lateen.Proxy.Config.TrafficDirection;
using EngineAddress = Lateen.Engine.Transport.SocketAddress;

/// <summary>Reads a Listener.</summary>
internal static class ListenerReader
{
    public static ListenerConfig Read(Listener message, string path, ReadContext context)
    {
        NoteWithoutEffect(message, path, context);
        var direction = (Direction)message.TrafficDirection;
        var config = new ListenerConfig
        {
            Name = message.Name,
            Address = AddressReader.Read(message.Address, $"{path}.address", context),
            AdditionalAddresses = ReadAdditional(message, path, context),
            BindToPort = message.BindToPort ?? true,
            UseOriginalDst = message.UseOriginalDst ?? false,
            DetectionTimeout = context.Duration(
                message.ListenerFiltersTimeout, TimeSpan.FromSeconds(15), $"{path}.listener_filters_timeout"),
            ContinueOnDetectionTimeout = message.ContinueOnListenerFiltersTimeout,
            FilterChains = ReadChains(message, direction, path, context),
            DefaultFilterChain = message.DefaultFilterChain is null
                ? null
                : ReadChain(message.DefaultFilterChain, direction, $"{path}.default_filter_chain", context),
            AccessLoggers = AccessLogReader.Read(message.AccessLog, $"{path}.access_log", context),
            Direction = direction,
            Transparent = message.Transparent ?? false,
            BacklogSize = (int)Math.Min(message.TcpBacklogSize ?? 0, 65535),
            BufferLimitBytes = (int)Math.Min(message.PerConnectionBufferLimitBytes ?? (1024 * 1024), int.MaxValue),
            StatPrefix = message.StatPrefix,
            IgnoreGlobalLimit = message.IgnoreGlobalConnLimit,
            BypassOverload = message.BypassOverloadManager,
        };
        FilterChainOverlap.Check(config.FilterChains, $"{path}.filter_chains", context);
        return ListenerFilterReader.Read(message, config, path, context);
    }

    private static void NoteWithoutEffect(Listener message, string path, ReadContext context)
    {
        if (message.ApiListener is not null)
        {
            context.Error($"{path}.api_listener", "is for clients without a proxy; use filter_chains");
        }

        if (message.EnableMptcp)
        {
            context.Error($"{path}.enable_mptcp", "is not supported");
        }

        if (message.ConnectionBalanceConfig?.ExtendBalance is { } extension)
        {
            context.Error($"{path}.connection_balance_config.extend_balance", $"'{extension.Name}' is not supported");
        }

        // The kernel spreads connections over the workers' own sockets; a worker cannot take one from another.
        context.NoEffect(message.ConnectionBalanceConfig?.ExactBalance is not null, $"{path}.connection_balance_config.exact_balance");
        context.NoEffect(message.EnableReusePort is false, $"{path}.enable_reuse_port");
        context.NoEffect(message.Freebind ?? false, $"{path}.freebind");
        context.NoEffect(message.TcpFastOpenQueueLength is > 0, $"{path}.tcp_fast_open_queue_length");
        context.NoEffect(
            message.MaxConnectionsToAcceptPerSocketEvent is not null, $"{path}.max_connections_to_accept_per_socket_event");
        context.NoEffect(message.DrainType is Listener.Types.DrainType.ModifyOnly, $"{path}.drain_type");
    }

    private static List<EngineAddress> ReadAdditional(Listener message, string path, ReadContext context)
    {
        var addresses = new List<EngineAddress>(message.AdditionalAddresses.Count);
        for (int i = 0; i < message.AdditionalAddresses.Count; i++)
        {
            addresses.Add(AddressReader.Read(
                message.AdditionalAddresses[i].Address, $"{path}.additional_addresses[{i}].address", context));
        }

        return addresses;
    }

    private static List<FilterChainConfig> ReadChains(Listener message, Direction direction, string path, ReadContext context)
    {
        if (message.FilterChains.Count == 0 && message.DefaultFilterChain is null)
        {
            context.Error($"{path}.filter_chains", "at least one filter chain is required");
        }

        var chains = new List<FilterChainConfig>(message.FilterChains.Count);
        for (int i = 0; i < message.FilterChains.Count; i++)
        {
            FilterChainConfig? chain = ReadChain(message.FilterChains[i], direction, $"{path}.filter_chains[{i}]", context);
            if (chain is not null)
            {
                chains.Add(chain);
            }
        }

        return chains;
    }

    private static FilterChainConfig? ReadChain(FilterChain message, Direction direction, string path, ReadContext context)
    {
        FilterChainConfig? chain = context.ChainsBefore?.Find(message, direction)
            ?? FilterChainReader.Read(message, direction, path, context);
        if (chain is not null)
        {
            context.Chains.Add(message, direction, chain);
        }

        return chain;
    }
}

namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Network.HttpConnectionManager.V3;
using Envoy.Extensions.Filters.Network.TcpProxy.V3;
using Lateen.Proxy.Config;
using Lateen.Proxy.Network;

/// <summary>Reads a FilterChain.</summary>
internal static class FilterChainReader
{
    public static FilterChainConfig? Read(FilterChain message, TrafficDirection direction, string path, ReadContext context)
    {
        if (message.Filters.Count == 0)
        {
            context.Error($"{path}.filters", "at least one network filter is required");
            return null;
        }

        context.NoEffect(message.TransportSocketConnectTimeout is not null, $"{path}.transport_socket_connect_timeout");
        int last = message.Filters.Count - 1;
        TerminalFilterConfig? terminal = ReadTerminal(message.Filters[last], direction, $"{path}.filters[{last}]", context);
        List<NetworkFilterFactory> observers = ReadObservers(message, path, context);
        return terminal is null ? null : new FilterChainConfig
        {
            Name = message.Name,
            Match = ReadMatch(message.FilterChainMatch, $"{path}.filter_chain_match", context),
            TransportSocket = TransportSocketReader.ReadDownstream(
                message.TransportSocket, message.TransportSocketConnectTimeout, $"{path}.transport_socket", context),
            NetworkFilters = observers,
            Terminal = terminal,
        };
    }

    private static TerminalFilterConfig? ReadTerminal(Filter filter, TrafficDirection direction, string path, ReadContext context)
    {
        string filterPath = $"{path}({filter.Name}).typed_config";
        switch (ReadContext.TypeName(filter.TypedConfig?.TypeUrl ?? ""))
        {
            case "envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager":
                return context.TryUnpack(filter.TypedConfig, filterPath, HttpConnectionManager.Parser, out HttpConnectionManager manager)
                    ? HttpConnectionManagerReader.Read(manager, direction, filterPath, context)
                    : null;
            case "envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy":
                return context.TryUnpack(filter.TypedConfig, filterPath, TcpProxy.Parser, out TcpProxy proxy)
                    ? TcpProxyReader.Read(proxy, direction, filterPath, context)
                    : null;
            default:
                context.Error(filterPath, $"unknown extension type URL {filter.TypedConfig?.TypeUrl} for the last network filter");
                return null;
        }
    }

    private static List<NetworkFilterFactory> ReadObservers(FilterChain message, string path, ReadContext context)
    {
        var factories = new List<NetworkFilterFactory>();
        for (int i = 0; i < message.Filters.Count - 1; i++)
        {
            Filter filter = message.Filters[i];
            string filterPath = $"{path}.filters[{i}]({filter.Name}).typed_config";
            string type = ReadContext.TypeName(filter.TypedConfig?.TypeUrl ?? "");
            if (filter.TypedConfig is null || !context.Extensions.NetworkFilters.TryGetValue(type, out NetworkFilterReader? reader))
            {
                context.Error(filterPath, $"unknown extension type URL {filter.TypedConfig?.TypeUrl}");
                continue;
            }

            NetworkFilterFactory? factory = reader(filter.Name, filter.TypedConfig, filterPath, context);
            if (factory is not null)
            {
                factories.Add(factory);
            }
        }

        return factories;
    }

    private static void CheckNames(FilterChainMatch message, string path, ReadContext context)
    {
        foreach (string name in message.ServerNames)
        {
            // Envoy refuses partial wildcards; a lone "*" would be an empty criterion in disguise.
            if (name.Length == 0 || name.IndexOf('*', 1) >= 0 || (name[0] == '*' && !name.StartsWith("*.", StringComparison.Ordinal)))
            {
                context.Error($"{path}.server_names", $"'{name}' must be a name or \"*.\" with a suffix");
            }
        }

        foreach (uint port in message.SourcePorts)
        {
            if (port is 0 or > ushort.MaxValue)
            {
                context.Error($"{path}.source_ports", $"{port} is not a port");
            }
        }

        if (message.TransportProtocol is not ("" or "raw_buffer" or "tls"))
        {
            context.Error($"{path}.transport_protocol", $"'{message.TransportProtocol}' is not known; use raw_buffer or tls");
        }
    }

    private static FilterChainMatchConfig ReadMatch(FilterChainMatch? message, string path, ReadContext context)
    {
        if (message is null)
        {
            return FilterChainMatchConfig.Any;
        }

        if (message.AddressSuffix.Length > 0 || message.SuffixLen is not null)
        {
            context.Error(path, "address_suffix and suffix_len are not supported; use prefix_ranges");
        }

        if (message.DestinationPort is < 1 or > ushort.MaxValue)
        {
            context.Error($"{path}.destination_port", $"{message.DestinationPort} is not a port");
        }

        CheckNames(message, path, context);

        return new FilterChainMatchConfig
        {
            DestinationPort = (int)(message.DestinationPort ?? 0),
            DestinationPrefixes = AddressReader.ReadRanges(message.PrefixRanges, $"{path}.prefix_ranges", context),
            ServerNames = [.. message.ServerNames.Select(static name => name.ToLowerInvariant())],
            TransportProtocol = message.TransportProtocol,
            ApplicationProtocols = [.. message.ApplicationProtocols],
            DirectSourcePrefixes = AddressReader.ReadRanges(
                message.DirectSourcePrefixRanges, $"{path}.direct_source_prefix_ranges", context),
            SourceType = (ConnectionSource)message.SourceType,
            SourcePrefixes = AddressReader.ReadRanges(message.SourcePrefixRanges, $"{path}.source_prefix_ranges", context),
            SourcePorts = [.. message.SourcePorts.Select(static port => (int)port)],
        };
    }
}

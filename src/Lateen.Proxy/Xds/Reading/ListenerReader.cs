namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.HttpInspector.V3;
using Envoy.Extensions.Filters.Listener.OriginalDst.V3;
using Envoy.Extensions.Filters.Listener.TlsInspector.V3;
using Lateen.Proxy.Config;
using Direction = Lateen.Proxy.Config.TrafficDirection;

/// <summary>Reads a Listener.</summary>
internal static class ListenerReader
{
    public static ListenerConfig Read(Listener message, string path, ReadContext context)
    {
        if (message.ApiListener is not null || message.AdditionalAddresses.Count > 0)
        {
            context.Error(path, "api_listener and additional_addresses are not supported");
        }

        var direction = (Direction)message.TrafficDirection;
        var config = new ListenerConfig
        {
            Name = message.Name,
            Address = AddressReader.Read(message.Address, $"{path}.address", context),
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
        };
        return ReadListenerFilters(message, config, path, context);
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

    private static ListenerConfig ReadListenerFilters(Listener message, ListenerConfig config, string path, ReadContext context)
    {
        for (int i = 0; i < message.ListenerFilters.Count; i++)
        {
            ListenerFilter filter = message.ListenerFilters[i];
            string filterPath = $"{path}.listener_filters[{i}]({filter.Name})";
            switch (ReadContext.TypeName(filter.TypedConfig?.TypeUrl ?? ""))
            {
                case "envoy.extensions.filters.listener.original_dst.v3.OriginalDst":
                    context.TryUnpack(filter.TypedConfig, filterPath, OriginalDst.Parser, out OriginalDst _);
                    config = config with { RestoreOriginalDst = true };
                    break;
                case "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector":
                    context.TryUnpack(filter.TypedConfig, filterPath, TlsInspector.Parser, out TlsInspector _);
                    config = config with { InspectTls = true, InspectTlsDisabledPorts = ReadDisabled(filter, filterPath, context) };
                    break;
                case "envoy.extensions.filters.listener.http_inspector.v3.HttpInspector":
                    context.TryUnpack(filter.TypedConfig, filterPath, HttpInspector.Parser, out HttpInspector _);
                    config = config with { InspectHttp = true, InspectHttpDisabledPorts = ReadDisabled(filter, filterPath, context) };
                    break;
                default:
                    context.Error(filterPath, $"unknown extension type URL {filter.TypedConfig?.TypeUrl}");
                    break;
            }
        }

        return config;
    }

    private static List<PortRange> ReadDisabled(ListenerFilter filter, string path, ReadContext context)
    {
        var ranges = new List<PortRange>();
        if (filter.FilterDisabled is not null)
        {
            AddRanges(filter.FilterDisabled, $"{path}.filter_disabled", context, ranges);
        }

        return ranges;
    }

    private static void AddRanges(
        ListenerFilterChainMatchPredicate predicate, string path, ReadContext context, List<PortRange> ranges)
    {
        switch (predicate.RuleCase)
        {
            case ListenerFilterChainMatchPredicate.RuleOneofCase.AnyMatch:
                ranges.Add(new PortRange(0, 65536));
                break;
            case ListenerFilterChainMatchPredicate.RuleOneofCase.DestinationPortRange:
                ranges.Add(new PortRange(predicate.DestinationPortRange.Start, predicate.DestinationPortRange.End));
                break;
            case ListenerFilterChainMatchPredicate.RuleOneofCase.OrMatch:
                foreach (ListenerFilterChainMatchPredicate rule in predicate.OrMatch.Rules)
                {
                    AddRanges(rule, path, context, ranges);
                }

                break;
            default:
                context.Error(path, $"{predicate.RuleCase} is not supported; use destination_port_range, or_match or any_match");
                break;
        }
    }
}

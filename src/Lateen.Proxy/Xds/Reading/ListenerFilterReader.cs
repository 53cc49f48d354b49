namespace Lateen.Proxy.Xds.Reading;

using Envoy.Config.Listener.V3;
using Envoy.Extensions.Filters.Listener.HttpInspector.V3;
using Envoy.Extensions.Filters.Listener.OriginalDst.V3;
using Envoy.Extensions.Filters.Listener.ProxyProtocol.V3;
using Envoy.Extensions.Filters.Listener.TlsInspector.V3;
using Lateen.Proxy.Config;
using ProxyProtocolConfig = Lateen.Proxy.Config.ProxyProtocolConfig;

/// <summary>Reads what looks at a connection before its filter chain is chosen.</summary>
internal static class ListenerFilterReader
{
    private const string Prefix = "envoy.extensions.filters.listener.";

    public static ListenerConfig Read(Listener message, ListenerConfig config, string path, ReadContext context)
    {
        for (int i = 0; i < message.ListenerFilters.Count; i++)
        {
            ListenerFilter filter = message.ListenerFilters[i];
            string filterPath = $"{path}.listener_filters[{i}]({filter.Name})";
            if (filter.ConfigDiscovery is not null)
            {
                context.Error($"{filterPath}.config_discovery", "is not supported for listener filters; use typed_config");
                continue;
            }

            config = ReadOne(filter, config, filterPath, context);
        }

        return config;
    }

    private static ListenerConfig ReadOne(ListenerFilter filter, ListenerConfig config, string path, ReadContext context)
    {
        switch (ReadContext.TypeName(filter.TypedConfig?.TypeUrl ?? ""))
        {
            case Prefix + "original_dst.v3.OriginalDst":
                context.TryUnpack(filter.TypedConfig, path, OriginalDst.Parser, out OriginalDst _);
                NotDisabled(filter, path, context);
                return config with { RestoreOriginalDst = true };
            case Prefix + "tls_inspector.v3.TlsInspector":
                context.TryUnpack(filter.TypedConfig, path, TlsInspector.Parser, out TlsInspector tls);
                context.NoEffect(tls.EnableJa3Fingerprinting ?? false, $"{path}.enable_ja3_fingerprinting");
                return config with { InspectTls = true, InspectTlsDisabledPorts = ReadDisabled(filter, path, context) };
            case Prefix + "http_inspector.v3.HttpInspector":
                context.TryUnpack(filter.TypedConfig, path, HttpInspector.Parser, out HttpInspector _);
                return config with { InspectHttp = true, InspectHttpDisabledPorts = ReadDisabled(filter, path, context) };
            case Prefix + "proxy_protocol.v3.ProxyProtocol":
                NotDisabled(filter, path, context);
                return config with { ProxyProtocol = ReadProxyProtocol(filter, config, path, context) };
            case Prefix + "original_src.v3.OriginalSrc":
                context.Error(path, "original_src is not supported: upstream connections come from this proxy's own address");
                return config;
            default:
                context.Error(path, $"unknown extension type URL {filter.TypedConfig?.TypeUrl}");
                return config;
        }
    }

    private static ProxyProtocolConfig ReadProxyProtocol(ListenerFilter filter, ListenerConfig config, string path, ReadContext context)
    {
        context.TryUnpack(filter.TypedConfig, path, ProxyProtocol.Parser, out ProxyProtocol message);
        context.NoEffect(message.PassThroughTlvs is not null, $"{path}.pass_through_tlvs");
        if (config.InspectTls || config.InspectHttp)
        {
            context.Error(path, "must stand before tls_inspector and http_inspector: the header comes first on the wire");
        }

        return new ProxyProtocolConfig
        {
            AllowWithout = message.AllowRequestsWithoutProxyProtocol,
            RefuseV1 = message.DisallowedVersions.Contains(Envoy.Config.Core.V3.ProxyProtocolConfig.Types.Version.V1),
            RefuseV2 = message.DisallowedVersions.Contains(Envoy.Config.Core.V3.ProxyProtocolConfig.Types.Version.V2),
            Rules = ReadRules(message, path, context),
            StatPrefix = message.StatPrefix,
        };
    }

    private static List<ProxyTlvRule> ReadRules(ProxyProtocol message, string path, ReadContext context)
    {
        const string defaultNamespace = "envoy.filters.listener.proxy_protocol";
        if (message.Rules.Count > 0 && message.TlvLocation is not ProxyProtocol.Types.TlvLocation.DynamicMetadata)
        {
            context.Error($"{path}.tlv_location", "FILTER_STATE is not supported; use DYNAMIC_METADATA");
        }

        var rules = new List<ProxyTlvRule>();
        for (int i = 0; i < message.Rules.Count; i++)
        {
            ProxyProtocol.Types.Rule rule = message.Rules[i];
            if (rule.TlvType > byte.MaxValue)
            {
                context.Error($"{path}.rules[{i}].tlv_type", "must be at most 255");
            }
            else if (rule.OnTlvPresent is { Key.Length: > 0 } keep)
            {
                string owner = keep.MetadataNamespace.Length > 0 ? keep.MetadataNamespace : defaultNamespace;
                rules.Add(new ProxyTlvRule((byte)rule.TlvType, owner, keep.Key));
            }
            else
            {
                context.Error($"{path}.rules[{i}].on_tlv_present.key", "is required");
            }
        }

        return rules;
    }

    private static void NotDisabled(ListenerFilter filter, string path, ReadContext context)
    {
        if (filter.FilterDisabled is not null)
        {
            context.Error($"{path}.filter_disabled", "is only supported for tls_inspector and http_inspector");
        }
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

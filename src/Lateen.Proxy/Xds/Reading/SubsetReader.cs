namespace Lateen.Proxy.Xds.Reading;

using System.Globalization;
using Envoy.Config.Core.V3;
using Google.Protobuf.WellKnownTypes;
using Lateen.Proxy.Config;
using Fallback = Envoy.Config.Cluster.V3.Cluster.Types.LbSubsetConfig.Types.LbSubsetFallbackPolicy;
using Message = Envoy.Config.Cluster.V3.Cluster.Types.LbSubsetConfig;
using SelectorFallback =
    Envoy.Config.Cluster.V3.Cluster.Types.LbSubsetConfig.Types.LbSubsetSelector.Types.LbSubsetSelectorFallbackPolicy;
using SelectorMessage = Envoy.Config.Cluster.V3.Cluster.Types.LbSubsetConfig.Types.LbSubsetSelector;

/// <summary>Reads a cluster's subsets, and the metadata that puts hosts into them and requests to them.</summary>
internal static class SubsetReader
{
    private const string FilterName = "envoy.lb";

    public static SubsetConfig? Read(Message? message, string path, ReadContext context)
    {
        // Without a selector there are no subsets (Envoy, LoadBalancerSubsetInfo::isEnabled).
        if (message is null || message.SubsetSelectors.Count == 0)
        {
            return null;
        }

        if (message.ScaleLocalityWeight)
        {
            context.Error($"{path}.scale_locality_weight", "is not supported; localities keep their weights in a subset");
        }

        if (message.MetadataFallbackPolicy is not Message.Types.LbSubsetMetadataFallbackPolicy.MetadataNoFallback)
        {
            context.Error($"{path}.metadata_fallback_policy", "FALLBACK_LIST is not supported");
        }

        return new SubsetConfig
        {
            Selectors = [.. message.SubsetSelectors.Select((s, i) => ReadSelector(s, $"{path}.subset_selectors[{i}]", context))],
            Fallback = message.FallbackPolicy switch
            {
                Fallback.AnyEndpoint => SubsetFallback.AnyEndpoint,
                Fallback.DefaultSubset => SubsetFallback.DefaultSubset,
                _ => SubsetFallback.NoFallback,
            },
            Default = message.DefaultSubset is { Fields.Count: > 0 } ? Criteria(message.DefaultSubset) : null,
            LocalityWeightAware = message.LocalityWeightAware,
            PanicModeAny = message.PanicModeAny,
            ListAsAny = message.ListAsAny,
        };
    }

    /// <summary>What a route or weighted cluster asks of hosts; null when it asks nothing.</summary>
    public static SubsetCriteria? ReadCriteria(Metadata? message) =>
        message is not null && message.FilterMetadata.TryGetValue(FilterName, out Struct? values) && values.Fields.Count > 0
            ? Criteria(values)
            : null;

    /// <summary>What a host offers.</summary>
    public static IReadOnlyList<LbMetadata> ReadHost(Metadata? message) =>
        message is not null && message.FilterMetadata.TryGetValue(FilterName, out Struct? values)
            ? [.. values.Fields.Select(static f => new LbMetadata(f.Key, Canonical(f.Value), Elements(f.Value)))]
            : [];

    private static SubsetSelector ReadSelector(SelectorMessage message, string path, ReadContext context)
    {
        string[] keys = [.. message.Keys.Distinct().Order(StringComparer.Ordinal)];
        string[] fallbackKeys = [.. message.FallbackKeysSubset.Distinct().Order(StringComparer.Ordinal)];
        if (message.SingleHostPerSubset)
        {
            context.Error($"{path}.single_host_per_subset", "is not supported");
        }

        if (keys.Length == 0)
        {
            context.Error($"{path}.keys", "at least one key is required");
        }

        // A fallback to as many keys as before would never end.
        if (message.FallbackPolicy is SelectorFallback.KeysSubset
            && (fallbackKeys.Length == 0 || fallbackKeys.Length >= keys.Length || fallbackKeys.Except(keys).Any()))
        {
            context.Error($"{path}.fallback_keys_subset", "must name some of the selector's keys, and not all of them");
        }

        return new SubsetSelector(keys)
        {
            Fallback = message.FallbackPolicy switch
            {
                SelectorFallback.NoFallback => SubsetFallback.NoFallback,
                SelectorFallback.AnyEndpoint => SubsetFallback.AnyEndpoint,
                SelectorFallback.DefaultSubset => SubsetFallback.DefaultSubset,
                SelectorFallback.KeysSubset => SubsetFallback.KeysSubset,
                _ => null,
            },
            FallbackKeys = fallbackKeys,
        };
    }

    private static SubsetCriteria Criteria(Struct values) =>
        new(values.Fields.Select(static f => KeyValuePair.Create(f.Key, Canonical(f.Value))));

    private static string[] Elements(Value value) =>
        value.KindCase is Value.KindOneofCase.ListValue ? [.. value.ListValue.Values.Select(Canonical)] : [];

    // The kind is part of the value: the text "1" is not the number 1.
    private static string Canonical(Value value) => value.KindCase switch
    {
        Value.KindOneofCase.StringValue => "s" + value.StringValue,
        Value.KindOneofCase.NumberValue => "n" + value.NumberValue.ToString("R", CultureInfo.InvariantCulture),
        Value.KindOneofCase.BoolValue => value.BoolValue ? "true" : "false",
        Value.KindOneofCase.ListValue => $"[{string.Join(',', value.ListValue.Values.Select(Canonical))}]",
        Value.KindOneofCase.StructValue => Canonical(value.StructValue),
        _ => "null",
    };

    private static string Canonical(Struct fields) => $"{{{string.Join(
        ',', fields.Fields.OrderBy(static f => f.Key, StringComparer.Ordinal).Select(static f => $"{f.Key}:{Canonical(f.Value)}"))}}}";
}

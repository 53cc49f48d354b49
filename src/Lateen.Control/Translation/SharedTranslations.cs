namespace Lateen.Control.Translation;

using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Lateen.Control.Ads;
using Lateen.Control.Registry;
using Lateen.Control.Snapshot;

/// <summary>
/// Translations of one snapshot by name that are the same for every proxy of a scope: gathering a thousand endpoint sets for each of a
/// hundred proxies costs more than everything else in a push. What depends on the single proxy (its labels, its place) is not kept here.
/// </summary>
internal sealed class SharedTranslations
{
    // A scope belongs to one snapshot, so nothing here outlives what it was made from.
    private static readonly ConditionalWeakTable<ProxyScope, ConcurrentDictionary<(bool, string), SharedTranslations>> Tables = [];

    /// <summary>By cluster; null where there is no such cluster.</summary>
    public ConcurrentDictionary<string, EncodedResource?> Endpoints { get; } = new(StringComparer.Ordinal);

    /// <summary>Of sidecars, by name; null where the name means nothing.</summary>
    public ConcurrentDictionary<string, EncodedResource?> Routes { get; } = new(StringComparer.Ordinal);

    /// <summary>Proxies of one scope still differ in the addresses their applications see and in their DNS suffix.</summary>
    public static SharedTranslations Of(ProxyScope scope, ProxyNode node) =>
        Tables.GetOrCreateValue(scope).GetOrAdd((node.DnsCapture, node.DomainSuffix), static _ => new SharedTranslations());
}

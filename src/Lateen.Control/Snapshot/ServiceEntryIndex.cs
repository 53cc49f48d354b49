namespace Lateen.Control.Snapshot;

using Lateen.Api.Names;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>Service entries and the addresses that the mesh gave to their hosts.</summary>
public sealed class ServiceEntryIndex(
    IReadOnlyList<ConfigObject<ServiceEntrySpec>> all,
    IReadOnlyDictionary<ResourceKey, IReadOnlyDictionary<string, string>> allocated)
{
    public static readonly ServiceEntryIndex Empty =
        new([], new Dictionary<ResourceKey, IReadOnlyDictionary<string, string>>());

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<ConfigObject<ServiceEntrySpec>> All => all;

    /// <summary>What .status.addresses of an entry should say.</summary>
    public ValueList<AllocatedAddress> AddressesOf(ResourceKey entry) =>
        allocated.TryGetValue(entry, out IReadOnlyDictionary<string, string>? hosts)
            ? hosts.OrderBy(pair => pair.Key, StringComparer.Ordinal)
                .Select(pair => new AllocatedAddress { Host = pair.Key, Value = pair.Value })
                .ToValueList()
            : [];
}

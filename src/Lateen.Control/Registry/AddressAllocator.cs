namespace Lateen.Control.Registry;

using System.Globalization;
using Lateen.Api.Resources.Networking;
using Lateen.Control.Config;

/// <summary>
/// Gives hosts of service entries without addresses one from 240.240.0.0/16. What was given stays: first what the objects' status
/// records, then what this process gave before; else a hash of the name chooses, so two control planes choose alike.
/// </summary>
internal sealed class AddressAllocator
{
    private const int Usable = 65_534;
    private static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    private readonly Dictionary<(ResourceKey Entry, string Host), int> given = [];

    /// <summary>Addresses by entry and host. Entries come oldest first, which decides who keeps an address that two claim.</summary>
    public IReadOnlyDictionary<ResourceKey, IReadOnlyDictionary<string, string>> Allocate(
        IReadOnlyList<ConfigObject<ServiceEntrySpec>> entries,
        IReadOnlyDictionary<ResourceKey, ServiceEntryRecord> records)
    {
        List<(ResourceKey Entry, string Host)> wanting = [.. entries
            .Where(each => Wants(each.Spec) && records.GetValueOrDefault(each.Key) is not { AutoAllocate: false })
            .SelectMany(each => each.Spec.Hosts.Where(host => !host.StartsWith('*')), (each, host) => (each.Key, host.ToLowerInvariant()))
            .Distinct()];
        Dictionary<int, (ResourceKey, string)> taken = [];
        Dictionary<(ResourceKey, string), int> next = [];
        Keep(wanting, each => Recorded(records.GetValueOrDefault(each.Entry), each.Host), taken, next);
        Keep(wanting, each => given.TryGetValue(each, out int number) ? number : null, taken, next);
        foreach ((ResourceKey Entry, string Host) each in wanting.Where(each => !next.ContainsKey(each) && taken.Count < Usable))
        {
            int number = Hash(each.Entry, each.Host);
            while (!taken.TryAdd(number, each))
            {
                number = (number % Usable) + 1;
            }

            next[each] = number;
        }

        given.Clear();
        foreach ((var each, int number) in next)
        {
            given[each] = number;
        }

        return next
            .GroupBy(pair => pair.Key.Item1)
            .ToDictionary(
                group => group.Key,
                IReadOnlyDictionary<string, string> (group) => group.ToDictionary(pair => pair.Key.Item2, pair => Text(pair.Value)));
    }

    public static IReadOnlyDictionary<string, string> Of(
        IReadOnlyDictionary<ResourceKey, IReadOnlyDictionary<string, string>> all, ResourceKey entry) =>
        all.TryGetValue(entry, out IReadOnlyDictionary<string, string>? found) ? found : None;

    // Without resolution the proxy forwards to the address that was called, and an invented one leads nowhere.
    private static bool Wants(ServiceEntrySpec spec) =>
        spec.Addresses.Count == 0 && spec.Resolution is not ServiceEntryResolution.None;

    private static void Keep(
        List<(ResourceKey Entry, string Host)> wanting,
        Func<(ResourceKey Entry, string Host), int?> earlier,
        Dictionary<int, (ResourceKey, string)> taken,
        Dictionary<(ResourceKey, string), int> next)
    {
        foreach ((ResourceKey Entry, string Host) each in wanting.Where(each => !next.ContainsKey(each)))
        {
            if (earlier(each) is { } number && taken.TryAdd(number, each))
            {
                next[each] = number;
            }
        }
    }

    private static int? Recorded(ServiceEntryRecord? record, string host)
    {
        foreach (AllocatedAddress each in record?.Addresses ?? [])
        {
            string[] parts = each.Value.Split('.');
            if (each.Host == host && parts is ["240", "240", _, _]
                && byte.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out byte high)
                && byte.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out byte low))
            {
                int number = (high << 8) | low;
                return number is > 0 and <= Usable ? number : null;
            }
        }

        return null;
    }

    // FNV-1a: the same in every process, which the runtime's own string hash is not.
    private static int Hash(ResourceKey entry, string host)
    {
        uint hash = 2_166_136_261;
        foreach (char c in entry.Namespace + "/" + entry.Name + "/" + host)
        {
            hash = (hash ^ c) * 16_777_619;
        }

        return (int)(hash % Usable) + 1;
    }

    private static string Text(int number) => string.Create(CultureInfo.InvariantCulture, $"240.240.{number >> 8}.{number & 255}");
}

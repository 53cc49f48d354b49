namespace Lateen.Control.Analysis;

using System.Text.Json.Nodes;
using Lateen.Api.Resources.Networking;
using Lateen.Api.Text;

/// <summary>Service entries that need an address, and those that contradict each other.</summary>
internal static class ServiceEntryAnalyzers
{
    /// <summary>Entries whose addresses nobody allocates: a TCP port without one takes every call to its number.</summary>
    public static IEnumerable<AnalysisMessage> Addresses(AnalysisSet set)
    {
        foreach (AnalysisObject entry in set.Istio("ServiceEntry"))
        {
            if (!entry.TrySpec(out ServiceEntrySpec? spec) || !spec.Addresses.IsEmpty || IsAllocated(entry, spec))
            {
                continue;
            }

            for (int i = 0; i < spec.Ports.Count; i++)
            {
                if (spec.Ports[i].Protocol is "" || spec.Ports[i].Protocol.Equals("TCP", StringComparison.OrdinalIgnoreCase))
                {
                    yield return new(MessageTypes.AddressesRequired, entry, FieldPath.Item("spec.ports", i),
                        $"Port {spec.Ports[i].Number} is TCP (or of no protocol) and none is allocated an address, so it takes every call "
                        + "to this port number; add spec.addresses");
                }
            }
        }
    }

    public static IEnumerable<AnalysisMessage> Conflicts(AnalysisSet set)
    {
        var ports = set.Istio("ServiceEntry").SelectMany(entry =>
            from host in entry.Root.TextsAt("spec", "hosts")
            from port in entry.Root.ObjectsAt("spec", "ports").Select((p, i) => (Json: p, Path: FieldPath.Item("spec.ports", i)))
            select (Entry: entry, Host: host, Number: port.Json.NumberAt("number"), Protocol: ProtocolOf(port.Json), port.Path));
        foreach (var same in ports.GroupBy(static p => (p.Host, p.Number)))
        {
            if (same.Select(static p => p.Protocol).Distinct().Count() > 1
                && same.Select(static p => p.Entry).Distinct().Count() > 1)
            {
                string all = string.Join(", ", same.Select(static p => $"{p.Entry.Namespace}/{p.Entry.Name} ({p.Protocol})"));
                foreach (var each in same)
                {
                    yield return new(MessageTypes.ConflictingEntryProtocol, each.Entry, each.Path + ".protocol",
                        $"Port {same.Key.Number} of {same.Key.Host} has different protocols: {all}");
                }
            }
        }
    }

    // Addresses are allocated by default, but for hosts that are many and for entries that leave the address as it is.
    private static bool IsAllocated(AnalysisObject entry, ServiceEntrySpec spec) =>
        entry.Labels.GetValueOrDefault("networking.istio.io/enable-autoallocate-ip") != "false"
        && spec.Resolution is not ServiceEntryResolution.None && !spec.Hosts.Any(static h => h.StartsWith('*'));

    private static string ProtocolOf(JsonObject port) =>
        port.TextAt("protocol") is { Length: > 0 } protocol ? protocol.ToUpperInvariant() : "unset";
}
